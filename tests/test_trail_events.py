"""How calls of S3, SNS, SQS, Organizations and CloudTrail look: in log files, and in history.

One story for most tests here: trails with selectors for data events in two accounts and two
Regions, real calls with boto3, the sandbox's clock moved once; then the tests look at the files.
"""

import json
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import trails
from events import MEMBER_ORDER, attribute, event_of, item_of, lookup
from running import BUYER_ACCOUNT, SELLER_ACCOUNT, request_id, sdk, serving, wait_until

REGIONS = ["us-east-1", "eu-west-1"]
WATCHED = "watched"
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
SECRET = "nobody but the receiver reads this"
OBJECTS = {"resources.type": ["AWS::S3::Object"], "resources.ARN": [f"arn:aws:s3:::{WATCHED}/"]}
TOPICS = {"resources.type": ["AWS::SNS::Topic"]}
QUEUES = {"resources.type": ["AWS::SQS::Queue"]}


def selector(category, fields=()):
    """An advanced selector; ARNs are beginnings, all else is equal."""
    chosen = [{"Field": "eventCategory", "Equals": [category]}]
    for field, values in dict(fields).items():
        operator = "StartsWith" if field == "resources.ARN" else "Equals"
        chosen.append({"Field": field, operator: values})
    return {"FieldSelectors": chosen}


def select(server, arn, selectors, who="root"):
    client = server.client("cloudtrail", who)
    return client.put_event_selectors(TrailName=arn, AdvancedEventSelectors=selectors)


def refused(call, **arguments):
    """The answer to a call that must fail."""
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response


def signing(server, version):
    """A client of S3 that makes presigned requests in this way."""
    config = Config(signature_version=version)
    return sdk().client(
        "s3", region_name="us-east-1", endpoint_url=server.url, config=config, **server.keys("root")
    )


class Story:
    """The calls, by name, and the trails' buckets."""

    def __init__(self, server):
        self.server, self.arns, self.answers = server, {}, {}
        data = [selector("Data", fields) for fields in (OBJECTS, TOPICS, QUEUES)]
        everything = [selector("Management"), *data]
        self.trails = {
            "seller": self.trail("seller", "root", "--is-multi-region-trail"),
            "home": self.trail("home", "root"),
            "buyer": self.trail("buyer", "buyer", "--is-multi-region-trail"),
        }
        select(server, self.arns["seller"], everything)
        select(server, self.arns["home"], everything)
        select(server, self.arns["buyer"], [selector("Data", OBJECTS)], "buyer")
        self.use_objects(server.client("s3", "root"))
        self.use_messages()
        self.visit(server.client("s3", "buyer"))
        trails.advance(server, "10m")
        self.records = self.delivered()

    def trail(self, name, who, *flags):
        account = BUYER_ACCOUNT if who == "buyer" else SELLER_ACCOUNT
        bucket = f"{name}-logs"
        how = {"who": who, "account": account}
        self.arns[name] = trails.make_trail(self.server, name, bucket, *flags, **how)
        return trails.Bucket(self.server.client("s3", who), bucket)

    def use_objects(self, s3):
        """Calls of objects, all signed for us-east-1, in a bucket that is in eu-west-1."""
        place = {"LocationConstraint": "eu-west-1"}
        asked, took = self.answers, {"Bucket": WATCHED}
        asked["create"] = s3.create_bucket(**took, CreateBucketConfiguration=place)
        color = {"color": "blue"}
        asked["put"] = s3.put_object(**took, Key="a b/é", Body=SECRET.encode(), Metadata=color)
        asked["get"] = s3.get_object(**took, Key="a b/é")
        assert asked["get"]["Body"].read().decode() == SECRET
        asked["head"] = s3.head_object(**took, Key="a b/é")
        asked["list"] = s3.list_objects_v2(**took, Prefix="a", MaxKeys=2)
        asked["copy"] = s3.copy_object(**took, Key="copy", CopySource=f"{WATCHED}/a b/é")
        asked["tag"] = s3.put_object_tagging(
            **took, Key="copy", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]}
        )
        both = [{"Key": "copy"}, {"Key": "gone"}]
        asked["delete"] = s3.delete_objects(**took, Delete={"Objects": both})
        asked["missing"] = refused(s3.get_object, **took, Key="missing")
        key = took | {"Key": "a b/é"}
        for version in ("s3", "s3v4"):
            signer = signing(self.server, version)
            url = signer.generate_presigned_url("get_object", key, ExpiresIn=60)
            with urllib.request.urlopen(url) as answer:
                ids = {"RequestId": answer.headers["x-amz-request-id"]}
            asked[f"presigned {version}"] = {"ResponseMetadata": ids}
        asked["elsewhere"] = s3.put_object(Bucket="seller-logs", Key="unwatched", Body=b"")

    def use_messages(self):
        sns, sqs = (self.server.client(name, "root", "eu-west-1") for name in ("sns", "sqs"))
        asked = self.answers
        topic = sns.create_topic(Name="news")["TopicArn"]
        queue = sqs.create_queue(QueueName="work")["QueueUrl"]
        sender = {"color": {"DataType": "String", "StringValue": SECRET}}
        asked["publish"] = sns.publish(
            TopicArn=topic, Message=SECRET, Subject=SECRET, MessageAttributes=sender
        )
        asked["send"] = sqs.send_message(
            QueueUrl=queue, MessageBody=SECRET, MessageAttributes=sender
        )
        asked["receive"] = sqs.receive_message(QueueUrl=queue)
        asked["no topic"] = refused(sns.publish, TopicArn=topic + "-not", Message=SECRET)

    def visit(self, s3):
        """Another account comes by: first it may not, then it may."""
        asked, key = self.answers, {"Bucket": WATCHED, "Key": "a b/é"}
        asked["refused"] = refused(s3.get_object, **key)
        bob = f"arn:aws:iam::{BUYER_ACCOUNT}:user/Bob"
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": bob},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{WATCHED}/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        asked["policy"] = self.server.client("s3", "root").put_bucket_policy(
            Bucket=WATCHED, Policy=policy
        )
        asked["allowed"] = s3.get_object(**key)

    def delivered(self):
        """What each trail delivered: the record of each call, with the Region of its file."""
        wanted = {
            "seller": {name for name in self.answers if name != "elsewhere"},
            "buyer": {"refused", "allowed"},
        }
        ids = {name: request_id(answer) for name, answer in self.answers.items()}
        found = {}

        def arrived():
            for trail, bucket in self.trails.items():
                found[trail] = {}
                for key, log in bucket.logs().items():
                    region = trails.LOG_KEY.fullmatch(key)["region"]
                    for record in log.document["Records"]:
                        found[trail].setdefault(record["requestID"], []).append((region, record))
            calls = [(trail, name) for trail, names in wanted.items() for name in names]
            return all(ids[name] in found[trail] for trail, name in calls)

        wait_until(arrived, trails.PATIENCE_SECS, "a log file with every call")
        return found

    def record(self, name, trail="seller", region="eu-west-1"):
        """The one record of a call in a trail's files."""
        ((place, record),) = self.records[trail][request_id(self.answers[name])]
        assert place == region == record["awsRegion"]
        return record


@pytest.fixture(scope="module")
def story():
    with serving("--demo", env={"OPENTRAIL_REGIONS": json.dumps(REGIONS)}) as server:
        yield Story(server)


def bucket_resource(account=SELLER_ACCOUNT):
    return {"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{WATCHED}"}


def object_resource(key):
    return {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{WATCHED}/{key}"}


def assert_data(record):
    assert [name for name in record if name not in MEMBER_ORDER] == []
    assert list(record) == [name for name in MEMBER_ORDER if name in record]
    assert (record["managementEvent"], record["eventCategory"]) == (False, "Data")
    assert record["userAgent"].startswith("[") == (record["eventSource"] == "s3.amazonaws.com")


def test_a_written_object(story):
    record, answer = story.record("put"), story.answers["put"]
    assert_data(record)
    assert (record["eventSource"], record["eventName"]) == ("s3.amazonaws.com", "PutObject")
    assert record["readOnly"] is False
    asked = record["requestParameters"]
    assert (asked["bucketName"], asked["key"]) == (WATCHED, "a b/é")
    assert asked["Host"] == story.server.url.removeprefix("http://")
    assert asked["x-amz-meta-color"] == "blue"
    assert record["responseElements"]["x-amz-server-side-encryption"] == "AES256"
    more = record["additionalEventData"]
    assert more["SignatureVersion"] == "SigV4" and more["AuthenticationMethod"] == "AuthHeader"
    assert more["bytesTransferredIn"] == len(SECRET) and more["bytesTransferredOut"] == 0
    assert more["x-amz-id-2"] == answer["ResponseMetadata"]["HostId"]
    assert more["SSEApplied"] == "Default_SSE_S3"
    assert "CipherSuite" not in more
    assert record["resources"] == [bucket_resource(), object_resource("a b/é")]


@pytest.mark.parametrize(
    ("call", "name", "bytes_out", "signed"),
    [
        ("get", "GetObject", len(SECRET), ("SigV4", "AuthHeader")),
        ("head", "HeadObject", 0, ("SigV4", "AuthHeader")),
        ("presigned s3", "GetObject", len(SECRET), ("SigV2", "QueryString")),
        ("presigned s3v4", "GetObject", len(SECRET), ("SigV4", "QueryString")),
    ],
)
def test_a_read_object(story, call, name, bytes_out, signed):
    record = story.record(call)
    assert_data(record)
    assert record["eventName"] == name and record["readOnly"] is True
    assert record["responseElements"] is None
    assert record["resources"] == [bucket_resource(), object_resource("a b/é")]
    more = record["additionalEventData"]
    assert more["bytesTransferredOut"] == bytes_out
    assert (more["SignatureVersion"], more["AuthenticationMethod"]) == signed
    shown = json.dumps(record["requestParameters"])
    assert "Signature=" not in shown and "X-Amz-Credential" not in shown


def test_a_listing_is_of_all_that_its_bucket_holds(story):
    record = story.record("list")
    assert_data(record)
    assert record["eventName"] == "ListObjects"
    asked = record["requestParameters"]
    assert (asked["list-type"], asked["prefix"], asked["max-keys"]) == ("2", "a", "2")
    prefix = {"type": "AWS::S3::Object", "ARNPrefix": f"arn:aws:s3:::{WATCHED}/"}
    assert record["resources"] == [bucket_resource(), prefix]
    assert record["additionalEventData"]["bytesTransferredOut"] > 200


def test_copied_tagged_and_deleted_objects_are_all_named(story):
    copied = story.record("copy")
    assert copied["resources"] == [bucket_resource(), *map(object_resource, ["a b/é", "copy"])]
    assert copied["requestParameters"]["x-amz-copy-source"].startswith(f"{WATCHED}/")
    tagged = story.record("tag")["requestParameters"]
    assert tagged["tagging"] == ""
    assert tagged["Tagging"] == {"TagSet": {"Tag": {"Key": "k", "Value": "v"}}}
    deleted = story.record("delete")
    assert deleted["requestParameters"]["Delete"]["Object"] == [{"Key": "copy"}, {"Key": "gone"}]
    assert deleted["resources"] == [bucket_resource(), *map(object_resource, ["copy", "gone"])]


def test_a_failed_call_names_what_it_was_about(story):
    record = story.record("missing")
    assert_data(record)
    assert record["errorCode"] == "NoSuchKey" and record["responseElements"] is None
    assert record["requestParameters"]["key"] == "missing"
    assert record["resources"] == [bucket_resource(), object_resource("missing")]


def test_a_bucket_counts_where_it_is(story):
    assert story.record("create")["requestParameters"]["CreateBucketConfiguration"] == {
        "LocationConstraint": "eu-west-1"
    }
    ids = {request_id(story.answers[name]) for name in ("create", "put", "get", "list", "refused")}
    assert ids <= set(story.records["seller"])
    assert not ids & set(story.records["home"]), "that trail is of us-east-1 alone"


def test_what_no_selector_asks_for_is_nowhere(story):
    unwatched = request_id(story.answers["elsewhere"])
    assert all(unwatched not in records for records in story.records.values())


@pytest.mark.parametrize("call", ["refused", "allowed"])
def test_the_bucket_owner_and_the_visitor_each_have_a_copy(story, call):
    owners, visitors = story.record(call), story.record(call, "buyer")
    own = {"eventID", "recipientAccountId", "userIdentity"}
    own |= {"resources"} if call == "refused" else set()
    assert {name for name in owners | visitors if owners.get(name) != visitors.get(name)} == own
    assert owners["sharedEventID"] == visitors["sharedEventID"]
    assert owners["recipientAccountId"] == SELLER_ACCOUNT
    assert visitors["recipientAccountId"] == BUYER_ACCOUNT
    assert visitors["userIdentity"]["arn"] == f"arn:aws:iam::{BUYER_ACCOUNT}:user/Bob"
    assert set(owners["userIdentity"]) == {"type", "principalId", "accountId"}
    assert owners["userIdentity"]["type"] == "AWSAccount"
    assert owners["resources"] == [bucket_resource(), object_resource("a b/é")]
    told = HIDDEN if call == "refused" else SELLER_ACCOUNT
    assert visitors["resources"] == [bucket_resource(told), object_resource("a b/é")]
    assert visitors.get("errorCode") == ("AccessDenied" if call == "refused" else None)


def test_a_published_message(story):
    record, answer = story.record("publish"), story.answers["publish"]
    assert_data(record)
    assert (record["eventSource"], record["eventName"]) == ("sns.amazonaws.com", "Publish")
    topic = f"arn:aws:sns:eu-west-1:{SELLER_ACCOUNT}:news"
    assert record["requestParameters"] == {
        "topicArn": topic,
        "message": HIDDEN,
        "subject": HIDDEN,
        "messageAttributes": HIDDEN,
    }
    assert record["responseElements"] == {"messageId": answer["MessageId"]}
    named = {"accountId": SELLER_ACCOUNT, "type": "AWS::SNS::Topic", "ARN": topic}
    assert record["resources"] == [named]
    failed = story.record("no topic")
    assert failed["errorCode"].startswith("NotFound") and failed["responseElements"] is None
    assert failed["resources"] == [named | {"ARN": topic + "-not"}]


def test_a_sent_and_a_received_message(story):
    record, answer = story.record("send"), story.answers["send"]
    assert_data(record)
    asked, came = record["requestParameters"], record["responseElements"]
    assert (asked["messageBody"], asked["messageAttributes"]) == (HIDDEN, HIDDEN)
    assert came["messageId"] == answer["MessageId"]
    assert came["mD5OfMessageBody"] == answer["MD5OfMessageBody"]
    queue = f"arn:aws:sqs:eu-west-1:{SELLER_ACCOUNT}:work"
    named = {"accountId": SELLER_ACCOUNT, "type": "AWS::SQS::Queue", "ARN": queue}
    received = story.record("receive")
    assert_data(received)
    assert record["resources"] == received["resources"] == [named]
    assert received["readOnly"] is True and received["responseElements"] is None


def test_what_people_wrote_is_in_no_log_file(story):
    logs = [log for bucket in story.trails.values() for log in bucket.logs().values()]
    texts = [log.text.decode() for log in logs]
    assert any("messageBody" in text for text in texts)
    assert not any(SECRET in text for text in texts)


def test_data_events_are_never_in_history(story):
    data = {
        record["eventID"]
        for records in story.records.values()
        for found in records.values()
        for _, record in found
        if record["eventCategory"] == "Data"
    }
    assert len(data) > 15
    for who in ("root", "buyer"):
        for region in REGIONS:
            told = trails.history(story.server, region, who)
            assert not data & set(told)
    client = story.server.client("cloudtrail", "root", "eu-west-1")
    assert lookup(client, "EventId", story.record("put")["eventID"]) == []
    assert lookup(client, "EventName", "PutObject") == []


def test_calls_of_buckets_are_found_by_the_bucket_and_its_region(story):
    server = story.server
    where = {"region": "eu-west-1"}
    created = item_of(server, "CreateBucket", request_id(story.answers["create"]), **where)
    assert created["Resources"] == [{"ResourceType": "AWS::S3::Bucket", "ResourceName": WATCHED}]
    policy = event_of(server, "PutBucketPolicy", request_id(story.answers["policy"]), **where)
    asked = policy["requestParameters"]
    assert asked["policy"] == "" and asked["bucketPolicy"]["Version"] == "2012-10-17"
    assert policy["resources"] == [bucket_resource()]
    assert policy["managementEvent"] is True
    found = server.client("cloudtrail", "root", "eu-west-1").lookup_events(
        LookupAttributes=attribute("ResourceName", WATCHED)
    )
    assert {item["EventName"] for item in found["Events"]} >= {"CreateBucket", "PutBucketPolicy"}


def test_what_a_trail_was_stands_beside_what_it_becomes(story):
    server, arn = story.server, story.arns["home"]
    client = server.client("cloudtrail", "root")

    def fields(selector):
        return selector.get("fieldSelectors") or selector["FieldSelectors"]

    def previous(answer, name):
        event = event_of(server, name, request_id(answer))
        assert event["requestParameters"] is not None
        return event["additionalEventData"]["opentrail:previous"]

    before = client.get_event_selectors(TrailName=arn)["AdvancedEventSelectors"]
    reads = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]
    answer = client.put_event_selectors(TrailName=arn, EventSelectors=reads)
    (was,) = previous(answer, "PutEventSelectors").values()
    said = [(f["field"], f.get("equals"), f.get("startsWith")) for s in was for f in fields(s)]
    asked = [(f["Field"], f.get("Equals"), f.get("StartsWith")) for s in before for f in fields(s)]
    assert sorted(said, key=repr) == sorted(asked, key=repr)
    insights = client.put_insight_selectors(
        TrailName=arn, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
    )
    assert previous(insights, "PutInsightSelectors") == {"insightSelectors": []}
    answer = client.update_trail(Name=arn, IncludeGlobalServiceEvents=False)
    was = previous(answer, "UpdateTrail")
    assert was["includeGlobalServiceEvents"] is True and was["trailARN"] == arn
    assert previous(client.stop_logging(Name=arn), "StopLogging") == {"isLogging": True}
    was = previous(client.delete_trail(Name=arn), "DeleteTrail")
    assert (was["s3BucketName"], was["isLogging"]) == ("home-logs", False)
    assert was["eventSelectors"][0]["readWriteType"] == "ReadOnly"
    assert was["insightSelectors"] == [{"insightType": "ApiCallRateInsight"}]


def test_nobodys_address_is_in_an_event_of_organizations(fresh):
    client = fresh.client("organizations", "root")
    client.create_organization(FeatureSet="ALL")
    answer = client.create_account(Email="someone@example.com", AccountName="Somebody Else")
    event = event_of(fresh, "CreateAccount", request_id(answer))
    assert event["awsRegion"] == "us-east-1"
    assert event["requestParameters"] == {"email": "****", "accountName": "****"}
    assert event["responseElements"]["createAccountStatus"]["accountName"] == "****"
    text = json.dumps(event)
    assert "someone@" not in text and "Somebody" not in text


@pytest.mark.parametrize(
    ("service", "call", "arguments", "code", "status"),
    [
        ("s3", "create_bucket", {"Bucket": "not-mine"}, "AccessDenied", 403),
        ("sqs", "create_queue", {"QueueName": "not-mine"}, "AccessDenied", 403),
        ("sns", "create_topic", {"Name": "not-mine"}, "AuthorizationError", 403),
        ("iam", "create_user", {"UserName": "not-mine"}, "AccessDenied", 403),
        ("cloudtrail", "describe_trails", {}, "AccessDeniedException", 400),
        ("organizations", "list_accounts", {}, "AccessDeniedException", 400),
    ],
)
def test_each_service_refuses_in_its_own_words(demo, service, call, arguments, code, status):
    # a new user may do nothing
    iam = demo.client("iam", "root")
    name = f"nobody-{service}"
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    response = refused(getattr(demo.client(service, keys), call), **arguments)
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    event_name = "".join(word.title() for word in call.split("_"))
    event = event_of(demo, event_name, request_id(response))
    assert event["errorCode"] == code
