"""Event selectors and insight selectors through the wire: kept, answered and refused as by AWS."""

import json

import pytest

import trails
from raw import find_details
from running import REGION, SELLER_ACCOUNT, request_id, serving, wait_until
from trail_calls import (
    TWO_REGIONS,
    arn_of,
    bucket_of,
    delivered,
    events_of,
    raw,
    refusal,
    shared_bucket,
    the_event,
)

ARN = arn_of("chosen")
DEFAULT = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
INVALID = "InvalidEventSelectorsException"
LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:work"
OBJECT = "AWS::S3::Object"


@pytest.fixture(scope="module")
def server():
    with serving("--demo", env=TWO_REGIONS) as server:
        shared_bucket(server, "any-logs", SELLER_ACCOUNT)
        yield server


@pytest.fixture
def trail(server):
    """A client, and a new trail named `chosen`."""
    client = server.client("cloudtrail", "root")
    for row in client.list_trails()["Trails"]:
        client.delete_trail(Name=row["TrailARN"])
    client.create_trail(Name="chosen", S3BucketName="any-logs")
    return client


def field(name, **operators):
    return {"Field": name} | {name: values for name, values in operators.items()}


def advanced(*fields, name=None):
    selector = {"FieldSelectors": list(fields)}
    return {"Name": name} | selector if name is not None else selector


def data(kind, *fields):
    return advanced(field("eventCategory", Equals=["Data"]), field("resources.type", Equals=[kind]), *fields)  # fmt: skip


MANAGEMENT = field("eventCategory", Equals=["Management"])
NETWORK = [field("eventCategory", Equals=["NetworkActivity"]), field("eventSource", Equals=["ec2.amazonaws.com"])]  # fmt: skip


def put(trail, **selectors):
    return trail.put_event_selectors(TrailName="chosen", **selectors)


def told(trail, **selectors):
    """The text of selectors that must be refused, and the selectors that are there then."""
    code, message = refusal(trail.put_event_selectors, TrailName="chosen", **selectors)
    assert code == INVALID, message
    return message


def kept(trail):
    answer = trail.get_event_selectors(TrailName="chosen")
    return {k: v for k, v in answer.items() if k not in ("ResponseMetadata", "TrailARN")}


def test_a_new_trail_has_one_whole_basic_selector(server, trail):
    reply = raw(server, "GetEventSelectors", {"TrailName": "chosen"})
    assert reply.json == {"TrailARN": ARN, "EventSelectors": [DEFAULT]}
    assert list(reply.json) == ["TrailARN", "EventSelectors"]
    assert list(reply.json["EventSelectors"][0]) == list(DEFAULT)
    assert trail.get_trail(Name="chosen")["Trail"]["HasCustomEventSelectors"] is False


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ([{}], [DEFAULT]),
        ([{"ReadWriteType": "WriteOnly"}], [DEFAULT | {"ReadWriteType": "WriteOnly"}]),
        ([{"IncludeManagementEvents": False}], [DEFAULT | {"IncludeManagementEvents": False}]),
        (
            [{"ExcludeManagementEventSources": ["rdsdata.amazonaws.com", "kms.amazonaws.com"]}],
            [DEFAULT | {"ExcludeManagementEventSources": ["rdsdata.amazonaws.com", "kms.amazonaws.com"]}],
        ),
        ([DEFAULT] * 5, [DEFAULT] * 5),
        *(
            ([{"DataResources": [resource]}], [DEFAULT | {"DataResources": [{"Values": []} | resource]}])
            for resource in [
                {"Type": OBJECT},
                {"Type": OBJECT, "Values": []},
                {"Type": OBJECT, "Values": ["arn:aws:s3"]},
                {"Type": OBJECT, "Values": ["arn:aws:s3:::"]},
                {"Type": OBJECT, "Values": ["arn:aws:s3:::bucket/", "arn:aws:s3:::bucket/pre*fix"]},
                {"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]},
                {"Type": "AWS::Lambda::Function", "Values": [LAMBDA]},
                {"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb"]},
                {"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb:us-east-1:111122223333:table/t"]},
                {"Type": OBJECT, "Values": [f"arn:aws:s3:::b/{n}" for n in range(250)]},
            ]
        ),
    ],
)  # fmt: skip
def test_basic_selectors_are_answered_whole(trail, sent, kept_as):
    answer = put(trail, EventSelectors=sent)
    assert answer["TrailARN"] == ARN and "AdvancedEventSelectors" not in answer
    assert answer["EventSelectors"] == kept_as
    assert kept(trail) == {"EventSelectors": kept_as}
    assert trail.get_trail(Name="chosen")["Trail"]["HasCustomEventSelectors"] is True


COUNT = "Specify a valid number of selectors (1 to 5) for your trail"


def with_values(kind, *values):
    return {"EventSelectors": [{"DataResources": [{"Type": kind, "Values": list(values)}]}]}


@pytest.mark.parametrize(
    ("selectors", "message"),
    [
        ({}, COUNT),
        ({"EventSelectors": []}, COUNT),
        ({"EventSelectors": [{}] * 6}, COUNT),
        ({"EventSelectors": [{"ReadWriteType": "read-only"}]}, "Value read-only for ReadWriteType is invalid."),
        ({"EventSelectors": [{"ExcludeManagementEventSources": ["cloudtrail.amazonaws.com"]}]}, None),
        ({"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Bucket"}]}]}, None),
        (with_values(OBJECT, "arn:aws:s3:::*"), "Value arn:aws:s3:::* for DataResources.Values is invalid."),
        (with_values(OBJECT, "arn:aws:s3:::bucket"), "Value arn:aws:s3:::bucket for DataResources.Values is invalid."),
        (with_values("AWS::Lambda::Function", "arn:aws:lambda:*"), "Value arn:aws:lambda:* for DataResources.Values is invalid."),
        (with_values(OBJECT, *(f"arn:aws:s3:::b/{n}" for n in range(251))), None),
        (
            {"EventSelectors": [{}], "AdvancedEventSelectors": [advanced(MANAGEMENT)]},
            "You can select events by using either EventSelectors or AdvancedEventSelectors, but not both.",
        ),
        ({"AdvancedEventSelectors": []}, "Specify between 1 and 500 selectors for your trail."),
        ({"AdvancedEventSelectors": [advanced(field("readOnly", Equals=["true"]))]}, "The following fields are required: [eventCategory]."),
        ({"AdvancedEventSelectors": [advanced(field("eventCategory", Equals=["Data"]))]}, "The following fields are required: [resources.type]."),
        ({"AdvancedEventSelectors": [data("AWS::IAM::Role")]}, "The resources.type field value is not valid."),
        ({"AdvancedEventSelectors": [data("AWS::S3::Thing")]}, "The resources.type field value is not valid."),
        (
            {"AdvancedEventSelectors": [data("AWS::Lambda::Function", field("resources.ARN", Equals=[LAMBDA + ":$LATEST"]))]},
            f"The specified ARN {LAMBDA}:$LATEST is not valid. Verify that the ARN is properly formatted.",
        ),
        (
            {"AdvancedEventSelectors": [data("AWS::Lambda::Function", field("resources.ARN", NotEquals=[LAMBDA + ":7"]))]},
            f"The specified ARN {LAMBDA}:7 is not valid. Verify that the ARN is properly formatted.",
        ),
        *(
            ({"AdvancedEventSelectors": [selector]}, None)
            for selector in [
                advanced(field("eventCategory", Equals=["Insight"])),
                advanced(field("eventCategory", NotEquals=["Management"])),
                advanced(MANAGEMENT, MANAGEMENT),
                advanced(MANAGEMENT, field("readOnly", Equals=["yes"])),
                advanced(MANAGEMENT, field("readOnly", NotEquals=["true"])),
                advanced(MANAGEMENT, field("eventSource", NotEquals=["cloudtrail.amazonaws.com"])),
                advanced(MANAGEMENT, field("eventSource", Equals=["kms.amazonaws.com"])),
                advanced(MANAGEMENT, field("eventName", Equals=["StopLogging"])),
                advanced(MANAGEMENT, field("userIdentity.arn", Equals=["arn:aws:iam::111122223333:root"])),
                advanced(field("eventCategory", Equals=["Data"]), field("resources.type", StartsWith=["AWS::S3"])),
                advanced(field("eventCategory", Equals=["Data"]), field("resources.type", Equals=[OBJECT, "AWS::SNS::Topic"])),
                data(OBJECT, field("vpcEndpointId", Equals=["vpce-1"])),
                data(OBJECT, field("readOnly", StartsWith=["t"])),
                data(OBJECT, field("nonsense", Equals=["x"])),
                data(OBJECT, field("sessionCredentialFromConsole", StartsWith=["t"])),
                advanced(NETWORK[0]),
                advanced(*NETWORK, field("errorCode", Equals=["AccessDenied"])),
                advanced(*NETWORK, field("resources.type", Equals=[OBJECT])),
            ]
        ),
        ({"AdvancedEventSelectors": [data(OBJECT, field("eventName", Equals=[f"n{n}" for n in range(499)]))]}, None),
    ],
)  # fmt: skip
def test_selectors_that_will_not_do_are_refused_and_change_nothing(trail, selectors, message):
    said = told(trail, **selectors)
    assert said and message in (None, said)
    assert kept(trail) == {"EventSelectors": [DEFAULT]}
    assert trail.get_trail(Name="chosen")["Trail"]["HasCustomEventSelectors"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"AdvancedEventSelectors": [{"FieldSelectors": []}]},
        {"AdvancedEventSelectors": [{}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": []}]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory"}]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Equals": ["Data"]}]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": [""]}]}]},
        {"AdvancedEventSelectors": [data(OBJECT, field("eventName", Equals=["n" * 2049]))]},
        {"AdvancedEventSelectors": [advanced(MANAGEMENT, name="n" * 1001)]},
        {"EventSelectors": {}},
        {"EventSelectors": [7]},
        {"EventSelectors": [{"DataResources": [{"Type": OBJECT, "Values": "arn:aws:s3"}]}]},
    ],
)  # fmt: skip
def test_what_the_model_does_not_allow_is_refused_in_its_words_or_ours(server, trail, body):
    reply = raw(server, "PutEventSelectors", {"TrailName": "chosen"} | body)
    allowed = (INVALID, "ValidationException", "SerializationException", "InvalidParameterException")
    assert reply.status == 400 and reply.json["__type"] in allowed
    assert the_event(server, reply, "PutEventSelectors")["errorCode"] == reply.json["__type"]
    assert kept(trail) == {"EventSelectors": [DEFAULT]}


MANY = [advanced(MANAGEMENT, name=f"name {number}") for number in range(500)]
TAKEN = {
    "management": [advanced(MANAGEMENT)],
    "named": [advanced(MANAGEMENT, field("readOnly", Equals=["false"]), name="Only writes, é")],
    "empty name": [advanced(MANAGEMENT, name="")],
    "excluded sources": [
        advanced(MANAGEMENT, field("eventSource", NotEquals=["kms.amazonaws.com", "rdsdata.amazonaws.com"]))
    ],
    "every operator": [
        data(
            OBJECT,
            field("eventName", Equals=["GetObject"], StartsWith=["Put"], EndsWith=["Tagging"]),
            field("resources.ARN", NotEquals=["arn:aws:s3:::b/x"], NotStartsWith=["arn:aws:s3:::b/y/"], NotEndsWith=[".tmp"]),
            field("userIdentity.arn", StartsWith=["arn:aws:iam::"]),
            field("sessionCredentialFromConsole", NotEquals=["true"]),
            field("eventSource", Equals=["s3.amazonaws.com"]),
            field("eventType", Equals=["AwsApiCall"]),
            field("readOnly", Equals=["true"]),
        )
    ],
    "a qualified function's beginning": [
        data("AWS::Lambda::Function", field("resources.ARN", StartsWith=[LAMBDA + ":$LATEST"]))
    ],
    "network": [
        advanced(*NETWORK, field("errorCode", Equals=["VpceAccessDenied"]), field("vpcEndpointId", StartsWith=["vpce-"]), field("eventName", NotEquals=["x"]), field("userIdentity.arn", Equals=["x"]))
    ],
    "two types": [data(OBJECT), data("AWS::SNS::Topic"), advanced(MANAGEMENT)],
    "498 values": [data(OBJECT, field("eventName", Equals=[f"n{number}" for number in range(498)]))],
    "500 selectors": MANY,
}  # fmt: skip


def sorted_fields(selectors):
    by_name = lambda selector: sorted(selector["FieldSelectors"], key=lambda one: one["Field"])  # noqa: E731
    return [selector | {"FieldSelectors": by_name(selector)} for selector in selectors]


@pytest.mark.parametrize("selectors", TAKEN.values(), ids=TAKEN)
def test_advanced_selectors_are_echoed_as_sent_and_got_sorted(trail, selectors):
    answer = put(trail, AdvancedEventSelectors=selectors)
    assert answer["TrailARN"] == ARN and "EventSelectors" not in answer
    assert answer["AdvancedEventSelectors"] == selectors
    assert kept(trail) == {"AdvancedEventSelectors": sorted_fields(selectors)}
    assert trail.get_trail(Name="chosen")["Trail"]["HasCustomEventSelectors"] is True


def test_each_kind_replaces_the_other(trail):
    put(trail, EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    put(trail, AdvancedEventSelectors=[advanced(MANAGEMENT)])
    assert kept(trail) == {"AdvancedEventSelectors": [advanced(MANAGEMENT)]}
    put(trail, EventSelectors=[{}])
    assert kept(trail) == {"EventSelectors": [DEFAULT]}
    # back to what a new trail has, and yet put by somebody
    assert trail.get_trail(Name="chosen")["Trail"]["HasCustomEventSelectors"] is True


# C2

EXCLUDING = {
    "reads alone": {"EventSelectors": [{"ReadWriteType": "ReadOnly"}]},
    "no management": {"EventSelectors": [{"IncludeManagementEvents": False}]},
    "objects of no bucket": {"AdvancedEventSelectors": [data(OBJECT, field("resources.ARN", Equals=["arn:aws:s3:::none/none"]))]},
    "reads, advanced": {"AdvancedEventSelectors": [advanced(MANAGEMENT, field("readOnly", Equals=["true"]))]},
    "a network of none": {"AdvancedEventSelectors": [advanced(*NETWORK)]},
}  # fmt: skip


@pytest.mark.parametrize("selectors", EXCLUDING.values(), ids=EXCLUDING)
def test_c2_selectors_that_exclude_all_are_recorded_with_what_was_before(server, trail, selectors):
    trail.start_logging(Name="chosen")
    answer = put(trail, **selectors)
    event = the_event(server, answer, "PutEventSelectors")
    (kind,) = selectors
    lower = kind[0].lower() + kind[1:]
    assert len(event["requestParameters"][lower]) == 1 and event["responseElements"][lower]
    [was] = event["additionalEventData"]["opentrail:previous"]["eventSelectors"]
    assert was["readWriteType"] == "All" and was["includeManagementEvents"] is True
    # and what comes then is recorded, whatever the trail takes
    stopped = trail.stop_logging(Name="chosen")
    assert the_event(server, stopped, "StopLogging")["requestParameters"] == {"name": "chosen"}


def test_c2_old_selectors_take_the_call_that_replaces_them_and_new_ones_what_follows(make_server):
    server = make_server("--demo", env=TWO_REGIONS)
    trail = server.client("cloudtrail", "root")
    shared_bucket(server, "c2-logs", SELLER_ACCOUNT)
    trail.create_trail(Name="chosen", S3BucketName="c2-logs")
    trail.start_logging(Name="chosen")
    closing = put(trail, EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    read = trail.list_trails()
    written = trail.add_tags(ResourceId=ARN, TagsList=[{"Key": "k"}])
    opening = put(trail, EventSelectors=[{}])
    after = trail.remove_tags(ResourceId=ARN, TagsList=[{"Key": "k"}])
    trails.advance(server, "10m")
    bucket = bucket_of(server, "c2-logs")

    def arrived():
        found = delivered(bucket)
        return request_id(after) in found and found

    found = wait_until(arrived, trails.PATIENCE_SECS, "the last call")
    taken = [request_id(answer) in found for answer in (closing, read, written, opening, after)]
    assert taken == [True, True, False, False, True]
    assert len(events_of(server, request_id(written))) == 1


# insight selectors

RATE, ERRORS = {"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}
BOTH = {"InsightType": "ApiCallRateInsight", "EventCategories": ["Management", "Data"]}


def test_insight_selectors_replace_and_an_empty_list_turns_insights_off(server, trail):
    code, _ = refusal(trail.get_insight_selectors, TrailName="chosen")
    assert code == "InsightNotEnabledException"
    for selectors in ([RATE], [ERRORS], [BOTH, ERRORS]):
        asked = {"TrailName": ARN, "InsightSelectors": selectors}
        wanted = {"TrailARN": ARN, "InsightSelectors": selectors}
        assert raw(server, "PutInsightSelectors", asked).json == wanted
        assert raw(server, "GetInsightSelectors", {"TrailName": "chosen"}).json == wanted
        assert trail.get_trail(Name="chosen")["Trail"]["HasInsightSelectors"] is True
    asked = {"TrailName": "chosen", "InsightSelectors": []}
    assert raw(server, "PutInsightSelectors", asked).json == {"TrailARN": ARN, "InsightSelectors": []}
    assert refusal(trail.get_insight_selectors, TrailName="chosen")[0] == "InsightNotEnabledException"
    assert trail.get_trail(Name="chosen")["Trail"]["HasInsightSelectors"] is False
    # nothing is analysed, and nothing says that it is
    status = raw(server, "GetTrailStatus", {"TrailName": "chosen", "Name": "chosen"}).json
    assert not [name for name in status if "Insight" in name]


COMBINATION, INSIGHTS = "InvalidParameterCombinationException", "InvalidInsightSelectorsException"
STORE = f"arn:aws:cloudtrail:{REGION}:{SELLER_ACCOUNT}:eventdatastore/12345678-1234-1234-1234-123456789012"  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"TrailName": "chosen", "InsightSelectors": [{"InsightType": "Other"}]}, [INSIGHTS, "ValidationException"]),
        ({"TrailName": "chosen", "InsightSelectors": [{}]}, [INSIGHTS]),
        ({"TrailName": "chosen", "InsightSelectors": [RATE, RATE]}, [INSIGHTS]),
        ({"TrailName": "chosen", "InsightSelectors": [RATE | {"EventCategories": ["Network"]}]}, [INSIGHTS, "ValidationException"]),
        ({"TrailName": "chosen"}, ["ValidationException"]),
        ({"InsightSelectors": [RATE]}, [COMBINATION]),
        ({"TrailName": "chosen", "EventDataStore": STORE, "InsightSelectors": [RATE]}, [COMBINATION]),
        ({"TrailName": "chosen", "InsightsDestination": STORE, "InsightSelectors": [RATE]}, [COMBINATION]),
        ({"EventDataStore": STORE, "InsightsDestination": STORE, "InsightSelectors": [RATE]}, ["UnsupportedOperationException"]),
    ],
)  # fmt: skip
def test_insight_selectors_that_will_not_do(trail, arguments, codes):
    assert refusal(trail.put_insight_selectors, **arguments)[0] in codes
    assert refusal(trail.get_insight_selectors, TrailName="chosen")[0] == "InsightNotEnabledException"


def test_c2_insights_that_are_turned_off_are_recorded_with_what_was_before(server, trail):
    trail.put_insight_selectors(TrailName="chosen", InsightSelectors=[RATE, ERRORS])
    answer = trail.put_insight_selectors(TrailName="chosen", InsightSelectors=[])
    event = the_event(server, answer, "PutInsightSelectors")
    assert event["requestParameters"] == {"trailName": "chosen", "insightSelectors": []}
    assert event["responseElements"] == {"trailARN": ARN, "insightSelectors": []}
    was = event["additionalEventData"]["opentrail:previous"]["insightSelectors"]
    assert [one["insightType"] for one in was] == ["ApiCallRateInsight", "ApiErrorRateInsight"]


def test_a_call_with_five_hundred_selectors_is_one_event(server, trail):
    answer = put(trail, AdvancedEventSelectors=MANY)
    (event,) = events_of(server, request_id(answer))
    named = [one["name"] for one in event["requestParameters"]["advancedEventSelectors"]]
    assert named == [selector["Name"] for selector in MANY]
    assert all(json.loads(row["CloudTrailEvent"]) for row in find_details(server))
