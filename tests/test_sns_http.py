"""SNS over HTTP: an endpoint is asked, confirms by the link alone, and then hears of what comes."""

import json
import re
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

import elsewhere
import notices
import trails
from events import lookup
from raw import find_details
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, wait_until

ARN = f"arn:aws:cloudtrail:{REGION}:{SELLER_ACCOUNT}:trail/notices"
FORBIDDEN = [
    "http://169.254.169.254/latest/meta-data",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://0xa9fea9fe/",
    "http://169.254.43518/",
    "http://2852039166/",
]


@pytest.fixture
def listener():
    listener = elsewhere.Listener()
    yield listener
    listener.close()


def get(url):
    """The status and the body of a plain, unsigned GET."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def subscribe(sns, topic, url, **more):
    answer = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url, **more)
    return answer["SubscriptionArn"]


def confirmed(sns, topic, listener, **more):
    """Subscribes the listener and confirms by the link; returns the subscription's ARN."""
    subscribe(sns, topic, f"{listener.url}/hook", **more)
    link = json.loads(listener.wait(1)[0].body)["SubscribeURL"]
    status, text = get(link)
    assert status == 200, text
    return re.search(r"<SubscriptionArn>(.+?)</SubscriptionArn>", text)[1]


def test_an_endpoint_is_asked_and_confirms_by_the_link_alone(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    assert subscribe(sns, topic, f"{listener.url}/hook") == "pending confirmation"
    [row] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert row["SubscriptionArn"] == "PendingConfirmation"

    post = listener.wait(1)[0]
    asked = json.loads(post.body)
    assert list(asked) == [
        "Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp",
        "SignatureVersion", "Signature", "SigningCertURL",
    ]  # fmt: skip
    assert asked["Type"] == "SubscriptionConfirmation" and asked["TopicArn"] == topic
    assert post.path == "/hook" and post.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert post.headers["User-Agent"] == "Amazon Simple Notification Service Agent"
    said = {name: value for name, value in post.headers.items() if name.startswith("x-amz-sns-")}
    assert said == {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": asked["MessageId"],
        "x-amz-sns-topic-arn": topic,
    }
    notices.assert_signed(asked, {})

    sns.publish(TopicArn=topic, Message="nobody hears this")
    wrong = asked["SubscribeURL"].replace(asked["Token"], "0" * len(asked["Token"]))
    status, text = get(wrong)
    assert status == 400 and "<Code>InvalidParameter</Code>" in text
    status, text = get(asked["SubscribeURL"])
    assert status == 200 and "<ConfirmSubscriptionResponse" in text
    arn = re.search(r"<SubscriptionArn>(.+?)</SubscriptionArn>", text)[1]
    assert arn.startswith(f"{topic}:")
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["PendingConfirmation"] == "false"
    assert attributes["ConfirmationWasAuthenticated"] == "false"
    sns.publish(TopicArn=topic, Message="but this")
    assert json.loads(listener.wait(2)[1].body)["Message"] == "but this"
    assert len(listener.posts) == 2


def test_who_confirms_by_the_link_is_in_the_history_as_nobody(fresh, listener):
    sns = fresh.client("sns", "root")
    confirmed(sns, notices.make_topic(sns, "news"), listener)
    look = lambda: lookup(fresh.client("cloudtrail", "root"), "EventName", "ConfirmSubscription")
    [item] = wait_until(look)
    event = json.loads(item["CloudTrailEvent"])
    assert event["eventSource"] == "sns.amazonaws.com" and event["readOnly"] is False
    assert event["sourceIPAddress"] == "127.0.0.1" and "errorCode" not in event
    assert "accessKeyId" not in event["userIdentity"]
    token = json.loads(listener.posts[0].body)["Token"]
    assert token not in json.dumps(event), "a token is in the record"


def test_notifications_tell_of_log_files_with_the_headers_of_sns(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "files", ARN)
    arn = confirmed(sns, topic, listener)
    trails.make_trail(fresh, "notices", "notice-logs", "--sns-topic-name", "files")
    assert json.loads(listener.wait(2)[1].body)["Message"] == notices.VALIDATION
    trails.advance(fresh, "6m")
    post = listener.wait(3)[2]
    told = json.loads(post.body)
    said = {name: value for name, value in post.headers.items() if name.startswith("x-amz-sns-")}
    assert said == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": told["MessageId"],
        "x-amz-sns-topic-arn": topic,
        "x-amz-sns-subscription-arn": arn,
    }
    notices.assert_signed(told, {})
    keys = set(trails.Bucket(fresh.client("s3", "root"), "notice-logs").logs())
    wait_until(lambda: keys_told(listener.posts[2:]) >= keys, 10, "a notification of each file")
    assert {*keys, *json.loads(told["Message"])["s3ObjectKey"]} == keys


def keys_told(posts):
    messages = [json.loads(post.body)["Message"] for post in posts]
    return {key for message in messages for key in json.loads(message)["s3ObjectKey"]}


def test_a_subscription_ends_by_its_link(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    confirmed(sns, topic, listener)
    sns.publish(TopicArn=topic, Message="the last")
    link = json.loads(listener.wait(2)[1].body)["UnsubscribeURL"]
    status, text = get(link)
    assert status == 200 and "<UnsubscribeResponse" in text
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    assert get(link)[0] == 404


def test_who_asked_for_signatures_is_not_unsubscribed_by_a_link(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    subscribe(sns, topic, listener.url)
    asked = json.loads(listener.wait(1)[0].body)
    unsigned = f"{asked['SubscribeURL']}&AuthenticateOnUnsubscribe=true"
    assert get(unsigned)[0] == 403
    arn = sns.confirm_subscription(
        TopicArn=topic, Token=asked["Token"], AuthenticateOnUnsubscribe="true"
    )["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="news")
    status, text = get(json.loads(listener.wait(2)[1].body)["UnsubscribeURL"])
    assert status == 403 and "<Code>AuthorizationError</Code>" in text
    sns.unsubscribe(SubscriptionArn=arn)
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_a_link_is_recorded_where_its_topic_is(fresh, listener):
    sns = fresh.client("sns", "buyer", "eu-west-1")
    confirmed(sns, notices.make_topic(sns, "far"), listener)
    look = lambda: lookup(
        fresh.client("cloudtrail", "buyer", "eu-west-1"), "EventName", "ConfirmSubscription"
    )
    [item] = wait_until(look)
    event = json.loads(item["CloudTrailEvent"])
    assert (event["awsRegion"], event["recipientAccountId"]) == ("eu-west-1", BUYER_ACCOUNT)


def test_guessing_at_links_leaves_no_more_events_than_guessing_at_signatures(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    subscribe(sns, topic, listener.url)
    link = json.loads(listener.wait(1)[0].body)["SubscribeURL"]
    guesses = [f"{link[:-4]}{number:04}" for number in range(30)]
    statuses = [get(guess)[0] for guess in guesses if guess != link]
    assert statuses.count(400) == 20 and statuses[20:] == [429] * (len(statuses) - 20)
    events = wait_until(lambda: list(find_details(fresh, {"EventName": "ConfirmSubscription"})))
    assert len(events) == 20
    assert get(link)[0] == 200, "a right link always passes"


def test_raw_delivery_is_the_message_alone(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    confirmed(sns, topic, listener, Attributes={"RawMessageDelivery": "true"})
    assert json.loads(listener.posts[0].body)["Type"] == "SubscriptionConfirmation"
    sns.publish(TopicArn=topic, Message="läuft")
    post = listener.wait(2)[1]
    assert post.body == "läuft" and post.headers["x-amz-sns-rawdelivery"] == "true"


def test_a_message_is_sent_again_after_a_failure_and_not_after_a_refusal(fresh, listener):
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    confirmed(sns, topic, listener)
    listener.answers = [500, 503, 429, 200]
    sns.publish(TopicArn=topic, Message="first")
    # the tries after the first three come with longer and longer pauses of the server's own clock
    wait_until(lambda: advanced(fresh, listener, 5), 30, "four tries")
    ids = {json.loads(post.body)["MessageId"] for post in listener.posts[1:]}
    bodies = {post.body for post in listener.posts[1:]}
    assert len(ids) == len(bodies) == 1, "a try is not what the first was"

    listener.answers = [403]
    sns.publish(TopicArn=topic, Message="refused")
    listener.wait(6)
    trails.advance(fresh, "1h")
    sns.publish(TopicArn=topic, Message="last")
    last = listener.wait(7)[6]
    assert json.loads(last.body)["Message"] == "last" and len(listener.posts) == 7


def advanced(server, listener, count):
    """Moves the clock on until there are as many posts."""
    if len(listener.posts) < count:
        trails.advance(server, "30s")
    return len(listener.posts) >= count


def test_what_waits_for_an_endpoint_survives_a_restart(make_server, listener):
    server = make_server("--demo", listen="127.0.0.1:0")
    sns = server.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    confirmed(sns, topic, listener)
    listener.answers = [500] * 3
    sns.publish(TopicArn=topic, Message="later")
    listener.wait(2)
    server.kill()
    server.start()
    posts = wait_until(lambda: advanced(server, listener, 5) and listener.posts, 30, "the tries")
    assert {json.loads(post.body)["Message"] for post in posts[1:]} == {"later"}


@pytest.mark.parametrize("url", FORBIDDEN)
def test_addresses_of_the_link_are_refused_however_they_are_spelled(demo, url, unique):
    sns = demo.client("sns", "root")
    topic = notices.make_topic(sns, unique("ssrf"))
    with pytest.raises(ClientError) as refused:
        subscribe(sns, topic, url)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


@pytest.mark.parametrize(
    "protocol, endpoint",
    [
        ("http", "https://example.org/"),
        ("https", "http://example.org/"),
        ("http", "gopher://example.org/"),
        ("http", "file:///etc/passwd"),
        ("http", "http:///path"),
        ("email", "someone@example.org"),
        ("lambda", "arn:aws:lambda:us-east-1:111122223333:function:f"),
    ],
)
def test_endpoints_that_nothing_could_be_sent_to_are_refused(demo, protocol, endpoint, unique):
    sns = demo.client("sns", "root")
    topic = notices.make_topic(sns, unique("odd"))
    with pytest.raises(ClientError, match="InvalidParameter"):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)


def test_redirects_are_not_followed(fresh, listener):
    other = elsewhere.Listener()
    sns = fresh.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    confirmed(sns, topic, listener)
    listener.answers, listener.location = [302, 200], f"{other.url}/inside"
    sns.publish(TopicArn=topic, Message="go there")
    wait_until(lambda: advanced(fresh, listener, 3), 30, "a second try")
    assert other.posts == []
    other.close()


def test_private_networks_are_closed_when_they_are_not_named(make_server, listener):
    server = make_server("--demo", env={"OPENTRAIL_OUTGOING__ALLOWED_NETWORKS": "[]"})
    sns = server.client("sns", "root")
    topic = notices.make_topic(sns, "news")
    for host in ["127.0.0.1", "127.1", "[::1]", "10.0.0.1", "192.168.1.1", "0x7f.1"]:
        with pytest.raises(ClientError, match="InvalidParameter"):
            subscribe(sns, topic, f"http://{host}:{listener.server.server_port}/")
    # a name is judged when it is resolved
    subscribe(sns, topic, f"http://localhost:{listener.server.server_port}/")
    wait_until(lambda: "may not be posted to" in server.output(), 10, "the refusal")
    assert listener.posts == []
