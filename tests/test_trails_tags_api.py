"""Tags, resource policies and event configurations of trails through the wire."""

import json

import pytest

from trail_calls import AGGREGATION, ELSEWHERE, STORE, arn_of, raw, refusal, serving_api


@pytest.fixture(scope="module")
def shared_api():
    with serving_api() as made:
        yield made


@pytest.fixture
def api(shared_api):
    """The module's server, with no trails."""
    shared_api.clear()
    return shared_api


# tags


def tags_of(api, arn):
    [row] = api.trail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    assert row["ResourceId"] == arn
    return {tag["Key"]: tag.get("Value") for tag in row["TagsList"]}


def test_tags_are_added_over_each_other_and_taken_away_by_key(api):
    arn = api.create("tagged")["TrailARN"]
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b"}]
    reply = raw(api.server, "AddTags", {"ResourceId": arn, "TagsList": tags})
    assert (reply.status, reply.body) == (200, b"{}")
    shown = raw(api.server, "ListTags", {"ResourceIdList": [arn]})
    assert shown.json == {"ResourceTagList": [{"ResourceId": arn, "TagsList": tags}]}
    api.trail.add_tags(ResourceId=arn, TagsList=[{"Key": "a", "Value": "2"}, {"Key": "c", "Value": "é"}])
    assert tags_of(api, arn) == {"a": "2", "b": None, "c": "é"}
    removed = [{"Key": "a", "Value": "other"}, {"Key": "never"}]
    reply = raw(api.server, "RemoveTags", {"ResourceId": arn, "TagsList": removed})
    assert (reply.status, reply.body) == (200, b"{}")
    assert tags_of(api, arn) == {"b": None, "c": "é"}


def test_a_trail_has_fifty_tags(api):
    arn = api.create("tagged")["TrailARN"]
    fifty = [{"Key": f"key {n}", "Value": "v"} for n in range(50)]
    api.trail.add_tags(ResourceId=arn, TagsList=fifty)
    told = refusal(api.trail.add_tags, ResourceId=arn, TagsList=[{"Key": "one more"}])
    assert told[0] == "TagsLimitExceededException"
    # one that is there has room
    api.trail.add_tags(ResourceId=arn, TagsList=[{"Key": "key 7", "Value": "new"}])
    assert len(tags_of(api, arn)) == 50 and tags_of(api, arn)["key 7"] == "new"


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ("tagged", "CloudTrailARNInvalidException"),
        ("arn:aws:cloudtrail:us-east-1:111122223333:trail", "CloudTrailARNInvalidException"),
        ("arn:aws:s3:::bucket", "CloudTrailARNInvalidException"),
        (arn_of("a b"), "InvalidTrailNameException"),
        (arn_of("gone"), "ResourceNotFoundException"),
        (arn_of("far", ELSEWHERE), "ResourceNotFoundException"),
        (STORE, "EventDataStoreNotFoundException"),
        (STORE[:-1], "EventDataStoreARNInvalidException"),
        (STORE.replace("eventdatastore", "channel")[:-1], "ChannelARNInvalidException"),
        (STORE.replace("eventdatastore", "thing"), "ResourceTypeNotSupportedException"),
    ],
)
def test_tags_belong_to_arns_of_trails_at_home(api, resource, code):
    api.create("tagged")
    api.create("far", api.far)
    tags = [{"Key": "k", "Value": "v"}]
    assert refusal(api.trail.add_tags, ResourceId=resource, TagsList=tags)[0] == code
    assert refusal(api.trail.remove_tags, ResourceId=resource, TagsList=tags)[0] == code
    assert refusal(api.trail.list_tags, ResourceIdList=[arn_of("tagged"), resource])[0] == code


def test_tags_of_twenty_trails_are_listed_in_the_order_asked(api):
    arns = [api.create(name)["TrailARN"] for name in ("one", "two")]
    for name in ("one", "two"):
        tags = [{"Key": "name", "Value": name}]
        api.trail.add_tags(ResourceId=arn_of(name), TagsList=tags)
    asked = [arns[1], arns[0]] * 10
    rows = api.trail.list_tags(ResourceIdList=asked)["ResourceTagList"]
    assert [row["ResourceId"] for row in rows] == asked
    code, _ = refusal(api.trail.list_tags, ResourceIdList=[arns[0]] * 21)
    assert code in ("ValidationException", "InvalidParameterException")


@pytest.mark.parametrize(
    "tag", [{"Key": ""}, {"Key": "k" * 129}, {"Key": "k", "Value": "v" * 257}, {"Key": "AWS:x"}]
)
def test_tags_that_are_too_long_or_reserved_are_refused(api, tag):
    arn = api.create("tagged")["TrailARN"]
    code, _ = refusal(api.trail.add_tags, ResourceId=arn, TagsList=[tag])
    assert code in ("InvalidTagParameterException", "ValidationException")
    assert tags_of(api, arn) == {}


# resources that trails are not, and event configurations


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        (arn_of("mine"), "ResourceTypeNotSupportedException"),
        (STORE, "ResourceNotFoundException"),
        (STORE.replace("eventdatastore", "channel"), "ResourceNotFoundException"),
        ("arn:aws:cloudtrail:us-east-1:111122223333:dashboard/mine", "ResourceNotFoundException"),
        (STORE[:-1], "ResourceARNNotValidException"),
        ("arn:aws:s3:::bucket", "ResourceARNNotValidException"),
        ("mine", "ResourceARNNotValidException"),
    ],
)
def test_only_stores_channels_and_dashboards_could_have_policies(api, resource, code):
    api.create("mine")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    trail = api.trail
    assert refusal(trail.get_resource_policy, ResourceArn=resource)[0] == code
    assert refusal(trail.delete_resource_policy, ResourceArn=resource)[0] == code
    put = refusal(trail.put_resource_policy, ResourceArn=resource, ResourcePolicy=policy)
    assert put[0] == code


def test_event_configurations_are_kept_replaced_and_taken_away(api):
    arn = api.create("grouped")["TrailARN"]
    empty = {"TrailARN": arn, "AggregationConfigurations": []}
    assert raw(api.server, "GetEventConfiguration", {"TrailName": "grouped"}).json == empty
    for templates in (["API_ACTIVITY"], ["USER_ACTIONS", "RESOURCE_ACCESS"]):
        one = [{"Templates": templates, "EventCategory": "Data"}]
        asked = {"TrailName": arn, "AggregationConfigurations": one}
        wanted = {"TrailARN": arn, "AggregationConfigurations": one}
        assert raw(api.server, "PutEventConfiguration", asked).json == wanted
        assert raw(api.server, "GetEventConfiguration", {"TrailName": arn}).json == wanted
    asked = {"TrailName": arn, "AggregationConfigurations": []}
    assert raw(api.server, "PutEventConfiguration", asked).json == empty


COMBINATION = "InvalidParameterCombinationException"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, COMBINATION),
        ({"TrailName": "mine", "EventDataStore": STORE}, COMBINATION),
        ({"TrailName": "mine", "MaxEventSize": "Large", "AggregationConfigurations": [AGGREGATION]}, COMBINATION),
        ({"TrailName": "mine", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["k"]}]}, COMBINATION),
        ({"TrailName": "mine"}, "InvalidParameterException"),
        ({"TrailName": "mine", "AggregationConfigurations": [AGGREGATION] * 2}, None),
        ({"TrailName": "mine", "AggregationConfigurations": [{"Templates": ["ALL"], "EventCategory": "Data"}]}, None),
        ({"TrailName": "mine", "AggregationConfigurations": [{"Templates": [], "EventCategory": "Data"}]}, None),
        ({"TrailName": "mine", "AggregationConfigurations": [{"Templates": ["API_ACTIVITY"], "EventCategory": "Management"}]}, None),
        ({"EventDataStore": STORE, "MaxEventSize": "Large"}, "EventDataStoreNotFoundException"),
        ({"EventDataStore": "mine", "MaxEventSize": "Large"}, "EventDataStoreARNInvalidException"),
    ],
)  # fmt: skip
def test_event_configurations_that_will_not_do(api, arguments, code):
    api.create("mine")
    told = refusal(api.trail.put_event_configuration, **arguments)[0]
    assert told == code or (code is None and told in ("InvalidParameterException", "ValidationException"))
    assert api.trail.get_event_configuration(TrailName="mine")["AggregationConfigurations"] == []
