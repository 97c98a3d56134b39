"""CreateTrail and UpdateTrail through the wire: what they take, what they refuse and in which words."""

import concurrent.futures
import json

import pytest

import notices
import trails
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, request_id, wait_until
from trail_calls import (
    ELSEWHERE,
    arn_of,
    events_of,
    members,
    raw,
    refusal,
    serving_api,
    trail_topic,
)

UNKNOWN_KEY = f"arn:aws:kms:{REGION}:{SELLER_ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
GROUP = f"arn:aws:logs:{REGION}:{SELLER_ACCOUNT}:log-group:trail:*"
ROLE = f"arn:aws:iam::{SELLER_ACCOUNT}:role/logs"


@pytest.fixture(scope="module")
def shared_api():
    with serving_api() as made:
        yield made


@pytest.fixture
def api(shared_api):
    """The module's server, with no trails."""
    shared_api.clear()
    return shared_api


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
