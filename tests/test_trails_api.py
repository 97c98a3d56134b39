"""The operations on trails through the wire: what they answer, what they refuse and in which words."""

import concurrent.futures
import datetime
import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import notices
import trails
from events import ALWAYS
from raw import find_details
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, request_id, serving, wait_until
from trail_calls import (
    PRINCIPAL,
    REGIONS,
    TWO_REGIONS,
    arn_of,
    bucket_of,
    delivered,
    events_of,
    names_seen,
    raw,
    refusal,
    shared_bucket,
    the_event,
)

ELSEWHERE = "eu-west-1"
UNKNOWN_KEY = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"
GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:trail:*"
ROLE = "arn:aws:iam::111122223333:role/logs"
STORE = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012"


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


@pytest.fixture(scope="module")
def shared_api():
    with serving("--demo", env=TWO_REGIONS) as server:
        yield Api(server)


@pytest.fixture
def api(shared_api):
    """The module's server, with no trails."""
    shared_api.clear()
    return shared_api


def members(answer):
    return [name for name in answer if name != "ResponseMetadata"]


# names and references


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ab", "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters."),
        ("", "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 0 characters."),
        ("a" * 129, "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters."),
        ("-abc", "Trail name must starts with a letter or number."),
        ("abc-", "Trail name must ends with a letter or number."),
        ("a b c", "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."),
        ("ab/cd", "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."),
        ("a._c", None),
        ("10.20.30.40", None),
    ],
)  # fmt: skip
def test_a_bad_name_is_refused_by_every_operation_that_takes_one(api, name, message):
    trail = api.trail
    answers = [
        api.refused(name, S3BucketName="nowhere"),
        refusal(trail.update_trail, Name=name),
        refusal(trail.delete_trail, Name=name),
        refusal(trail.get_trail, Name=name),
        refusal(trail.describe_trails, trailNameList=[name]),
        refusal(trail.get_trail_status, Name=name),
        refusal(trail.start_logging, Name=name),
        refusal(trail.stop_logging, Name=name),
        refusal(trail.get_event_selectors, TrailName=name),
        refusal(trail.put_event_selectors, TrailName=name, EventSelectors=[{}]),
        refusal(trail.get_insight_selectors, TrailName=name),
        refusal(trail.put_insight_selectors, TrailName=name, InsightSelectors=[]),
        refusal(trail.get_event_configuration, TrailName=name),
        refusal(trail.put_event_configuration, TrailName=name, AggregationConfigurations=[]),
    ]
    assert {code for code, _ in answers} == {"InvalidTrailNameException"}
    assert len(set(answers)) == 1
    assert message in (None, answers[0][1])


@pytest.mark.parametrize("name", ["abc", "a" * 128, "A.b_c-9", "10.20.30.400", "1x2"])
def test_a_good_name_is_taken(api, name):
    assert api.create(name)["TrailARN"] == arn_of(name)
    assert api.trail.get_trail(Name=arn_of(name))["Trail"]["Name"] == name


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


def test_an_unknown_trail_is_told_by_the_name_of_the_called_region(api):
    api.create("here")
    for client, region, name in [(api.trail, REGION, "gone"), (api.far, ELSEWHERE, "here")]:
        text = f"Unknown trail: {arn_of(name, region)} for the user: {SELLER_ACCOUNT}"
        for operation, ask in by_name(client, name).items():
            assert ask() == ("TrailNotFoundException", text), operation
        code, message = refusal(client.get_trail, Name=name)
        assert code == "TrailNotFoundException"
        assert message == f"Unknown trail: {name} for the user: {SELLER_ACCOUNT}"


def test_a_foreign_or_unknown_arn_names_no_trail_of_the_caller(api):
    api.create("mine")
    for client, account, arn in [
        (api.buyer, BUYER_ACCOUNT, arn_of("mine")),
        (api.trail, SELLER_ACCOUNT, arn_of("mine", "ap-south-1")),
        (api.trail, SELLER_ACCOUNT, arn_of("gone")),
    ]:
        text = f"Unknown trail: {arn} for the user: {account}"
        for operation, ask in by_name(client, arn).items():
            assert ask() == ("TrailNotFoundException", text), operation
        assert refusal(client.get_trail, Name=arn) == ("TrailNotFoundException", text)
        assert client.describe_trails(trailNameList=[arn])["trailList"] == []
        code, _ = refusal(client.list_tags, ResourceIdList=[arn])
        assert code == "ResourceNotFoundException"
    assert api.trail.get_trail(Name="mine")["Trail"]["TrailARN"] == arn_of("mine")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:cloudtrail:us-east-1:111122223333",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/",
        "arn:aws:cloudtrail:us-east-1:1111:trail/mine",
        "arn:aws:cloudtrail::111122223333:trail/mine",
        "arn:aws:s3:us-east-1:111122223333:trail/mine",
        "arn:aws:cloudtrail:us-east-1:111122223333:channel/12345678-1234-1234-1234-123456789012",
        "arn:",
    ],
)
def test_a_malformed_arn_is_refused_as_such(api, arn):
    for operation, ask in by_name(api.trail, arn).items():
        assert ask()[0] == "CloudTrailARNInvalidException", operation
    for call, arguments in [
        (api.trail.get_trail, {"Name": arn}),
        (api.trail.describe_trails, {"trailNameList": [arn]}),
    ]:
        assert refusal(call, **arguments)[0] == "CloudTrailARNInvalidException"


# making trails


def test_a_trail_is_made_with_aws_defaults_and_does_not_log(api):
    reply = raw(api.server, "CreateTrail", {"Name": "plain", "S3BucketName": api.bucket})
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert list(reply.json.items()) == [
        ("Name", "plain"),
        ("S3BucketName", api.bucket),
        ("IncludeGlobalServiceEvents", True),
        ("IsMultiRegionTrail", False),
        ("TrailARN", arn_of("plain")),
        ("LogFileValidationEnabled", False),
        ("IsOrganizationTrail", False),
        ("RecursiveLogging", True),
    ]
    shown = raw(api.server, "GetTrail", {"Name": "plain"})
    wanted = reply.json | {
        "HomeRegion": REGION,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
    }
    assert shown.json == {"Trail": wanted}
    assert raw(api.server, "DescribeTrails", {}).json == {"trailList": [wanted]}
    for answer in (reply, shown):
        assert b"null" not in answer.body


def test_everything_that_is_set_is_answered_in_order(api):
    topic = trail_topic(api, "full-news", arn_of("full"))
    made = api.create(
        "full",
        S3KeyPrefix="audit/a b",
        SnsTopicName="full-news",
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        RecursiveLogging=False,
        TagsList=[{"Key": "team", "Value": "blue"}],
    )
    assert members(made) == [
        "Name", "S3BucketName", "S3KeyPrefix", "SnsTopicName", "SnsTopicARN",
        "IncludeGlobalServiceEvents", "IsMultiRegionTrail", "TrailARN",
        "LogFileValidationEnabled", "IsOrganizationTrail", "RecursiveLogging",
    ]  # fmt: skip
    assert (made["SnsTopicName"], made["SnsTopicARN"]) == ("full-news", topic)
    assert made["LogFileValidationEnabled"] is True and made["RecursiveLogging"] is False
    tags = api.trail.list_tags(ResourceIdList=[made["TrailARN"]])["ResourceTagList"]
    assert tags == [{"ResourceId": made["TrailARN"], "TagsList": [{"Key": "team", "Value": "blue"}]}]
    shown = api.trail.get_trail(Name="full")["Trail"]
    assert "EnableLogFileValidation" not in shown and shown["S3KeyPrefix"] == "audit/a b"


def trail_topic(api, name, trail_arn=None, region=REGION):
    sns = api.server.client("sns", "root", region)
    return notices.make_topic(sns, name, trail_arn)


def test_a_name_is_taken_once_in_an_account_and_a_region(api):
    api.create("single")
    text = f"Trail single already exists for customer: {SELLER_ACCOUNT}"
    assert api.refused("single") == ("TrailAlreadyExistsException", text)
    # the name comes before the bucket
    assert api.refused("single", S3BucketName="nowhere")[0] == "TrailAlreadyExistsException"
    assert api.create("single", api.far)["TrailARN"] == arn_of("single", ELSEWHERE)
    buyers = api.create("single", api.buyer)
    assert buyers["TrailARN"] == arn_of("single", account=BUYER_ACCOUNT)
    api.create("wide", IsMultiRegionTrail=True)
    assert api.refused("wide", api.far)[0] == "TrailAlreadyExistsException"


def test_a_region_has_room_for_five_trails_of_its_own_or_of_all_regions(api):
    api.create("wide", IsMultiRegionTrail=True)
    for number in range(4):
        api.create(f"far-{number}", api.far)
    full = f"User: {SELLER_ACCOUNT} already has 5 trails in {ELSEWHERE}."
    limit = "MaximumNumberOfTrailsExceededException"
    assert api.refused("sixth", api.far) == (limit, full)
    # a trail of all Regions needs room in each
    assert api.refused("wide-too", IsMultiRegionTrail=True) == (limit, full)
    api.create("near")
    code, text = refusal(api.trail.update_trail, Name="near", IsMultiRegionTrail=True)
    assert code == "OperationNotPermittedException" and text == full
    assert api.trail.get_trail(Name="near")["Trail"]["IsMultiRegionTrail"] is False
    # the other account has room of its own, and what is deleted makes room
    api.create("buyers", api.buyer)
    api.far.delete_trail(Name="far-0")
    assert api.create("sixth", api.far)["Name"] == "sixth"


def test_twenty_at_once_make_one_trail(api):
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        def attempt(_):
            try:
                return request_id(api.create("raced")), None
            except api.trail.exceptions.TrailAlreadyExistsException as failure:
                return request_id(failure.response), failure.response["Error"]["Code"]

        made = list(pool.map(attempt, range(20)))
    assert sorted(code or "" for _, code in made) == [""] + ["TrailAlreadyExistsException"] * 19
    assert [trail["Name"] for trail in api.trail.list_trails()["Trails"]] == ["raced"]
    (winner,) = [request for request, code in made if not code]
    (event,) = events_of(api.server, winner)
    assert event["responseElements"]["trailARN"] == arn_of("raced")


MULTI = "Multi-Region trail must include global service events."
BOTH = "You must specify a log group and a role ARN."
NO_GROUP = "CloudTrail cannot validate the specified log group ARN."
NO_ROLE = "CloudTrail cannot validate the specified role ARN."
NO_TOPIC = "SNS Topic does not exist or the topic policy is incorrect!"
PREFIX, TOPIC = "InvalidS3PrefixException", "InvalidSnsTopicNameException"
LOG_GROUP, LOG_ROLE = "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"  # fmt: skip
REFUSED = [
    ({"S3BucketName": "nowhere"}, "S3BucketDoesNotExistException", "S3 bucket nowhere does not exist!"),
    ({"S3BucketName": "No_Bucket"}, "InvalidS3BucketNameException", None),
    ({"S3BucketName": ""}, "InvalidS3BucketNameException", None),
    ({"S3BucketName": "1.2.3.4"}, "InvalidS3BucketNameException", None),
    ({"S3BucketName": "b" * 64}, "InvalidS3BucketNameException", None),
    ({"S3KeyPrefix": "p" * 201}, PREFIX, None),
    ({"S3KeyPrefix": "a{b}"}, PREFIX, None),
    ({"S3KeyPrefix": "a\nb"}, PREFIX, None),
    ({"SnsTopicName": "news.fifo"}, TOPIC, None),
    ({"SnsTopicName": "n" * 257}, TOPIC, None),
    ({"SnsTopicName": "arn:aws:sns:us-east-1:111122223333"}, TOPIC, None),
    ({"SnsTopicName": "arn:aws:sqs:us-east-1:111122223333:news"}, TOPIC, None),
    ({"SnsTopicName": "nobodys-news"}, "InsufficientSnsTopicPolicyException", NO_TOPIC),
    ({"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}, "InvalidParameterCombinationException", MULTI),
    ({"CloudWatchLogsLogGroupArn": GROUP}, LOG_ROLE, BOTH),
    ({"CloudWatchLogsRoleArn": ROLE}, LOG_GROUP, BOTH),
    ({"CloudWatchLogsLogGroupArn": GROUP[:-2], "CloudWatchLogsRoleArn": ROLE}, LOG_GROUP, NO_GROUP),
    ({"CloudWatchLogsLogGroupArn": GROUP.replace(REGION, ELSEWHERE), "CloudWatchLogsRoleArn": ROLE}, LOG_GROUP, NO_GROUP),
    ({"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": "me"}, LOG_ROLE, NO_ROLE),
    ({"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": ROLE}, "CloudWatchLogsDeliveryUnavailableException", None),
    ({"KmsKeyId": UNKNOWN_KEY}, "InsufficientEncryptionPolicyException", None),
    ({"KmsKeyId": "alias/mine"}, "InsufficientEncryptionPolicyException", None),
    ({"KmsKeyId": UNKNOWN_KEY.replace(REGION, ELSEWHERE)}, "KmsKeyNotFoundException", None),
    ({"KmsKeyId": "mine"}, "KmsKeyNotFoundException", None),
    ({"KmsKeyId": "my key!"}, "InvalidKmsKeyIdException", None),
    ({"IsOrganizationTrail": True}, "OrganizationsNotInUseException", None),
    ({"TagsList": [{"Key": "aws:mine"}]}, "InvalidTagParameterException", None),
    ({"TagsList": [{"Key": f"k{n}"} for n in range(51)]}, "TagsLimitExceededException", None),
    # which of two is told
    ({"S3BucketName": "nowhere", "SnsTopicName": "news.fifo"}, TOPIC, None),
    ({"S3BucketName": "nowhere", "SnsTopicName": "nobodys-news"}, "S3BucketDoesNotExistException", None),
    ({"S3BucketName": "nowhere", "IsOrganizationTrail": True}, "S3BucketDoesNotExistException", None),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "code", "message"), REFUSED)
def test_settings_that_will_not_do_are_refused_and_leave_no_trail(api, settings, code, message):
    told = api.refused("refused", **settings)
    assert told[0] == code and told[1]
    assert message in (None, told[1])
    assert api.trail.list_trails()["Trails"] == []
    api.create("kept")
    if "TagsList" not in settings:
        assert refusal(api.trail.update_trail, Name="kept", **settings) == told
    assert api.trail.get_trail(Name="kept")["Trail"]["S3BucketName"] == api.bucket


def changed(document, *path, value=None, drop=False):
    """The policy with one member changed or taken out."""
    policy = json.loads(document)
    node = policy
    for step in path[:-1]:
        node = node[step]
    if drop:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return json.dumps(policy)


GOOD = trails.bucket_policy("checked", arn_of("checked"), prefix="audit")
LOOK, WRITE = ("Statement", 0), ("Statement", 1)
OBJECTS = f"arn:aws:s3:::checked/audit/AWSLogs/{SELLER_ACCOUNT}"
SOURCE = ("Condition", "StringEquals", "aws:SourceArn")
BAD_POLICIES = {
    "none": None,
    "no GetBucketAcl": changed(GOOD, *LOOK, drop=True),
    "no PutObject": changed(GOOD, *WRITE, drop=True),
    "wrong SourceArn": changed(GOOD, *WRITE, *SOURCE, value=arn_of("other")),
    "wrong SourceArn for the ACL": changed(GOOD, *LOOK, *SOURCE, value=arn_of("other")),
    "wrong SourceAccount": changed(
        GOOD, *WRITE, "Condition", "StringEquals", value={"aws:SourceAccount": BUYER_ACCOUNT}
    ),
    "wrong ACL": changed(
        GOOD, *WRITE, "Condition", "StringEquals", "s3:x-amz-acl", value="private"
    ),
    "wrong prefix": changed(GOOD, *WRITE, "Resource", value=OBJECTS.replace("audit/", "") + "/*"),
    "wrong account": changed(GOOD, *WRITE, "Resource", value=OBJECTS[:-1] + "4/*"),
    "no digests": changed(GOOD, *WRITE, "Resource", value=OBJECTS + "/CloudTrail/*"),
    "another service": changed(
        GOOD, *WRITE, "Principal", value={"Service": "delivery.logs.amazonaws.com"}
    ),
    "denied": changed(
        GOOD,
        "Statement",
        value=json.loads(GOOD)["Statement"]
        + [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": OBJECTS + "/*"}],
    ),
}


@pytest.fixture(scope="module")
def checked(shared_api):
    s3 = shared_api.server.client("s3", "root")
    s3.create_bucket(Bucket="checked")
    return s3


@pytest.mark.parametrize("policy", BAD_POLICIES.values(), ids=BAD_POLICIES)
def test_a_bucket_must_let_this_trail_deliver(api, checked, policy):
    checked.delete_bucket_policy(Bucket="checked")
    if policy:
        checked.put_bucket_policy(Bucket="checked", Policy=policy)
    settings = {"S3BucketName": "checked", "S3KeyPrefix": "audit", "EnableLogFileValidation": True}
    text = "Incorrect S3 bucket policy is detected for bucket: checked"
    refused = ("InsufficientS3BucketPolicyException", text)
    assert api.refused("checked", **settings) == refused
    assert "Contents" not in checked.list_objects_v2(Bucket="checked")
    api.create("checked")
    assert refusal(api.trail.update_trail, Name="checked", **settings) == refused
    assert api.trail.get_trail(Name="checked")["Trail"]["S3BucketName"] == api.bucket


def test_b5_a_bucket_of_another_account_takes_no_trail_that_it_does_not_name(api):
    s3 = api.server.client("s3", "root")
    s3.create_bucket(Bucket="sellers-own")
    for trail in ("squat", "other"):
        policy = trails.bucket_policy("sellers-own", arn_of(trail))
        s3.put_bucket_policy(Bucket="sellers-own", Policy=policy)
        told = api.refused("squat", api.buyer, S3BucketName="sellers-own")
        assert told[0] == "InsufficientS3BucketPolicyException"
    # its owner may allow it
    theirs = trails.bucket_policy("sellers-own", arn_of("squat", account=BUYER_ACCOUNT))
    s3.put_bucket_policy(Bucket="sellers-own", Policy=theirs)
    made = api.create("squat", api.buyer, S3BucketName="sellers-own")
    assert made["TrailARN"] == arn_of("squat", account=BUYER_ACCOUNT)


def test_a_topic_must_let_this_trail_publish(api):
    trail_topic(api, "quiet-news")
    for name in ("quiet-news", f"arn:aws:sns:us-east-1:{SELLER_ACCOUNT}:quiet-news"):
        told = api.refused("loud", SnsTopicName=name)
        assert told == ("InsufficientSnsTopicPolicyException", NO_TOPIC)
    trail_topic(api, "others-news", arn_of("other"))
    assert api.refused("loud", SnsTopicName="others-news")[0] == "InsufficientSnsTopicPolicyException"
    # a bare name means the home Region; an ARN may mean another
    far = trail_topic(api, "loud-news", arn_of("loud"), ELSEWHERE)
    assert api.refused("loud", SnsTopicName="loud-news")[0] == "InsufficientSnsTopicPolicyException"
    made = api.create("loud", SnsTopicName=far)
    assert (made["SnsTopicName"], made["SnsTopicARN"]) == (far, far)


def test_making_a_trail_leaves_markers_and_one_message(api):
    s3, sqs, sns = (api.server.client(name, "root") for name in ("s3", "sqs", "sns"))
    s3.create_bucket(Bucket="marked")
    arn, account = arn_of("marked"), SELLER_ACCOUNT
    s3.put_bucket_policy(Bucket="marked", Policy=trails.bucket_policy("marked", arn, prefix="p"))
    topic = trail_topic(api, "marked-news", arn)
    queue = notices.Queue(sqs, sns, "marked", topic)

    def told():
        messages = queue.receive(0)
        for message in messages:
            queue.delete(message)
        return [json.loads(message["Body"]) for message in messages]

    target = {"S3BucketName": "marked", "S3KeyPrefix": "p", "SnsTopicName": "marked-news"}
    assert api.refused("marked", **target | {"SnsTopicName": "nobodys-news"})[0].startswith("Insuff")
    assert told() == []
    api.create("marked", **target)
    first = wait_until(told, what="the validation message")
    assert [message["Message"] for message in first] == ["CloudTrail validation message."]
    assert "Subject" not in first[0] and first[0]["TopicArn"] == topic
    sizes = {row["Key"]: row["Size"] for row in s3.list_objects_v2(Bucket="marked")["Contents"]}
    assert sizes == {f"p/AWSLogs/{account}/CloudTrail/": 0}
    status = api.trail.get_trail_status(Name="marked")
    assert status["LatestNotificationAttemptTime"] == "" and "LatestNotificationTime" not in status

    api.trail.update_trail(Name="marked", EnableLogFileValidation=True)
    assert len(wait_until(told, what="the second validation message")) == 1
    sizes = {row["Key"]: row["Size"] for row in s3.list_objects_v2(Bucket="marked")["Contents"]}
    assert sizes == {f"p/AWSLogs/{account}/CloudTrail{kind}/": 0 for kind in ("", "-Digest")}
    # what only reads, or changes no destination, tries nothing
    api.trail.get_trail(Name="marked")
    api.trail.start_logging(Name="marked")
    api.trail.put_event_selectors(TrailName="marked", EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    assert told() == []


# changing trails


def test_an_update_of_nothing_keeps_all_and_looks_at_the_destinations_again(api):
    s3 = api.server.client("s3", "root")
    s3.create_bucket(Bucket="again")
    policy = trails.bucket_policy("again", arn_of("again"))
    s3.put_bucket_policy(Bucket="again", Policy=policy)
    topic = trail_topic(api, "again-news", arn_of("again"))
    made = api.create("again", S3BucketName="again", SnsTopicName=topic, EnableLogFileValidation=True)
    updated = api.trail.update_trail(Name="again")
    assert members(updated) == members(made)
    assert {name: updated[name] for name in members(made)} == {name: made[name] for name in members(made)}  # fmt: skip
    api.server.client("sns", "root").delete_topic(TopicArn=topic)
    assert refusal(api.trail.update_trail, Name="again")[0] == "InsufficientSnsTopicPolicyException"
    s3.delete_bucket_policy(Bucket="again")
    assert refusal(api.trail.update_trail, Name="again")[0] == "InsufficientS3BucketPolicyException"
    for row in s3.list_objects_v2(Bucket="again")["Contents"]:
        s3.delete_object(Bucket="again", Key=row["Key"])
    s3.delete_bucket(Bucket="again")
    assert refusal(api.trail.update_trail, Name="again")[0] == "S3BucketDoesNotExistException"


def test_an_empty_text_takes_a_setting_away(api):
    trail_topic(api, "gone-news", arn_of("less"))
    api.create("less", S3KeyPrefix="p", SnsTopicName="gone-news")
    arguments = {"Name": "less", "SnsTopicName": "", "S3KeyPrefix": "", "KmsKeyId": ""}
    logs = {"CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""}
    updated = raw(api.server, "UpdateTrail", arguments | logs).json
    assert (updated["SnsTopicName"], updated["SnsTopicARN"]) == ("", "")
    assert "S3KeyPrefix" not in updated and "KmsKeyId" not in updated
    shown = api.trail.get_trail(Name="less")["Trail"]
    assert not {"S3KeyPrefix", "SnsTopicName", "SnsTopicARN", "KmsKeyId"} & set(shown)
    # one of two is not enough
    told = refusal(
        api.trail.update_trail,
        Name="less",
        CloudWatchLogsLogGroupArn="",
        CloudWatchLogsRoleArn=ROLE,
    )
    assert told == (LOG_GROUP, BOTH)


def test_global_services_come_and_go_with_the_other_regions(api):
    api.create("turned", IncludeGlobalServiceEvents=False)

    def update(**settings):
        answer = api.trail.update_trail(Name="turned", **settings)
        return answer["IsMultiRegionTrail"], answer["IncludeGlobalServiceEvents"]

    assert update(IsMultiRegionTrail=True) == (True, True)
    assert update(IsMultiRegionTrail=True) == (True, True)
    refused = refusal(api.trail.update_trail, Name="turned", IncludeGlobalServiceEvents=False)
    assert refused == ("InvalidParameterCombinationException", MULTI)
    assert update(IsMultiRegionTrail=False) == (False, False)
    assert update(IncludeGlobalServiceEvents=True) == (False, True)
    assert update(IsMultiRegionTrail=True) == (True, True)
    assert update(IsMultiRegionTrail=False, IncludeGlobalServiceEvents=True) == (False, True)


def test_shadows_are_seen_in_each_region_and_changed_at_home_only(api):
    api.create("wide", IsMultiRegionTrail=True)
    api.create("narrow")
    wide, narrow = arn_of("wide"), arn_of("narrow")

    def listed(client, **arguments):
        return [trail["TrailARN"] for trail in client.describe_trails(**arguments)["trailList"]]

    assert sorted(listed(api.trail)) == [narrow, wide]
    assert sorted(listed(api.trail, includeShadowTrails=False)) == [narrow, wide]
    assert listed(api.far) == listed(api.far, includeShadowTrails=True) == [wide]
    assert listed(api.far, includeShadowTrails=False) == []
    assert listed(api.far, trailNameList=["wide", "narrow"]) == []
    assert listed(api.far, trailNameList=[narrow, wide, narrow]) == [narrow, wide]
    assert listed(api.trail, trailNameList=["narrow", "gone"]) == [narrow]
    [shadow] = api.far.describe_trails()["trailList"]
    assert (shadow["HomeRegion"], shadow["IsMultiRegionTrail"]) == (REGION, True)
    every = [{"TrailARN": arn, "Name": arn[-len(name) :], "HomeRegion": REGION} for name, arn in [("narrow", narrow), ("wide", wide)]]  # fmt: skip
    for client in (api.trail, api.far):
        assert client.list_trails()["Trails"] == every
        assert client.get_trail(Name=narrow)["Trail"]["HomeRegion"] == REGION
        assert client.get_trail_status(Name=wide)["IsLogging"] is False
        assert client.get_event_selectors(TrailName=wide)["TrailARN"] == wide

    for arn in (wide, narrow):
        asked = by_name(api.far, arn)
        for operation in [
            "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging", "PutEventSelectors",
            "PutInsightSelectors", "PutEventConfiguration",
        ]:  # fmt: skip
            assert asked[operation]()[0] == "InvalidHomeRegionException", operation
    assert sorted(listed(api.trail)) == [narrow, wide]


def test_a_deleted_trail_is_gone_and_a_new_one_of_its_name_is_new(api):
    first = api.create("phoenix", TagsList=[{"Key": "a", "Value": "b"}])
    api.trail.start_logging(Name="phoenix")
    api.trail.put_event_selectors(TrailName="phoenix", EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    reply = raw(api.server, "DeleteTrail", {"Name": first["TrailARN"]})
    assert (reply.status, reply.body) == (200, b"{}")
    assert refusal(api.trail.delete_trail, Name="phoenix")[0] == "TrailNotFoundException"
    api.create("phoenix")
    assert api.trail.get_trail_status(Name="phoenix")["IsLogging"] is False
    assert api.trail.get_trail(Name="phoenix")["Trail"]["HasCustomEventSelectors"] is False
    [row] = api.trail.list_tags(ResourceIdList=[first["TrailARN"]])["ResourceTagList"]
    assert row["TagsList"] == []


# logging and its status

NEVER = (
    b'{"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"",'
    b'"LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"",'
    b'"TimeLoggingStarted":"","TimeLoggingStopped":""}'
)


def test_the_status_of_a_new_trail_is_209_bytes(api):
    api.create("fresh")
    reply = raw(api.server, "GetTrailStatus", {"Name": "fresh"})
    assert len(NEVER) == 209 and reply.body == NEVER


def test_starting_and_stopping_again_changes_nothing(api):
    api.create("switch")

    def status():
        told = raw(api.server, "GetTrailStatus", {"Name": "switch"}).json
        return {name: value for name, value in told.items() if "Delivery" not in name}

    for operation in ("StopLogging", "StartLogging"):
        reply = raw(api.server, operation, {"Name": "switch"})
        assert (reply.status, reply.body) == (200, b"{}")
    began = status()
    assert began["IsLogging"] is True
    assert isinstance(began["StartLoggingTime"], (int, float))
    assert "StopLoggingTime" not in began and began["TimeLoggingStopped"] == ""
    moment = datetime.datetime.fromtimestamp(began["StartLoggingTime"], datetime.UTC)
    assert began["TimeLoggingStarted"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    api.trail.start_logging(Name=arn_of("switch"))
    assert status() == began
    api.trail.stop_logging(Name="switch")
    ended = status()
    assert ended["IsLogging"] is False and isinstance(ended["StopLoggingTime"], (int, float))
    assert ended["TimeLoggingStarted"] == began["TimeLoggingStarted"]
    api.trail.stop_logging(Name="switch")
    assert status() == ended
    api.trail.start_logging(Name="switch")
    assert status()["StartLoggingTime"] >= began["StartLoggingTime"]


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
DATA = [{"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, COMBINATION),
        ({"TrailName": "mine", "EventDataStore": STORE}, COMBINATION),
        ({"TrailName": "mine", "MaxEventSize": "Large", "AggregationConfigurations": DATA}, COMBINATION),
        ({"TrailName": "mine", "ContextKeySelectors": [{"Type": "TagContext", "Equals": ["k"]}]}, COMBINATION),
        ({"TrailName": "mine"}, "InvalidParameterException"),
        ({"TrailName": "mine", "AggregationConfigurations": DATA * 2}, None),
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


# public keys


def test_public_keys_are_pkcs1_of_the_called_region(api):
    api.create("signed", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    api.trail.start_logging(Name="signed")
    seen = set()
    for client, region in [(api.trail, REGION), (api.far, ELSEWHERE)]:
        look = client.list_public_keys
        [key] = wait_until(lambda: look()["PublicKeyList"], 20, "a public key")
        der = key["Value"]
        assert len(der) == 270 and der[:9] == bytes.fromhex("3082010a0282010100")
        public = serialization.load_der_public_key(der)
        assert isinstance(public, rsa.RSAPublicKey) and public.key_size == 2048
        assert public.public_numbers().e == 65537
        pkcs1 = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        assert pkcs1 == der
        assert key["Fingerprint"] == hashlib.md5(der).hexdigest()
        span = key["ValidityEndTime"] - key["ValidityStartTime"]
        assert span == datetime.timedelta(days=30)
        wire = raw(api.server, "ListPublicKeys", {}, region=region).json["PublicKeyList"][0]
        assert isinstance(wire["ValidityStartTime"], (int, float))
        assert re.fullmatch(r"MIIBCg[A-Za-z0-9+/=]+", wire["Value"])
        seen.add(key["Fingerprint"])
    assert len(seen) == 2
    day = datetime.timedelta(days=1)
    first, last = key["ValidityStartTime"], key["ValidityEndTime"]
    for start, end, count in [
        (first - 2 * day, first - day, 0),
        (first - day, first, 1),
        (first + day, first + day, 1),
        (last, last + day, 1),
        (last + day, last + 2 * day, 0),
    ]:
        answer = api.far.list_public_keys(StartTime=start, EndTime=end, NextToken="junk")
        assert len(answer["PublicKeyList"]) == count and "NextToken" not in answer
    told = refusal(api.trail.list_public_keys, StartTime=last, EndTime=first)
    assert told[0] == "InvalidTimeRangeException"


# who may


def test_an_auditor_reads_trails_and_changes_none(api):
    arn = api.create("watched")["TrailARN"]
    auditor = api.server.client("cloudtrail", "auditor")
    assert auditor.get_trail(Name="watched")["Trail"]["TrailARN"] == arn
    assert auditor.describe_trails()["trailList"] and auditor.list_trails()["Trails"]
    assert auditor.get_trail_status(Name=arn)["IsLogging"] is False
    assert auditor.get_event_selectors(TrailName=arn)["EventSelectors"]
    assert auditor.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    auditor.list_public_keys()
    before = auditor.get_trail(Name=arn)["Trail"]
    tag = [{"Key": "k"}]
    for operation, body in [
        ("CreateTrail", {"Name": "watched", "S3BucketName": api.bucket}),
        ("UpdateTrail", {"Name": arn, "EnableLogFileValidation": False}),
        ("DeleteTrail", {"Name": "watched"}),
        ("StartLogging", {"Name": "watched"}),
        ("StopLogging", {"Name": arn}),
        ("PutEventSelectors", {"TrailName": arn, "EventSelectors": []}),
        ("PutInsightSelectors", {"TrailName": arn, "InsightSelectors": []}),
        ("PutEventConfiguration", {"TrailName": arn, "AggregationConfigurations": []}),
        ("AddTags", {"ResourceId": arn, "TagsList": tag}),
        ("RemoveTags", {"ResourceId": arn, "TagsList": tag}),
    ]:
        reply = raw(api.server, operation, body, who="auditor")
        assert (reply.status, reply.json["__type"]) == (400, "AccessDeniedException"), operation
        me = f"arn:aws:iam::{SELLER_ACCOUNT}:user/Auditor"
        assert reply.json["Message"] == (
            f"User: {me} is not authorized to perform: cloudtrail:{operation} on resource: {arn} "
            f"because no identity-based policy allows the cloudtrail:{operation} action"
        )
        event = the_event(api.server, reply, operation)
        assert event["errorCode"] in ("AccessDenied", "AccessDeniedException")
        assert event["userIdentity"]["arn"] == me
    assert auditor.get_trail(Name=arn)["Trail"] == before


def test_policies_may_speak_of_one_trail(api):
    for name in ("ours", "theirs"):
        api.create(name)
    iam = api.server.client("iam", "root")
    iam.create_user(UserName="Keeper")
    statement = {
        "Effect": "Allow",
        "Action": ["cloudtrail:StartLogging", "cloudtrail:GetTrail", "cloudtrail:ListTags"],
        "Resource": arn_of("ours"),
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="Keeper", PolicyName="ours", PolicyDocument=policy)
    keys = iam.create_access_key(UserName="Keeper")["AccessKey"]
    keeper = api.server.client("cloudtrail", keys)
    for name in ("ours", arn_of("ours")):
        keeper.start_logging(Name=name)
        assert keeper.get_trail(Name=name)["Trail"]["Name"] == "ours"
    keeper.list_tags(ResourceIdList=[arn_of("ours")])
    for call, arguments in [
        (keeper.start_logging, {"Name": "theirs"}),
        (keeper.start_logging, {"Name": arn_of("theirs")}),
        (keeper.get_trail, {"Name": "gone"}),
        (keeper.stop_logging, {"Name": "ours"}),
        (keeper.describe_trails, {}),
        (keeper.list_tags, {"ResourceIdList": [arn_of("ours"), arn_of("theirs")]}),
    ]:
        assert refusal(call, **arguments)[0] == "AccessDeniedException"
    # the same name in another Region is another trail
    far = api.server.client("cloudtrail", keys, ELSEWHERE)
    assert refusal(far.start_logging, Name="ours")[0] == "AccessDeniedException"
    assert api.trail.get_trail_status(Name="theirs")["IsLogging"] is False


# one event a call


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
    yield "PutEventConfiguration", {"TrailName": "told", "AggregationConfigurations": DATA}, {"trailARN": arn, "aggregationConfigurations": grouped}  # fmt: skip
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
        if name != "ListPublicKeys":
            assert event["requestParameters"] == asked, shown
        if isinstance(outcome, str):
            assert (reply.status, reply.json["__type"]) == (400, outcome), shown
            assert (event["errorCode"], event["errorMessage"]) == (outcome, reply.json["Message"])
            assert event["responseElements"] is None
        else:
            assert reply.status == 200 and "errorCode" not in event, shown
            assert event["responseElements"] == outcome, shown


# what a trail is stopped by is in it


def test_p13_c1_whatever_stops_a_trail_is_recorded_and_is_the_last_it_delivers(make_server):
    server = make_server("--demo", env=TWO_REGIONS)
    trail = server.client("cloudtrail", "root")
    bucket = shared_bucket(server, "last-logs", SELLER_ACCOUNT)
    shared_bucket(server, "next-logs", SELLER_ACCOUNT)
    for name in ("stopped", "deleted", "moved", "blinded"):
        trail.create_trail(Name=name, S3BucketName=bucket, S3KeyPrefix=name, EnableLogFileValidation=True)
        trail.start_logging(Name=name)
    reads = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]  # fmt: skip
    last = {
        "stopped": trail.stop_logging(Name="stopped"),
        "deleted": trail.delete_trail(Name="deleted"),
        "blinded": trail.put_event_selectors(TrailName="blinded", AdvancedEventSelectors=reads),
        "moved": trail.update_trail(Name="moved", S3BucketName="next-logs", EnableLogFileValidation=False),
    }  # fmt: skip
    after = trail.describe_trails()
    trails.advance(server, "10m")
    logs, moved = bucket_of(server, bucket), bucket_of(server, "next-logs")
    ids = {name: request_id(answer) for name, answer in last.items()}

    def all_there():
        found = by_prefix(logs) | by_prefix(moved)
        return all(ids[name] in found.get(name, {}) for name in last) and found

    found = wait_until(all_there, trails.PATIENCE_SECS, "the event that stopped each trail")
    for name in ("stopped", "deleted", "blinded"):
        assert request_id(after) not in found[name], f"{name} delivers what came later"
    # the trail with a new bucket goes on, and leaves nothing out: its last minutes come along
    assert {request_id(after), *ids.values()} <= set(found["moved"])
    # and recording goes on though no trail logs
    trail.stop_logging(Name="moved")
    trail.stop_logging(Name="blinded")
    silent = trail.get_trail_status(Name="stopped")
    assert len(events_of(server, request_id(silent))) == 1
    assert {"StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"} <= names_seen(server)


def by_prefix(bucket):
    """The records of each prefix, by request id."""
    found = {}
    for key, log in bucket.logs().items():
        records = found.setdefault(key.split("/")[0], {})
        records.update({record.get("requestID"): record for record in log.document["Records"]})
    return found


# again after a restart


def shown(server):
    """All that the API tells of the trails of both accounts."""
    found = []
    for who in ("root", "buyer"):
        for region in REGIONS:
            client = server.client("cloudtrail", who, region)
            for trail in client.describe_trails()["trailList"]:
                arn = trail["TrailARN"]
                row = [trail, client.get_event_selectors(TrailName=arn), client.get_trail_status(Name=arn)]  # fmt: skip
                row.append(client.get_event_configuration(TrailName=arn))
                if trail["HomeRegion"] == region:
                    row.append(client.list_tags(ResourceIdList=[arn]))
                if trail["HasInsightSelectors"]:
                    row.append(client.get_insight_selectors(TrailName=arn))
                found += [{k: v for k, v in part.items() if k != "ResponseMetadata"} for part in row]
            found.append(client.list_public_keys()["PublicKeyList"])
    return found


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_everything_is_there_after_a_restart(make_server, end):
    server = make_server("--demo", env=TWO_REGIONS)
    api = Api(server)
    trail_topic(api, "kept-news", arn_of("kept"))
    arn = api.create(
        "kept",
        SnsTopicName="kept-news",
        S3KeyPrefix="p",
        IsMultiRegionTrail=True,
        TagsList=[{"Key": "a"}],
    )["TrailARN"]
    api.create("far", api.far, EnableLogFileValidation=True)
    api.create("buyers", api.buyer)
    api.trail.start_logging(Name="kept")
    api.buyer.start_logging(Name="buyers")
    api.buyer.stop_logging(Name="buyers")
    api.trail.put_event_selectors(TrailName=arn, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    api.trail.put_insight_selectors(TrailName=arn, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])  # fmt: skip
    api.trail.put_event_configuration(TrailName=arn, AggregationConfigurations=DATA)
    before = shown(server)
    getattr(server, end)()
    server.start()
    after = shown(server)
    assert after == before
    trail = server.client("cloudtrail", "root")
    assert refusal(trail.create_trail, Name="kept", S3BucketName=api.bucket)[0] == "TrailAlreadyExistsException"  # fmt: skip
    assert arn in [row["TrailARN"] for row in trail.list_trails()["Trails"]]


# the AWS CLI


def test_the_aws_cli_makes_changes_shows_and_deletes_a_trail(make_server):
    server = make_server("--demo", env=TWO_REGIONS)
    bucket = shared_bucket(server, "cli-logs", SELLER_ACCOUNT)

    def aws(*arguments):
        return server.aws("cloudtrail", *arguments, who="root")

    arn = arn_of("by-cli")
    made = aws("create-trail", "--name", "by-cli", "--s3-bucket-name", bucket, "--is-multi-region-trail", "--tags-list", "Key=a,Value=b")  # fmt: skip
    assert made["TrailARN"] == arn
    assert aws("start-logging", "--name", "by-cli") is None
    selectors = '[{"Name":"x","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]'
    calls = {
        "put": ["put-event-selectors", "--trail-name", arn, "--advanced-event-selectors", selectors],
        "add": ["add-tags", "--resource-id", arn, "--tags-list", "Key=c"],
        "update": ["update-trail", "--name", arn, "--s3-key-prefix", "cli"],
    }  # fmt: skip
    answers = at_once(aws, calls)
    assert answers["add"] is None and answers["update"]["S3KeyPrefix"] == "cli"
    answers = at_once(
        aws,
        {
            "described": ["describe-trails", "--region", ELSEWHERE],
            "status": ["get-trail-status", "--name", "by-cli"],
            "selectors": ["get-event-selectors", "--trail-name", "by-cli"],
            "tags": ["list-tags", "--resource-id-list", arn],
        },
    )
    [trail] = answers["described"]["trailList"]
    assert trail["TrailARN"] == arn and trail["HasCustomEventSelectors"] is True
    assert answers["status"]["IsLogging"] is True
    assert json.loads(selectors) == answers["selectors"]["AdvancedEventSelectors"]
    [row] = answers["tags"]["ResourceTagList"]
    assert {tag["Key"]: tag.get("Value") for tag in row["TagsList"]} == {"a": "b", "c": None}
    assert aws("delete-trail", "--name", "by-cli") is None
    gone = server.aws("cloudtrail", "get-trail", "--name", "by-cli", who="root", check=False)
    assert gone.returncode != 0 and "TrailNotFoundException" in gone.stderr


def at_once(aws, calls):
    """Runs several commands at the same time."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = {name: pool.submit(aws, *arguments) for name, arguments in calls.items()}
        return {name: done.result() for name, done in running.items()}
