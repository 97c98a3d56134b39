"""Calls of the trail API as tests make them: refused, raw, and with the event that each leaves."""

import contextlib
import json

import pytest
from botocore.exceptions import ClientError

import notices
import trails
from events import lookup
from raw import Wire, find_details, json_call
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, request_id, serving

ELSEWHERE = "eu-west-1"
REGIONS = [REGION, ELSEWHERE]
TWO_REGIONS = {"OPENTRAIL_REGIONS": json.dumps(REGIONS)}
STORE = f"arn:aws:cloudtrail:{REGION}:{SELLER_ACCOUNT}:eventdatastore/12345678-1234-1234-1234-123456789012"  # fmt: skip
# one aggregation configuration
AGGREGATION = {"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}
PRINCIPAL = {"Service": "cloudtrail.amazonaws.com"}


def arn_of(name, region=REGION, account=SELLER_ACCOUNT):
    return f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"


def refusal(call, **arguments):
    """Code and text of a call that must be refused, with the status that AWS answers on the wire."""
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    answer = failure.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400, answer
    return answer["Error"]["Code"], answer["Error"]["Message"]


def raw(server, operation, body, who="root", region=REGION, headers=None):
    """The answer to one call as it is on the wire."""
    keys = server.keys(who) if isinstance(who, str) else who
    headers = {"User-Agent": "suite"} | (headers or {})
    wire = Wire(server.port)
    reply = wire.ask(json_call(server, keys, "cloudtrail", operation, body, region, headers))
    wire.close()
    return reply


def shared_bucket(server, name, *accounts, who="root"):
    """A bucket into which every trail of these accounts may deliver."""
    s3 = server.client("s3", who)
    s3.create_bucket(Bucket=name)
    arn = f"arn:aws:s3:::{name}"
    sources = [f"arn:aws:cloudtrail:*:{account}:trail/*" for account in accounts]
    look = {"Action": "s3:GetBucketAcl", "Resource": arn}
    write = {"Action": "s3:PutObject", "Resource": f"{arn}/*"}
    rule = {
        "Effect": "Allow",
        "Principal": PRINCIPAL,
        "Condition": {"StringLike": {"aws:SourceArn": sources}},
    }
    policy = {"Version": "2012-10-17", "Statement": [rule | look, rule | write]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return name


def events_of(server, request, filter=None):
    """All events of the call with this request id, over all accounts and Regions."""
    found = (json.loads(row["CloudTrailEvent"]) for row in find_details(server, filter))
    return [event for event in found if event.get("requestID") == request]


def the_event(server, answer, name):
    """The one event of a call that was answered so, or of a raw reply."""
    request = answer.request_id if hasattr(answer, "request_id") else request_id(answer)
    (event,) = events_of(server, request, {"EventName": name})
    assert (event["eventSource"], event["eventName"]) == ("cloudtrail.amazonaws.com", name)
    return event


def names_seen(server, region=REGION, who="root"):
    """The names in the history of an account's Region."""
    return {item["EventName"] for item in lookup(server.client("cloudtrail", who, region), pages=50)}


def delivered(bucket):
    """All records of a bucket's log files, by request id."""
    records = (record for log in bucket.logs().values() for record in log.document["Records"])
    return {record["requestID"]: record for record in records if record.get("requestID")}


def bucket_of(server, name, who="root", region=REGION):
    return trails.Bucket(server.client("s3", who, region), name)


@contextlib.contextmanager
def serving_api():
    """A server in two Regions, ready for trails."""
    with serving("--demo", env=TWO_REGIONS) as server:
        yield Api(server)


class Api:
    """A server with a bucket that takes everybody's trails, and clients of it."""

    def __init__(self, server):
        self.server = server
        self.bucket = shared_bucket(server, "any-logs", SELLER_ACCOUNT, BUYER_ACCOUNT)
        self.trail = server.client("cloudtrail", "root")
        self.far = server.client("cloudtrail", "root", ELSEWHERE)
        self.buyer = server.client("cloudtrail", "buyer")

    def create(self, name, client=None, **settings):
        settings = {"S3BucketName": self.bucket} | settings
        return (client or self.trail).create_trail(Name=name, **settings)

    def refused(self, name, client=None, **settings):
        settings = {"S3BucketName": self.bucket} | settings
        return refusal((client or self.trail).create_trail, Name=name, **settings)

    def clear(self):
        """Deletes every trail of both accounts."""
        for who in ("root", "buyer"):
            for trail in self.server.client("cloudtrail", who).list_trails()["Trails"]:
                client = self.server.client("cloudtrail", who, trail["HomeRegion"])
                client.delete_trail(Name=trail["TrailARN"])


def members(answer):
    return [name for name in answer if name != "ResponseMetadata"]


def trail_topic(api, name, trail_arn=None, region=REGION):
    sns = api.server.client("sns", "root", region)
    return notices.make_topic(sns, name, trail_arn)


def by_name(client, name):
    """Every operation that needs a trail to be there, but `GetTrail`."""
    return {
        "UpdateTrail": lambda: refusal(client.update_trail, Name=name),
        "DeleteTrail": lambda: refusal(client.delete_trail, Name=name),
        "GetTrailStatus": lambda: refusal(client.get_trail_status, Name=name),
        "StartLogging": lambda: refusal(client.start_logging, Name=name),
        "StopLogging": lambda: refusal(client.stop_logging, Name=name),
        "GetEventSelectors": lambda: refusal(client.get_event_selectors, TrailName=name),
        "PutEventSelectors": lambda: refusal(
            client.put_event_selectors, TrailName=name, EventSelectors=[{}]
        ),
        "GetInsightSelectors": lambda: refusal(client.get_insight_selectors, TrailName=name),
        "PutInsightSelectors": lambda: refusal(
            client.put_insight_selectors, TrailName=name, InsightSelectors=[]
        ),
        "GetEventConfiguration": lambda: refusal(client.get_event_configuration, TrailName=name),
        "PutEventConfiguration": lambda: refusal(
            client.put_event_configuration, TrailName=name, AggregationConfigurations=[]
        ),
    }
