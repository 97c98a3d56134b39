"""LookupEvents as AWS documents it: attributes, times, pages, tokens, errors, Regions."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

from events import attribute, event_of, item_of, lookup, utc_now
from raw import Wire, json_call, own_call
from running import REGION, SELLER_ACCOUNT, request_id, wait_until


@pytest.fixture(scope="module")
def history(demo):
    """A few calls of known shape, and the client that looks them up."""
    lm = demo.client("license-manager", "seller")
    made = lm.create_license_configuration(Name="looked-up", LicenseCountingType="vCPU")
    listed = lm.list_license_configurations()
    iam = demo.client("iam", "root").create_user(UserName="looked-up-user")
    event_of(demo, "CreateUser", request_id(iam))
    return {
        "made": request_id(made),
        "arn": made["LicenseConfigurationArn"],
        "listed": request_id(listed),
        "iam": request_id(iam),
        "user": iam["User"],
        "client": demo.client("cloudtrail", "root"),
    }


def ids(items):
    return {json.loads(item["CloudTrailEvent"]).get("requestID") for item in items}


def refused(client, code, **arguments):
    with pytest.raises(ClientError) as failure:
        client.lookup_events(**arguments)
    response = failure.value.response
    assert response["Error"]["Code"] == code, response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return response


ATTRIBUTES = {
    "EventName": lambda h, item: ("CreateLicenseConfiguration", "made"),
    "EventSource": lambda h, item: ("license-manager.amazonaws.com", "made"),
    "EventId": lambda h, item: (item["EventId"], "made"),
    "AccessKeyId": lambda h, item: (item["AccessKeyId"], "made"),
    "Username": lambda h, item: ("Alice", "made"),
    "ReadOnly": lambda h, item: ("false", "made"),
    "ResourceName": lambda h, item: (h["arn"], "made"),
    "ResourceType": lambda h, item: ("AWS::IAM::User", "iam"),
}


@pytest.mark.parametrize("key", ATTRIBUTES)
def test_each_attribute_finds_its_event_and_nothing_else(demo, history, key):
    item = item_of(demo, "CreateLicenseConfiguration", history["made"])
    value, wanted = ATTRIBUTES[key](history, item)
    found = lookup(history["client"], key, value, pages=50)
    assert history[wanted] in ids(found)
    for other in found:
        event = json.loads(other["CloudTrailEvent"])
        names = [resource["ResourceName"] for resource in other["Resources"]]
        kinds = [resource["ResourceType"] for resource in other["Resources"]]
        held = {
            "EventName": [other["EventName"]],
            "EventSource": [event["eventSource"]],
            "EventId": [event["eventID"]],
            "AccessKeyId": [event["userIdentity"].get("accessKeyId")],
            "Username": [other.get("Username")],
            "ReadOnly": [other["ReadOnly"]],
            "ResourceName": names,
            "ResourceType": kinds,
        }
        assert value in held[key]
    if key == "EventId":
        assert len(found) == 1


def test_attributes_match_exactly_and_case_sensitively(history):
    client = history["client"]
    for key, value in [
        ("EventName", "createlicenseconfiguration"),
        ("EventName", "CreateLicense*"),
        ("Username", "alice"),
        ("ResourceType", "AWS::Nothing::Here"),
        ("EventSource", "license-manager"),
    ]:
        assert lookup(client, key, value) == []


@pytest.mark.parametrize("value", ["True", "FALSE", "yes", "1"])
def test_read_only_is_true_or_false(history, value):
    refused(
        history["client"],
        "InvalidLookupAttributesException",
        LookupAttributes=attribute("ReadOnly", value),
    )


def test_one_attribute_only(history):
    two = attribute("EventName", "ListUsers") + attribute("ReadOnly", "true")
    refused(history["client"], "InvalidLookupAttributesException", LookupAttributes=two)


def test_several_attributes_where_it_is_asked_for(make_server):
    server = make_server("--demo", env={"OPENTRAIL_LOOKUP__SEVERAL_ATTRIBUTES": "true"})
    server.client("iam", "root").list_users()
    answer = server.client("iam", "root").create_user(UserName="both")
    event_of(server, "CreateUser", request_id(answer))
    both = attribute("EventSource", "iam.amazonaws.com") + attribute("ReadOnly", "false")
    found = server.client("cloudtrail", "root").lookup_events(LookupAttributes=both)["Events"]
    assert {item["EventName"] for item in found} == {"CreateUser"}


@pytest.mark.parametrize("size", [0, 51, -1, 1000])
def test_max_results_is_one_to_fifty(history, size):
    refused(history["client"], "InvalidMaxResultsException", MaxResults=size)


@pytest.mark.parametrize("size", [1, 50])
def test_max_results_is_kept(demo, history, size):
    for _ in range(3):
        demo.client("sts").get_caller_identity()
    assert 1 <= len(history["client"].lookup_events(MaxResults=size)["Events"]) <= size


@pytest.mark.parametrize("key", ["eventname", "Nothing", ""])
def test_unknown_attribute_keys_are_refused(history, key):
    with pytest.raises(ClientError) as failure:
        history["client"].lookup_events(LookupAttributes=attribute(key, "x"))
    code = failure.value.response["Error"]["Code"]
    assert code in ("InvalidLookupAttributesException", "ValidationException")


def test_attribute_values_have_bounds(history):
    client = history["client"]
    assert lookup(client, "EventName", "_" * 2000) == []
    for value in ("", "_" * 2001):
        with pytest.raises(ClientError) as failure:
            client.lookup_events(LookupAttributes=attribute("EventName", value))
        code = failure.value.response["Error"]["Code"]
        assert code in ("InvalidLookupAttributesException", "ValidationException")


def test_time_ranges_are_inclusive_whole_seconds(demo):
    """By a record that is an hour old: the seconds around it are not in the future."""
    moment = utc_now() - datetime.timedelta(hours=1)
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "Root", "accountId": SELLER_ACCOUNT},
        "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "times.example.com",
        "eventName": "Timed",
        "awsRegion": REGION,
        "eventID": "00000000-0000-4000-8000-00000000a11e",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": SELLER_ACCOUNT,
        "eventCategory": "Management",
    }
    own_call(demo, "ImportEvents", {"Records": [json.dumps(record)]})
    client, second = demo.client("cloudtrail", "root"), datetime.timedelta(seconds=1)

    def found(start, end):
        return len(lookup(client, "EventName", "Timed", StartTime=start, EndTime=end)) == 1

    wait_until(lambda: found(moment, moment))
    assert found(moment - second, moment + second)
    assert not found(moment + second, moment + 5 * second)
    assert not found(moment - 5 * second, moment - second)


def test_time_ranges_that_make_no_sense(history):
    client, now = history["client"], utc_now()
    hour = datetime.timedelta(hours=1)
    refused(client, "InvalidTimeRangeException", StartTime=now, EndTime=now - hour)
    refused(client, "InvalidTimeRangeException", StartTime=now + hour)
    assert client.lookup_events(StartTime=now - 400 * 24 * hour)["Events"]


def test_event_category(history):
    assert history["client"].lookup_events(EventCategory="insight")["Events"] == []
    refused(history["client"], "InvalidEventCategoryException", EventCategory="data")


def test_newest_first_and_every_event_on_exactly_one_page(demo, unique):
    """Pages put together are the whole history, though calls go on while they are read."""
    sts = demo.client("sts", "seller")
    wanted = [request_id(sts.get_caller_identity()) for _ in range(23)]
    event_of(demo, "GetCallerIdentity", wanted[-1])
    client = demo.client("cloudtrail", "root")
    arguments = {"LookupAttributes": attribute("EventName", "GetCallerIdentity"), "MaxResults": 4}
    items = []
    while True:
        answer = client.lookup_events(**arguments)
        items += answer["Events"]
        sts.get_caller_identity()
        if "NextToken" not in answer:
            break
        arguments["NextToken"] = answer["NextToken"]
    seen = [json.loads(item["CloudTrailEvent"])["requestID"] for item in items]
    assert len(seen) == len(set(seen))
    assert set(wanted) <= set(seen)
    times = [item["EventTime"] for item in items]
    assert times == sorted(times, reverse=True)
    whole = lookup(client, "EventName", "GetCallerIdentity", pages=50)
    assert [item["EventId"] for item in whole if item in items] == [
        item["EventId"] for item in items
    ]


def test_paginator_of_the_sdk(demo, history):
    pages = history["client"].get_paginator("lookup_events").paginate(
        LookupAttributes=attribute("Username", "Alice"), PaginationConfig={"PageSize": 2}
    )
    found = [item for page in pages for item in page["Events"]]
    assert {history["made"], history["listed"]} <= ids(found)


def first_token(demo):
    client = demo.client("cloudtrail", "root")
    for _ in range(4):
        demo.client("sts", "seller").get_caller_identity()
    answer = client.lookup_events(
        LookupAttributes=attribute("EventName", "GetCallerIdentity"), MaxResults=2
    )
    return answer["NextToken"]


def test_a_token_is_for_its_caller_and_query(demo):
    token, client = first_token(demo), demo.client("cloudtrail", "root")
    same = {"LookupAttributes": attribute("EventName", "GetCallerIdentity"), "MaxResults": 2}
    assert client.lookup_events(NextToken=token, **same)["Events"]
    code = "InvalidNextTokenException"
    other = same | {"LookupAttributes": attribute("EventName", "ListUsers")}
    refused(client, code, NextToken=token, **other)
    refused(client, code, NextToken=token, MaxResults=2)
    refused(client, code, NextToken=token, StartTime=utc_now(), **same)
    refused(client, code, NextToken="junk", **same)
    refused(client, code, NextToken=token + "A", **same)
    refused(demo.client("cloudtrail", "buyer"), code, NextToken=token, **same)
    refused(demo.client("cloudtrail", "root", "eu-west-1"), code, NextToken=token, **same)


def test_a_token_with_any_bit_flipped_is_refused(demo):
    token, wire, keys = first_token(demo), Wire(demo.port), demo.keys("root")
    taken = []
    for at, letter in enumerate(token):
        for bit in range(7):
            changed = chr(ord(letter) ^ (1 << bit))
            body = {
                "LookupAttributes": attribute("EventName", "GetCallerIdentity"),
                "MaxResults": 2,
                "NextToken": token[:at] + changed + token[at + 1 :],
            }
            reply = wire.ask(json_call(demo, keys, "cloudtrail", "LookupEvents", body))
            if reply.status != 400:
                taken.append((at, bit, reply.status))
    assert not taken, f"{len(taken)} changed tokens were taken, such as {taken[:5]}"


def test_an_old_token_still_reads_the_same_pages(demo):
    """A token says where to go on; what came later does not shift it."""
    token, client = first_token(demo), demo.client("cloudtrail", "root")
    same = {"LookupAttributes": attribute("EventName", "GetCallerIdentity"), "MaxResults": 2}
    before = client.lookup_events(NextToken=token, **same)["Events"]
    demo.client("sts", "seller").get_caller_identity()
    assert client.lookup_events(NextToken=token, **same)["Events"] == before


def test_iam_is_global_and_regions_are_apart(demo, unique):
    name = unique("global")
    iam = demo.client("iam", "root", "eu-west-1").create_user(UserName=name)
    lm = demo.client("license-manager", "seller", "eu-west-1").list_license_configurations()
    event = event_of(demo, "CreateUser", request_id(iam))
    assert event["awsRegion"] == REGION
    there = event_of(demo, "ListLicenseConfigurations", request_id(lm), region="eu-west-1")
    assert there["awsRegion"] == "eu-west-1"
    here = demo.client("cloudtrail", "root")
    assert request_id(lm) not in ids(
        lookup(here, "EventName", "ListLicenseConfigurations", pages=20)
    )
    elsewhere = demo.client("cloudtrail", "root", "eu-west-1")
    assert request_id(iam) not in ids(lookup(elsewhere, "EventName", "CreateUser", pages=20))


def test_accounts_are_apart(demo):
    answer = demo.client("sts", "buyer").get_caller_identity()
    event = event_of(demo, "GetCallerIdentity", request_id(answer), who="buyer")
    assert event["recipientAccountId"] == answer["Account"] != SELLER_ACCOUNT
    sellers = lookup(demo.client("cloudtrail", "root"), "EventName", "GetCallerIdentity", pages=20)
    assert request_id(answer) not in ids(sellers)


def test_cloudtrails_own_calls_are_recorded(demo, history):
    start = utc_now() - datetime.timedelta(minutes=1, microseconds=-250_000)
    answer = history["client"].lookup_events(
        LookupAttributes=attribute("EventName", "CreateUser"), StartTime=start, MaxResults=7
    )
    event = event_of(demo, "LookupEvents", request_id(answer))
    assert event["eventSource"] == "cloudtrail.amazonaws.com"
    assert event["readOnly"] is True and event["responseElements"] is None
    assert event["requestParameters"] == {
        "lookupAttributes": [{"attributeKey": "EventName", "attributeValue": "CreateUser"}],
        "startTime": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "maxResults": 7,
    } or event["requestParameters"]["startTime"].startswith(start.strftime("%b"))


def test_resources_are_an_index_of_their_own(demo, history):
    item = item_of(demo, "CreateUser", history["iam"])
    assert "resources" not in json.loads(item["CloudTrailEvent"])
    user = history["user"]
    names = {"looked-up-user", user["Arn"], user["UserId"]}
    assert {resource["ResourceName"] for resource in item["Resources"]} == names
    assert {resource["ResourceType"] for resource in item["Resources"]} == {"AWS::IAM::User"}
    key = demo.client("iam", "root").create_access_key(UserName="looked-up-user")
    item = item_of(demo, "CreateAccessKey", request_id(key))
    kinds = {resource["ResourceType"] for resource in item["Resources"]}
    assert kinds == {"AWS::IAM::AccessKey", "AWS::IAM::User"}
    read = item_of(demo, "ListLicenseConfigurations", history["listed"])
    assert read["Resources"] == [] and read["ReadOnly"] == "true"


def test_the_wire_form(demo):
    """Times are numbers, ReadOnly is text, absent members are absent."""
    keys, wire = demo.keys("root"), Wire(demo.port)
    for prefix in (
        "CloudTrail_20131101",
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    ):
        target = {"X-Amz-Target": f"{prefix}.LookupEvents"}
        reply = wire.ask(
            json_call(demo, keys, "cloudtrail", "LookupEvents", {"MaxResults": 1}, headers=target)
        )
        assert reply.status == 200
        assert reply.headers["content-type"] == "application/x-amz-json-1.1"
        event = reply.json["Events"][0]
        assert isinstance(event["EventTime"], (int, float)) and event["EventTime"] % 1 == 0
        assert event["ReadOnly"] in ("true", "false")
        assert None not in event.values()
        assert isinstance(event["CloudTrailEvent"], str)


@pytest.mark.parametrize(
    "target",
    [
        "CloudTrail_20131101", "CloudTrail_20131101.", "CloudTrail_20131101.Nothing",
        "CloudTrail_20131101.LookupEvents.More", "CloudTrail_20131102.LookupEvents",
        "cloudtrail_20131101.LookupEvents", "com.amazonaws.CloudTrail_20131101.LookupEvents",
    ],
)  # fmt: skip
def test_unknown_operations_get_awss_error(demo, target):
    call = json_call(
        demo, demo.keys("root"), "cloudtrail", "X", {}, headers={"X-Amz-Target": target}
    )
    reply = Wire(demo.port).ask(call)
    assert reply.status == 400
    assert reply.json["__type"] == "UnknownOperationException"
    assert reply.request_id


def test_every_operation_not_served_names_itself(demo):
    client = demo.client("cloudtrail", "root")
    with pytest.raises(ClientError) as failure:
        client.list_dashboards()
    response = failure.value.response
    assert "ListDashboards" in response["Error"]["Message"]
    event = event_of(demo, "ListDashboards", request_id(response))
    assert event["errorCode"] == response["Error"]["Code"]


def test_the_rate_is_bounded_where_it_is_asked_for(make_server):
    server = make_server("--demo", env={"OPENTRAIL_LIMITS__LOOKUP_EVENTS_PER_SECOND": "2"})
    client, outcomes = server.client("cloudtrail", "root"), []
    for _ in range(12):
        try:
            client.lookup_events(MaxResults=1)
            outcomes.append("taken")
        except ClientError as failure:
            outcomes.append(failure.response["Error"]["Code"])
            assert failure.response["Error"]["Message"] == "Rate exceeded"
    assert outcomes[:2] == ["taken", "taken"]
    assert "ThrottlingException" in outcomes
    # another account has a rate of its own
    server.client("cloudtrail", "buyer").lookup_events(MaxResults=1)


def test_ninety_days(fresh):
    """History ends after 90 days by the sandbox's clock."""
    answer = fresh.client("sts", "root").get_caller_identity()
    item = item_of(fresh, "GetCallerIdentity", request_id(answer))
    fresh.command("clock", "advance", "89d", who="root")
    client = fresh.client("cloudtrail", "root")
    assert lookup(client, "EventId", item["EventId"])
    fresh.command("clock", "advance", "2d", who="root")
    assert lookup(client, "EventId", item["EventId"]) == []


def test_a_clock_set_back_hides_nothing(fresh):
    """Events of a time that is not yet are found until somebody asks for an end."""
    fresh.command("clock", "advance", "3h", who="root")
    ahead = fresh.client("license-manager").list_license_configurations()
    item_of(fresh, "ListLicenseConfigurations", request_id(ahead))
    fresh.command("clock", "set", "wall", who="root")
    now = int(own_call(fresh, "GetClock", {})["Now"])
    item = item_of(fresh, "ListLicenseConfigurations", request_id(ahead))
    assert item["EventTime"].timestamp() > now + 2 * 3600
    client = fresh.client("cloudtrail", "root")
    ended = lookup(client, "EventName", "ListLicenseConfigurations", EndTime=now + 60)
    assert request_id(ahead) not in ids(ended)


def test_the_clock_is_the_operators(fresh):
    """Bob administers his own account; everybody's time is not his to move."""
    before = own_call(fresh, "GetClock", {})
    call = json_call(fresh, fresh.keys("buyer"), "opentrail", "SetClock", {"AdvanceSeconds": 60})
    reply = Wire(fresh.port).ask(call)
    assert (reply.status, reply.code) == (403, "AccessDeniedException"), reply.body
    assert own_call(fresh, "GetClock", {})["OffsetSeconds"] == before["OffsetSeconds"] == 0
    event = event_of(fresh, "SetClock", reply.request_id, who="buyer")
    assert event["errorCode"].startswith("AccessDenied")
