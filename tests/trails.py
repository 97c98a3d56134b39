"""Trails as their users see them: made with the AWS CLI, read with boto3, proven by validate-logs.

Nothing here asks the server how delivery goes, unless a test is about that: what counts is in the
bucket. Listing and reading objects are data events, so looking does not disturb what is looked at.
"""

import collections
import datetime
import hashlib
import json
import re
import zlib

from raw import find_details
from records import exact
from running import REGION, SELLER_ACCOUNT, wait_until

LOG_KEY = re.compile(
    r"(?P<prefix>(?:.+/)?)AWSLogs/(?P<organization>(?:o-[a-z0-9]+/)?)(?P<account>\d{12})"
    r"/CloudTrail/(?P<region>[a-z0-9-]+)/(?P<day>\d{4}/\d\d/\d\d)"
    r"/(?P=account)_CloudTrail_(?P=region)_(?P<time>\d{8}T\d{4}Z)_[A-Za-z0-9]{16}\.json\.gz"
)
DIGEST_KEY = re.compile(
    r"(?P<prefix>(?:.+/)?)AWSLogs/(?P<organization>(?:o-[a-z0-9]+/)?)(?P<account>\d{12})"
    r"/CloudTrail-Digest/(?P<region>[a-z0-9-]+)/(?P<day>\d{4}/\d\d/\d\d)"
    r"/(?P=account)_CloudTrail-Digest_(?P=region)_(?P<trail>.+)_(?P<home>[a-z0-9-]+)"
    r"_(?P<time>\d{8}T\d{6}Z)(?P<backfill>_backfill)?\.json\.gz"
)
HOUR = datetime.timedelta(hours=1)
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
# a debug build on a busy machine makes a new RSA key for each Region
PATIENCE_SECS = 60.0


def bucket_policy(bucket, trail_arn, prefix=None, organization_id=None):
    """The policy of AWS's user guide for a trail's bucket."""
    account = trail_arn.split(":")[4]
    before = f"{prefix}/" if prefix else ""
    principal = {"Service": "cloudtrail.amazonaws.com"}
    source = {"aws:SourceArn": trail_arn}
    owners = [account] + ([organization_id] if organization_id else [])
    look = {
        "Sid": "AWSCloudTrailAclCheck20150319",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetBucketAcl",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringEquals": source},
    }
    write = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Condition": {
            "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"} | source
        },
    }
    sids = ["AWSCloudTrailWrite20150319", "AWSCloudTrailOrganizationWrite20150319"]
    writes = [
        write | {"Sid": sid, "Resource": f"arn:aws:s3:::{bucket}/{before}AWSLogs/{owner}/*"}
        for sid, owner in zip(sids, owners)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": [look, *writes]})


def cli(server, *arguments, who="root", region=REGION, env=None):
    """Runs the AWS CLI, which must succeed; returns its answer, parsed where it is JSON."""
    done = server.aws(*arguments, "--region", region, who=who, check=False, env=env)
    shown = " ".join(map(str, arguments))
    assert done.returncode == 0, f"aws {shown} gave {done.returncode}:\n{done.stdout}{done.stderr}"
    text = done.stdout.strip()
    return json.loads(text) if text.startswith("{") else text


def make_bucket(server, bucket, trail_arn, region=REGION, who="root", env=None, **policy):
    """Makes a bucket that a trail may deliver to, as the user guide says."""
    cli(server, "s3", "mb", f"s3://{bucket}", who=who, region=region, env=env)
    document = bucket_policy(bucket, trail_arn, **policy)
    arguments = ["s3api", "put-bucket-policy", "--bucket", bucket, "--policy", document]
    cli(server, *arguments, who=who, region=region, env=env)


def make_trail(server, name, bucket, *flags, region=REGION, account=SELLER_ACCOUNT, **how):
    """Makes bucket and trail and starts logging; `how` goes to [`make_bucket`]."""
    arn = f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"
    make_bucket(server, bucket, arn, region=region, **how)
    who = how.get("who", "root")
    target = ["--name", name, "--s3-bucket-name", bucket]
    made = cli(server, "cloudtrail", "create-trail", *target, *flags, region=region, who=who)
    assert made["TrailARN"] == arn
    cli(server, "cloudtrail", "start-logging", "--name", name, region=region, who=who)
    return arn


class Stored(collections.namedtuple("Stored", "key body head")):
    """An object: its key, the bytes as they are stored, and boto3's answer."""

    @property
    def text(self):
        return one_member(self.body)

    @property
    def document(self):
        return json.loads(self.text)


class Bucket:
    """A bucket read with boto3. What was read once is not read again: log files never change."""

    def __init__(self, s3, name):
        self.s3, self.name = s3, name
        self.known = {}

    def sizes(self):
        """The sizes of all objects, by key."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return {row["Key"]: row["Size"] for page in pages for row in page.get("Contents", [])}

    def keys(self):
        return list(self.sizes())

    def read(self, key):
        if key not in self.known:
            answer = self.s3.get_object(Bucket=self.name, Key=key)
            self.known[key] = Stored(key, answer.pop("Body").read(), answer)
        return self.known[key]

    def logs(self):
        """All log files, by key."""
        return {key: self.read(key) for key in self.keys() if LOG_KEY.fullmatch(key)}

    def digests(self):
        """All digests, by key."""
        return {key: self.read(key) for key in self.keys() if DIGEST_KEY.fullmatch(key)}

    def event_ids(self):
        """The ids of all events in all log files."""
        return {
            record["eventID"] for log in self.logs().values() for record in log.document["Records"]
        }

    def digest_times(self):
        """The end times of the regular digests, by account and Region, in order."""
        times = collections.defaultdict(list)
        for key in self.keys():
            found = DIGEST_KEY.fullmatch(key)
            if found and not found["backfill"]:
                times[found["account"], found["region"]].append(seconds(found["time"]))
        return {whose: sorted(ends) for whose, ends in times.items()}


def one_member(body):
    """The text of a gzip file that is one member and nothing after it."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    text = inflater.decompress(body) + inflater.flush()
    assert inflater.eof and not inflater.unused_data, "not exactly one gzip member"
    return text


def seconds(stamp):
    """A time as keys and AWS's calls write it."""
    form = INSTANT if "-" in stamp else "%Y%m%dT%H%M%SZ"
    return datetime.datetime.strptime(stamp, form).replace(tzinfo=datetime.UTC)


def minutes(stamp):
    """The time in a log file's key."""
    return datetime.datetime.strptime(stamp, "%Y%m%dT%H%MZ").replace(tzinfo=datetime.UTC)


def now(server):
    """The sandbox's time."""
    return seconds(server.command("clock", "show", who="root").stdout.strip())


def advance(server, span):
    """Moves the sandbox's clock on; returns what it shows then."""
    return seconds(server.command("clock", "advance", span, who="root").stdout.strip())


def history(server, region, who="root"):
    """The records of one account in one Region as LookupEvents tells them, by event id."""
    pages = server.client("cloudtrail", who, region).get_paginator("lookup_events").paginate()
    items = [item for page in pages for item in page["Events"]]
    records = {item["EventId"]: item["CloudTrailEvent"] for item in items}
    assert len(records) == len(items), "LookupEvents tells of an event twice"
    return records


def wait_for_events(bucket, event_ids, deadline_secs=PATIENCE_SECS):
    """Returns when all these events are in log files of the bucket."""
    missing = set(event_ids)

    def arrived():
        missing.difference_update(bucket.event_ids())
        return not missing

    try:
        wait_until(arrived, deadline_secs)
    except AssertionError:
        shown = sorted(missing)[:5]
        raise AssertionError(f"{len(missing)} events are in no log file: {shown}") from None


def wait_for_digests(bucket, regions, moment, account=SELLER_ACCOUNT, deadline_secs=PATIENCE_SECS):
    """Returns when each Region's chain has reached the hour before `moment`."""

    def arrived():
        times = bucket.digest_times()
        newest = [times.get((account, region), [seconds("2000-01-01T00:00:00Z")])[-1] for region in regions]  # fmt: skip
        return all(moment - end < HOUR for end in newest)

    wait_until(arrived, deadline_secs, f"every Region's digest up to {moment}")


def assert_hourly(times):
    """Checks that no digest of a chain is missing: each ends an hour after the one before it."""
    for before, after in zip(times, times[1:]):
        assert after - before == HOUR, f"a digest is missing between {before} and {after}"


def violations(told, files, wanted=None, again=False):
    """Holds log files against what was told of the events; returns what is wrong, in words.

    `told` are the records by account, Region and event id; `files` the bytes by key; `wanted` the
    event ids that must be there, all that are told when it is not given; `again` allows an event
    to be in several files.
    """
    wrong, counted = [], collections.Counter()
    known = {
        event_id: (whose, text) for whose, texts in told.items() for event_id, text in texts.items()
    }
    for key, body in files.items():
        place, text = LOG_KEY.fullmatch(key), one_member(body)
        records = json.loads(text)["Records"]
        expected = []
        for record in records:
            event_id = record["eventID"]
            counted[event_id] += 1
            whose, told_text = known.get(event_id, (None, json.dumps(record)))
            expected.append(told_text)
            if whose is None:
                wrong.append(f"nobody recorded {event_id} in {key}")
            elif whose != (place["account"], place["region"]):
                wrong.append(f"{event_id} of {whose} is in {key}")
            if exact(json.dumps(record)) != exact(told_text):
                wrong.append(f"{event_id} in {key} is not what was told")
        # a record is the same bytes wherever it is told
        if not records or text != ('{"Records":[' + ",".join(expected) + "]}").encode():
            wrong.append(f"other bytes than what was told: {key}")
    wanted = set(known) if wanted is None else set(wanted)
    wrong += [f"lost: {event_id}" for event_id in sorted(wanted - set(counted))]
    if not again:
        doubled = [event_id for event_id, count in counted.items() if count > 1]
        wrong += [f"{counted[event_id]} times: {event_id}" for event_id in doubled]
    return wrong


def digest_violations(bucket):
    """What the digests of a bucket contradict: in their chain, and in the files that they list."""
    wrong, listed, before = [], collections.Counter(), {}
    logs, digests = bucket.logs(), bucket.digests()
    for key in sorted(digests):
        document, place = digests[key].document, DIGEST_KEY.fullmatch(key)
        chain = (place["account"], place["region"], place["trail"], place["backfill"])
        wrong += chain_violations(key, document, before.get(chain))
        before[chain] = digests[key]
        for entry in document["logFiles"]:
            listed[entry["s3Object"]] += 1
            log = logs.get(entry["s3Object"])
            if log is None:
                wrong.append(f"{key} lists what is not there: {entry['s3Object']}")
            elif entry["hashValue"] != sha256(log.text):
                wrong.append(f"{key} has another hash for {entry['s3Object']}")
    wrong += [f"{count} digests list {key}" for key, count in listed.items() if count > 1]
    return wrong


def chain_violations(key, document, before):
    """What a digest says wrongly of the one before it; a chain may end and another begin."""
    if before is None or document["previousDigestS3Object"] is None:
        return [] if document["previousDigestSignature"] is None else [f"{key} follows nothing"]
    said = [document[f"previousDigest{name}"] for name in ("S3Object", "HashValue", "Signature")]
    is_ = [before.key, sha256(before.text), before.head["Metadata"]["signature"]]
    return [] if said == is_ else [f"{key} does not follow {before.key}"]


def assert_faithful(server, regions, bucket, wanted=None, who="root", account=SELLER_ACCOUNT):
    """Checks that each event is in exactly one log file of the right place, and as it was told."""
    files = {key: log.body for key, log in bucket.logs().items()}
    told = {(account, region): history(server, region, who) for region in regions}
    report(violations(told, files, wanted))


def report(wrong):
    assert not wrong, f"{len(wrong)} violations, such as:\n" + "\n".join(wrong[:20])


def searched(server, filter=None):
    """All records of all accounts in the order of the journal, by the server's own search."""
    rows = sorted(find_details(server, filter), key=lambda row: row["Sequence"])
    return [json.loads(row["CloudTrailEvent"]) for row in rows]


def recorded(server, since):
    """The ids of all events from a time on."""
    return {event["eventID"] for event in searched(server, {"StartTime": int(since.timestamp())})}


def recorded_since_start(server, trail_arn, account=None):
    """The ids of what the trail's account (or another) did since the trail was last started.

    The search that finds them is an event as well, and not among them.
    """
    account, name = account or trail_arn.split(":")[4], trail_arn.rpartition("/")[2]
    return ids_of(since_start(searched(server), name), account)


def recorded_before_move(server, trail_arn=None, account=None):
    """The ids of what was recorded up to the clock's last move: what digests of that time list.

    The move itself is the last event of the time before it.

    Of a trail, only what its account (or another) did since it was last started.
    """
    events = searched(server)
    last = max(at for at, event in enumerate(events) if event["eventName"] == "SetClock")
    if trail_arn is None:
        return ids_of(events[: last + 1])
    account, name = account or trail_arn.split(":")[4], trail_arn.rpartition("/")[2]
    return ids_of(since_start(events[: last + 1], name), account)


def since_start(events, name):
    starts = [
        at
        for at, event in enumerate(events)
        if event["eventName"] == "StartLogging"
        and event["requestParameters"]["name"].rpartition("/")[2] == name
    ]
    return events[max(starts) :]


def ids_of(events, account=None):
    return {e["eventID"] for e in events if account in (None, e["recipientAccountId"])}


class Verdict:
    """What validate-logs said."""

    def __init__(self, done):
        self.code, self.out, self.errors = done.returncode, done.stdout, done.stderr
        self.valid_logs = set(re.findall(r"^Log file\ts3://[^/]+/(\S+)\tvalid$", done.stdout, re.M))
        digest = r"^(?:\(backfill\) )?Digest file\ts3://[^/]+/(\S+)\tvalid$"
        self.valid_digests = set(re.findall(digest, done.stdout, re.M))
        self.invalid = re.findall(r"^(.*INVALID.*)$", done.stdout + done.stderr, re.M)
        self.gaps = re.findall(r"^(No log files were delivered.*)$", self.out + self.errors, re.M)
        self.ratios = {
            what: (int(valid), int(whole))
            for valid, whole, what in re.findall(
                r"^(\d+)/(\d+) (digest|backfill digest|log) files valid", done.stdout, re.M
            )
        }

    def assert_valid(self, digests, logs):
        """Checks that exactly these digests and log files were looked at and all are valid."""
        shown = f"{self.out[-3000:]}\n{self.errors[-3000:]}"
        assert self.code == 0 and not self.invalid, f"validate-logs gave {self.code}:\n{shown}"
        assert self.valid_digests == set(digests), shown
        assert self.valid_logs == set(logs), shown
        assert all(valid == whole for valid, whole in self.ratios.values()), shown


def validate(server, arn, region, start, end, *flags, who="root", env=None):
    """Runs `aws cloudtrail validate-logs --verbose` in one Region."""
    span = ["--start-time", start.strftime(INSTANT), "--end-time", end.strftime(INSTANT)]
    command = ["cloudtrail", "validate-logs", "--verbose", "--trail-arn", arn, *span, *flags]
    return Verdict(server.aws(*command, "--region", region, who=who, check=False, env=env))


def digest_matches(digest):
    """Checks what a digest says of its own place; returns its document."""
    document, place = digest.document, DIGEST_KEY.fullmatch(digest.key)
    assert document["digestS3Object"] == digest.key
    assert document["awsAccountId"] == place["account"]
    assert seconds(document["digestEndTime"]) == seconds(place["time"])
    return document


def sha256(data):
    return hashlib.sha256(data).hexdigest()


