"""Notifications of log files: what a topic's policy and the user's own endpoint do to them."""

import json

import pytest
from botocore.exceptions import ClientError

import elsewhere
import notices
import trails
from running import REGION, SELLER_ACCOUNT, wait_until

ARN = f"arn:aws:cloudtrail:{REGION}:{SELLER_ACCOUNT}:trail/notices"
INSUFFICIENT = "SNS Topic does not exist or the topic policy is incorrect!"


def status(server):
    return server.client("cloudtrail", "root").get_trail_status(Name="notices")


def make_bucket(server):
    trails.make_bucket(server, "notice-logs", ARN)
    return trails.Bucket(server.client("s3", "root"), "notice-logs")


def create(server, topic, **more):
    client = server.client("cloudtrail", "root")
    client.create_trail(
        Name="notices", S3BucketName="notice-logs", SnsTopicName=topic, **more
    )
    client.start_logging(Name="notices")


def deliver(server, bucket):
    """Has one event delivered; returns the keys that are new."""
    before = set(bucket.logs())
    server.client("sts", "auditor").get_caller_identity()
    trails.advance(server, "6m")
    return wait_until(lambda: set(bucket.logs()) - before, trails.PATIENCE_SECS, "a log file")


@pytest.mark.parametrize("policy", ["none", "another trail", "another service"])
def test_a_topic_that_cloudtrail_may_not_publish_to_is_refused(fresh, policy):
    make_bucket(fresh)
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "closed")
    document = notices.topic_policy(topic, ARN)
    if policy == "another trail":
        document = document.replace("trail/notices", "trail/other")
    elif policy == "another service":
        document = document.replace("cloudtrail.amazonaws.com", "events.amazonaws.com")
    if policy != "none":
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    for name in [topic, "closed"]:
        with pytest.raises(ClientError) as refused:
            create(fresh, name)
        error = refused.value.response["Error"]
        assert (error["Code"], error["Message"]) == ("InsufficientSnsTopicPolicyException", INSUFFICIENT)  # fmt: skip
    assert fresh.client("cloudtrail", "root").describe_trails()["trailList"] == []


def test_a_topic_that_is_not_there_is_refused_and_no_name_is_invalid(fresh):
    make_bucket(fresh)
    with pytest.raises(ClientError, match="InsufficientSnsTopicPolicyException"):
        create(fresh, "nowhere")
    for name in ["what.is.this", f"arn:aws:sns:{REGION}:{SELLER_ACCOUNT}:queue.fifo"]:
        with pytest.raises(ClientError, match="InvalidSnsTopicNameException"):
            create(fresh, name)


def test_a_policy_taken_away_shows_in_the_status_and_files_still_arrive(fresh):
    bucket = make_bucket(fresh)
    sns, sqs = fresh.client("sns", "root"), fresh.client("sqs", "root")
    first, second = [notices.make_topic(sns, name, ARN) for name in ["first", "second"]]
    pollers = {
        topic: notices.Poller(notices.Queue(sqs, sns, name, topic), bucket.s3)
        for topic, name in [(first, "first"), (second, "second")]
    }
    create(fresh, first)
    told = deliver(fresh, bucket)
    pollers[first].poll_until(told)
    assert "LatestNotificationError" not in status(fresh)

    closed = notices.topic_policy(first, ARN).replace("Allow", "Deny")
    sns.set_topic_attributes(TopicArn=first, AttributeName="Policy", AttributeValue=closed)
    told_before = status(fresh)["LatestNotificationTime"]
    untold = deliver(fresh, bucket)
    failed = status(fresh)
    assert failed["LatestNotificationError"] == "AuthorizationError"
    assert "LatestDeliveryError" not in failed
    assert failed["LatestNotificationTime"] == told_before < failed["LatestDeliveryTime"]
    assert failed["LatestNotificationAttemptTime"] > failed["LatestNotificationAttemptSucceeded"]

    client = fresh.client("cloudtrail", "root")
    with pytest.raises(ClientError, match="InsufficientSnsTopicPolicyException"):
        client.update_trail(Name="notices", SnsTopicName=first)
    changed = client.update_trail(Name="notices", SnsTopicName="second")
    assert (changed["SnsTopicName"], changed["SnsTopicARN"]) == ("second", second)
    assert "LatestNotificationError" not in status(fresh)
    told = deliver(fresh, bucket)
    pollers[second].poll_until(told)
    assert pollers[second].validations == 1
    assert not untold & set(pollers[first].heard | pollers[second].heard), "told of old files"


def test_a_topic_in_another_region_is_told_and_none_after_its_removal(fresh):
    bucket = make_bucket(fresh)
    sns, sqs = [fresh.client(service, "root", "eu-west-1") for service in ("sns", "sqs")]
    topic = notices.make_topic(sns, "far", ARN)
    poller = notices.Poller(notices.Queue(sqs, sns, "far", topic), bucket.s3)
    create(fresh, topic)
    poller.poll_until(deliver(fresh, bucket))
    client = fresh.client("cloudtrail", "root")
    changed = client.update_trail(Name="notices", SnsTopicName="")
    assert changed.get("SnsTopicARN", "") == ""
    assert "SnsTopicARN" not in client.get_trail(Name="notices")["Trail"]
    poller.poll(0)
    heard = set(poller.heard)
    deliver(fresh, bucket)
    assert poller.poll() == 0 and set(poller.heard) == heard


@pytest.fixture
def own_topics(make_server):
    """A server whose topics are at moto's, and the door between the two."""
    with elsewhere.moto() as port:
        door = elsewhere.Door(port)
        settings = {
            "arns": ["arn:aws:sns:*:123456789012:*"],
            "endpoint": f"http://127.0.0.1:{door.port}",
            "access_key_id": elsewhere.KEYS["aws_access_key_id"],
            "secret_access_key": elsewhere.KEYS["aws_secret_access_key"],
        }
        pairs = ", ".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
        server = make_server("--demo", env={"OPENTRAIL_TOPICS": f"[{{{pairs}}}]"})
        yield server, port, door
        door.shut()


def test_topics_at_the_users_own_endpoint_hear_of_every_file_through_an_outage(own_topics):
    server, port, door = own_topics
    bucket = make_bucket(server)
    sns, sqs = [elsewhere.moto_client(service, port) for service in ("sns", "sqs")]
    topic = notices.make_topic(sns, "theirs", ARN)
    poller = notices.Poller(notices.Queue(sqs, sns, "theirs", topic), bucket.s3)
    create(server, topic)
    before = deliver(server, bucket)
    poller.poll_until(before)
    assert poller.validations == 1

    door.shut()
    during = deliver(server, bucket)
    error = wait_until(lambda: status(server).get("LatestNotificationError"), 10, "the outage")
    assert error in ("ServiceUnavailable", "RequestTimeout")
    assert "LatestDeliveryError" not in status(server)
    during |= deliver(server, bucket)
    door.open()
    recovered = lambda: "LatestNotificationError" not in status(server)
    wait_until(recovered, trails.PATIENCE_SECS, "what waited to be told")
    after = deliver(server, bucket)
    poller.poll_until(before | during | after)
    assert set(poller.heard.values()) == {1} and len(poller.heard) >= 4


def test_a_topic_of_the_users_own_that_is_not_there_is_refused(own_topics):
    server, _, door = own_topics
    make_bucket(server)
    topic = f"arn:aws:sns:{REGION}:123456789012:nowhere"
    with pytest.raises(ClientError, match="InsufficientSnsTopicPolicyException"):
        create(server, topic)
    door.shut()
    with pytest.raises(ClientError, match="InsufficientSnsTopicPolicyException"):
        create(server, topic)
