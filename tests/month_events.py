"""Events of a made-up month: their envelope, the callers, and files in AWS's layout.

Everything comes from one seeded source of randomness, so that a seed always gives the same bytes.
"""

import collections
import dataclasses
import datetime
import gzip
import json
import random
import uuid

UTC = datetime.timezone.utc
SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

SELLER = "111122223333"
SECOND_SELLER = "222233334444"
BUYER = "444455556666"
HOME = "us-east-1"

METERING = "metering-marketplace.amazonaws.com"
CATALOG = "marketplacecatalog.amazonaws.com"
OLD_CATALOG = "catalog.marketplace.amazonaws.com"
AGREEMENT = "agreement-marketplace.amazonaws.com"
LICENSES = "license-manager.amazonaws.com"


def at(text):
    """The time that `2026-10-05 08:00` or `2026-10-05 08:00:30` names, in UTC."""
    form = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.datetime.strptime(text, form).replace(tzinfo=UTC)


def shown(moment):
    """A time as reports print it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who calls: a user with keys that last, a role's session, root, or a service for somebody."""

    account: str
    kind: str
    name: str
    session: str = ""
    invoked_by: str = ""
    console: bool = False

    @property
    def arn(self):
        if self.kind == "Root":
            return f"arn:aws:iam::{self.account}:root"
        if self.kind == "AssumedRole":
            return f"arn:aws:sts::{self.account}:assumed-role/{self.name}/{self.session}"
        return f"arn:aws:iam::{self.account}:user/{self.name}"

    @property
    def role_arn(self):
        return f"arn:aws:iam::{self.account}:role/{self.name}"

    @property
    def identity(self):
        """What stays the same from session to session."""
        return self.role_arn if self.kind == "AssumedRole" else self.arn

    @property
    def key_kind(self):
        return "ASIA" if self.kind == "AssumedRole" or self.console else "AKIA"

    def record(self, moment):
        """The member `userIdentity`."""
        number = sum(map(ord, self.account + self.name)) % 10**8
        principal = f"{'AROA' if self.kind == 'AssumedRole' else 'AIDA'}{number:08d}EXAMPLE0"
        identity = {
            "type": self.kind,
            "principalId": f"{principal}:{self.session}" if self.session else principal,
            "arn": self.arn,
            "accountId": self.account,
            "accessKeyId": f"{self.key_kind}{number:08d}EXAMPLE0",
        }
        if self.kind == "IAMUser":
            identity["userName"] = self.name
        if self.kind == "AssumedRole":
            identity["sessionContext"] = {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": principal,
                    "arn": self.role_arn,
                    "accountId": self.account,
                    "userName": self.name,
                },
                "attributes": {
                    "mfaAuthenticated": "false",
                    "creationDate": moment.strftime("%Y-%m-%dT00:00:00Z"),
                },
            }
        if self.invoked_by:
            identity["invokedBy"] = self.invoked_by
        return identity


class Events:
    """The events of the month, and which rows each analysis has to give for them."""

    def __init__(self, seed, begins, ends):
        self.random = random.Random(seed)
        self.begins, self.ends = begins, ends
        self.events = []
        self.expected = collections.defaultdict(list)
        self.key_calls = collections.Counter()

    def expect(self, analysis, **row):
        """Plants a row: the analysis must give it, and no other row."""
        self.expected[analysis].append(row)

    def within(self, moment):
        return self.begins <= moment < self.ends

    def id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def token(self, letters=25):
        return "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=letters))

    def call(self, moment, caller, source, name, request, response=None, error=None, **more):
        """One API call; `error` is a code or a pair of code and message. Returns its event."""
        region, account = more.get("region", HOME), more.get("account", caller.account)
        code, message = error if isinstance(error, tuple) else (error, "refused")
        event = {
            "eventVersion": "1.11",
            "userIdentity": caller.record(moment),
            "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": source,
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": caller.invoked_by or f"198.51.100.{self.random.randrange(1, 250)}",
            "userAgent": caller.invoked_by or "Boto3/1.44.5 md/Botocore#1.44.5",
        }
        if code:
            event |= {"errorCode": code, "errorMessage": message}
        event |= {
            "requestParameters": request,
            "responseElements": None if code else response,
            "requestID": self.id(),
            "eventID": self.id(),
            "readOnly": name.startswith(("Describe", "List", "Get")),
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
        }
        if caller.console:
            event["sessionCredentialFromConsole"] = "true"
        self.events.append((moment, event))
        if self.within(moment) and source != "ec2.amazonaws.com":
            self.key_calls[caller.key_kind, source, caller.arn, caller.kind] += 1
        return event

    def service_event(self, moment, account, name, details):
        """An event of opentrail's own, as it writes one when a change set moves on."""
        event = {
            "eventVersion": "1.11",
            "userIdentity": {"accountId": account, "invokedBy": "AWS Internal"},
            "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": CATALOG,
            "eventName": name,
            "awsRegion": HOME,
            "sourceIPAddress": "AWS Internal",
            "userAgent": "AWS Internal",
            "requestParameters": None,
            "responseElements": None,
            "additionalEventData": {"opentrail:own": True},
            "eventID": self.id(),
            "readOnly": False,
            "eventType": "AwsServiceEvent",
            "managementEvent": True,
            "recipientAccountId": account,
            "serviceEventDetails": details,
            "eventCategory": "Management",
        }
        self.events.append((moment, event))

    def write(self, folder):
        """Writes log files as trails of AWS do: one a day for each account and Region."""
        files = collections.defaultdict(list)
        for moment, event in sorted(self.events, key=lambda pair: pair[0]):
            day = moment.strftime("%Y/%m/%d")
            files[event["recipientAccountId"], event["awsRegion"], day].append(event)
        for (account, region, day), events in files.items():
            place = folder / "AWSLogs" / account / "CloudTrail" / region / day
            place.mkdir(parents=True, exist_ok=True)
            name = f"{account}_CloudTrail_{region}_{day.replace('/', '')}T2355Z_{self.token(16)}"
            text = json.dumps({"Records": events}, separators=(",", ":"), ensure_ascii=False)
            packed = gzip.compress(text.encode(), 6, mtime=0)
            (place / f"{name}.json.gz").write_bytes(packed)
        return len(files)
