"""Calls of the trail API as tests make them: refused, raw, and with the event that each leaves."""

import json

import pytest
from botocore.exceptions import ClientError

import trails
from events import lookup
from raw import Wire, find_details, json_call
from running import REGION, SELLER_ACCOUNT, request_id

REGIONS = [REGION, "eu-west-1"]
TWO_REGIONS = {"OPENTRAIL_REGIONS": json.dumps(REGIONS)}
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


def events_of(server, request):
    """All events of the call with this request id, over all accounts and Regions."""
    found = (json.loads(row["CloudTrailEvent"]) for row in find_details(server))
    return [event for event in found if event.get("requestID") == request]


def the_event(server, answer, name):
    """The one event of a call that was answered so, or of a raw reply."""
    request = answer.request_id if hasattr(answer, "request_id") else request_id(answer)
    (event,) = events_of(server, request)
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
