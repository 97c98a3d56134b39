"""The operations on trails through the wire: whom they find, what they show, who may, what is recorded."""

import concurrent.futures
import datetime
import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import trails
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, request_id, wait_until
from trail_calls import (
    AGGREGATION,
    ELSEWHERE,
    REGIONS,
    TWO_REGIONS,
    Api,
    arn_of,
    bucket_of,
    by_name,
    events_of,
    names_seen,
    raw,
    refusal,
    serving_api,
    shared_bucket,
    the_event,
    trail_topic,
)


@pytest.fixture(scope="module")
def shared_api():
    with serving_api() as made:
        yield made


@pytest.fixture
def api(shared_api):
    """The module's server, with no trails."""
    shared_api.clear()
    return shared_api


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
    api.trail.put_event_configuration(TrailName=arn, AggregationConfigurations=[AGGREGATION])
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
        "update": ["update-trail", "--name", arn, "--s3-key-prefix", "cli"],
    }  # fmt: skip
    answers = at_once(aws, calls)
    assert answers["update"]["S3KeyPrefix"] == "cli"
    answers = at_once(
        aws,
        {
            "described": ["describe-trails", "--region", ELSEWHERE],
            "status": ["get-trail-status", "--name", "by-cli"],
            "selectors": ["get-event-selectors", "--trail-name", "by-cli"],
        },
    )
    [trail] = answers["described"]["trailList"]
    assert trail["TrailARN"] == arn and trail["HasCustomEventSelectors"] is True
    assert answers["status"]["IsLogging"] is True
    assert json.loads(selectors) == answers["selectors"]["AdvancedEventSelectors"]
    assert aws("delete-trail", "--name", "by-cli") is None
    assert server.client("cloudtrail", "root").list_trails()["Trails"] == []


def at_once(aws, calls):
    """Runs several commands at the same time."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = {name: pool.submit(aws, *arguments) for name, arguments in calls.items()}
        return {name: done.result() for name, done in running.items()}
