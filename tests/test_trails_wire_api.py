"""The trail API as bytes: targets, faults, and exactly one event for each call."""

import collections
import json

import pytest

from events import ALWAYS
from raw import Wire, find_details, form_call, json_call
from running import BUYER_ACCOUNT
from trail_calls import AGGREGATION, arn_of, events_of, raw, serving_api, the_event


@pytest.fixture(scope="module")
def shared_api():
    with serving_api() as made:
        yield made


@pytest.fixture
def api(shared_api):
    """The module's server, with no trails."""
    shared_api.clear()
    return shared_api


# the wire


@pytest.mark.parametrize("prefix", ["", "com.amazonaws.cloudtrail.v20131101."])
def test_both_targets_mean_the_same(api, prefix):
    api.create("here")
    headers = {"X-Amz-Target": f"{prefix}CloudTrail_20131101.GetTrail"}
    reply = raw(api.server, "GetTrail", {"Name": "here", "Unknown": 1}, headers=headers)
    assert reply.status == 200 and reply.json["Trail"]["Name"] == "here"
    assert the_event(api.server, reply, "GetTrail")["requestParameters"] == {"name": "here"}


@pytest.mark.parametrize(
    "target",
    [
        "CloudTrail_20131101.GetTrails",
        "CloudTrail_20131101.getTrail",
        "cloudtrail_20131101.GetTrail",
        "CloudTrail_20141101.GetTrail",
        "CloudTrail_20131101",
        "CloudTrail_20131101.GetTrail.v2",
        "com.amazonaws.cloudtrail.v20131101.GetTrail",
        "com.amazonaws.cloudtrail.v20131102.CloudTrail_20131101.GetTrail",
    ],
)
def test_c4_other_targets_mean_nothing_and_are_recorded(api, target):
    reply = raw(api.server, "GetTrail", {"Name": "here"}, headers={"X-Amz-Target": target})
    assert (reply.status, reply.json["__type"]) == (400, "UnknownOperationException")
    (event,) = events_of(api.server, reply.request_id)
    assert event["errorCode"] == "UnknownOperationException"


def test_a_fault_is_a_type_and_a_message(api):
    reply = raw(api.server, "GetTrail", {"Name": "gone"})
    assert reply.status == 400
    # clients read either spelling, and old ones but one of them
    assert set(reply.json) == {"__type", "Message", "message"}
    assert reply.json["Message"] == reply.json["message"]
    assert reply.json["__type"] == "TrailNotFoundException"
    assert reply.headers["x-amzn-requestid"] == reply.request_id


# one event a call

UNSERVED = "UnsupportedOperationException"


def every_call(api):
    """Every operation on trails, well and badly used: name, body, and what its event must say."""
    arn, bucket, tags = arn_of("told"), api.bucket, [{"Key": "k", "Value": "v"}]
    trail = {
        "name": "told",
        "s3BucketName": bucket,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
        "trailARN": arn,
        "logFileValidationEnabled": False,
        "isOrganizationTrail": False,
        "recursiveLogging": True,
    }
    basic = {
        "readWriteType": "ReadOnly",
        "includeManagementEvents": True,
        "dataResources": [],
        "excludeManagementEventSources": [],
    }
    insight = [{"InsightType": "ApiCallRateInsight"}]
    grouped = [{"templates": ["API_ACTIVITY"], "eventCategory": "Data"}]
    yield "CreateTrail", {"Name": "told", "S3BucketName": bucket, "TagsList": tags}, trail
    yield "GetTrail", {"Name": "told"}, None
    yield "GetTrail", {"Name": "unknown"}, "TrailNotFoundException"
    yield "DescribeTrails", {"trailNameList": ["told"], "includeShadowTrails": True}, None
    yield "DescribeTrails", {}, None
    yield "ListTrails", {}, None
    yield "UpdateTrail", {"Name": arn, "S3KeyPrefix": ""}, trail
    yield "GetTrailStatus", {"Name": "told"}, None
    yield "StartLogging", {"Name": "told"}, None
    yield "StopLogging", {"Name": arn}, None
    yield "PutEventSelectors", {"TrailName": "told", "EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, {"trailARN": arn, "eventSelectors": [basic]}  # fmt: skip
    yield "PutEventSelectors", {"TrailName": "told", "EventSelectors": []}, "InvalidEventSelectorsException"  # fmt: skip
    yield "GetEventSelectors", {"TrailName": "told"}, None
    yield "PutInsightSelectors", {"TrailName": "told", "InsightSelectors": insight}, {"trailARN": arn, "insightSelectors": [{"insightType": "ApiCallRateInsight"}]}  # fmt: skip
    yield "GetInsightSelectors", {"TrailName": "told"}, None
    yield "PutEventConfiguration", {"TrailName": "told", "AggregationConfigurations": [AGGREGATION]}, {"trailARN": arn, "aggregationConfigurations": grouped}  # fmt: skip
    yield "GetEventConfiguration", {"TrailName": "told"}, None
    yield "AddTags", {"ResourceId": arn, "TagsList": tags}, None
    yield "ListTags", {"ResourceIdList": [arn]}, None
    yield "RemoveTags", {"ResourceId": arn, "TagsList": [{"Key": "k"}]}, None
    yield "ListPublicKeys", {"StartTime": 1789319538}, None
    yield "GetResourcePolicy", {"ResourceArn": arn}, "ResourceTypeNotSupportedException"
    yield "PutResourcePolicy", {"ResourceArn": arn, "ResourcePolicy": "{}"}, "ResourceTypeNotSupportedException"  # fmt: skip
    yield "DeleteResourcePolicy", {"ResourceArn": arn}, "ResourceTypeNotSupportedException"
    yield "RegisterOrganizationDelegatedAdmin", {"MemberAccountId": BUYER_ACCOUNT}, "OrganizationsNotInUseException"  # fmt: skip
    yield "DeregisterOrganizationDelegatedAdmin", {"DelegatedAdminAccountId": BUYER_ACCOUNT}, "OrganizationsNotInUseException"  # fmt: skip
    yield "DeleteTrail", {"Name": "told"}, None


def lowered(value):
    """The input as events show it: the first letter of each member lowered."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lowered(inner) for name, inner in value.items()}
    return [lowered(inner) for inner in value] if isinstance(value, list) else value


def test_each_call_leaves_exactly_one_event_with_what_was_asked_and_answered(api):
    made = [(name, body, outcome, raw(api.server, name, body)) for name, body, outcome in every_call(api)]  # fmt: skip
    events = {}
    for row in find_details(api.server):
        event = json.loads(row["CloudTrailEvent"])
        events.setdefault(event.get("requestID"), []).append(event)
    for name, body, outcome, reply in made:
        (event,) = events[reply.request_id]
        shown = f"{name} {body}: {event}"
        assert (event["eventName"], event["eventSource"]) == (name, "cloudtrail.amazonaws.com")
        assert ALWAYS <= set(event) and event["eventCategory"] == "Management", shown
        assert event["readOnly"] is name.startswith(("Get", "List", "Describe")), shown
        asked = lowered(body) or None
        if name == "ListPublicKeys":
            asked = {"startTime": "2026-09-13T17:12:18Z"}
        assert event["requestParameters"] == asked, shown
        if isinstance(outcome, str):
            assert (reply.status, reply.json["__type"]) == (400, outcome), shown
            assert (event["errorCode"], event["errorMessage"]) == (outcome, reply.json["Message"])
            assert event["responseElements"] is None
        else:
            assert reply.status == 200 and "errorCode" not in event, shown
            assert event["responseElements"] == outcome, shown


@pytest.mark.parametrize("way", ["short", "long", "lower", "query", "elsewhere"])
def test_c4_each_operation_asked_in_each_way_is_one_event(api, way):
    """Whatever is sent, known or not, meant or not: what was answered was recorded, once."""
    server, keys = api.server, api.server.keys("root")
    names = server.client("cloudtrail").meta.service_model.operation_names
    assert len(names) == 60
    wire, replies = Wire(server.port), {}
    for name in names:
        prefix = "com.amazonaws.cloudtrail.v20131101." if way == "long" else ""
        target = f"{prefix}CloudTrail_20131101.{name}"
        target = target.lower() if way == "lower" else target
        request = json_call(server, keys, "cloudtrail", name, {}, headers={"X-Amz-Target": target})
        if way == "query":
            form = f"Action={name}&Version=2013-11-01"
            request = form_call(server, keys, "cloudtrail", form)
        if way == "elsewhere":
            request = json_call(server, keys, "cloudtrail", name, {}, region="ap-south-1")
        replies[name] = wire.ask(request)
    wire.close()
    counted, told = collections.Counter(), {}
    for row in find_details(server):
        event = json.loads(row["CloudTrailEvent"])
        counted[event.get("requestID")] += 1
        told[event.get("requestID")] = event
    for name, reply in replies.items():
        event = told[reply.request_id]
        assert counted[reply.request_id] == 1, name
        assert event.get("errorCode") == reply.code, name
        if way in ("short", "long", "elsewhere"):
            assert event["eventName"] == name
        else:
            assert reply.status == 400, name
    if way == "elsewhere":
        assert {told[reply.request_id]["awsRegion"] for reply in replies.values()} == {"ap-south-1"}
    if way in ("short", "long"):
        unserved = {name for name, reply in replies.items() if reply.code == UNSERVED}
        assert set(names) - unserved - {"LookupEvents"} == {name for name, *_ in every_call(api)}
