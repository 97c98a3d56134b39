"""SQS as pollers use it: today's JSON protocol, the query protocol of older clients, and the clock."""

import hashlib
import json
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

import trails
from raw import Wire, form_call
from running import REGION, SELLER_ACCOUNT

VERSION = "2012-11-05"


@pytest.fixture
def sqs(demo):
    return demo.client("sqs", "root")


def make(sqs, name, **attributes):
    texts = {key: value if isinstance(value, str) else str(value) for key, value in attributes.items()}  # fmt: skip
    return sqs.create_queue(QueueName=name, Attributes=texts)["QueueUrl"]


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names or ["All"]))["Attributes"]  # fmt: skip


def receive(sqs, url, **more):
    return sqs.receive_message(QueueUrl=url, **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def test_a_message_goes_in_comes_out_and_is_gone(demo, sqs, unique):
    name = unique("plain")
    url = make(sqs, name)
    assert url == f"{demo.url}/{SELLER_ACCOUNT}/{name}"
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert url in sqs.list_queues(QueueNamePrefix=name)["QueueUrls"]
    # boto3 compares the MD5 sums itself
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="läuft",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "test"}},
    )
    [message] = receive(sqs, url, AttributeNames=["All"], MessageAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"] and message["Body"] == "läuft"
    assert message["MD5OfBody"] == hashlib.md5("läuft".encode()).hexdigest()
    assert message["MessageAttributes"]["kind"]["StringValue"] == "test"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    counts = attributes(sqs, url)
    assert counts["ApproximateNumberOfMessages"] == "0"
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert counts["QueueArn"] == f"arn:aws:sqs:{REGION}:{SELLER_ACCOUNT}:{name}"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert attributes(sqs, url)["ApproximateNumberOfMessagesNotVisible"] == "0"
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        receive(sqs, url)


def test_batches_say_of_each_entry_what_became_of_it(sqs, unique):
    url = make(sqs, unique("batch"))
    entries = [{"Id": f"m{number}", "MessageBody": f"body {number}"} for number in range(10)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [row["Id"] for row in sent["Successful"]] == [entry["Id"] for entry in entries]
    messages = receive(sqs, url, MaxNumberOfMessages=10)
    assert sorted(bodies(messages)) == [f"body {number}" for number in range(10)]
    entries = [{"Id": f"d{n}", "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
    entries[3]["ReceiptHandle"] = "nothing"
    done = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    assert [row["Id"] for row in done["Failed"]] == ["d3"] and len(done["Successful"]) == 9


def test_a_message_is_hidden_for_as_long_as_the_sandbox_clock_says(fresh):
    sqs = fresh.client("sqs", "root")
    url = make(sqs, "hidden", VisibilityTimeout=600)
    sqs.send_message(QueueUrl=url, MessageBody="once more")
    [first] = receive(sqs, url)
    trails.advance(fresh, "9m")
    assert receive(sqs, url) == []
    trails.advance(fresh, "61s")
    [again] = receive(sqs, url, AttributeNames=["All"], VisibilityTimeout=20)
    assert again["MessageId"] == first["MessageId"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=3600
    )
    trails.advance(fresh, "59m")
    assert receive(sqs, url) == []
    trails.advance(fresh, "2m")
    assert bodies(receive(sqs, url)) == ["once more"]


def test_a_delayed_message_and_one_that_is_too_old(fresh):
    sqs = fresh.client("sqs", "root")
    url = make(sqs, "times", MessageRetentionPeriod=3600)
    sqs.send_message(QueueUrl=url, MessageBody="old")
    trails.advance(fresh, "50m")
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    assert attributes(sqs, url)["ApproximateNumberOfMessagesDelayed"] == "1"
    trails.advance(fresh, "11m")
    assert receive(sqs, url) == [], "old has gone and late is not there yet"
    trails.advance(fresh, "5m")
    assert bodies(receive(sqs, url)) == ["late"]


def test_a_message_that_nobody_works_off_goes_to_the_dead_letters(fresh):
    sqs = fresh.client("sqs", "root")
    dead = make(sqs, "dead")
    target = attributes(sqs, dead, "QueueArn")["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 2})
    url = make(sqs, "source", VisibilityTimeout=30, RedrivePolicy=redrive)
    source = attributes(sqs, url, "QueueArn")["QueueArn"]
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert bodies(receive(sqs, url)) == ["poison"]
        trails.advance(fresh, "31s")
    assert receive(sqs, url) == []
    [letter] = receive(sqs, dead, AttributeNames=["All"])
    assert letter["Body"] == "poison"
    assert letter["Attributes"]["DeadLetterQueueSourceArn"] == source
    assert attributes(sqs, url)["ApproximateNumberOfMessages"] == "0"


def test_a_long_poll_ends_with_the_message(fresh):
    import concurrent.futures

    sqs = fresh.client("sqs", "root")
    url = make(sqs, "long")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, sqs, url, WaitTimeSeconds=20)
        assert not concurrent.futures.wait([waiting], timeout=1).done, "it did not wait"
        sqs.send_message(QueueUrl=url, MessageBody="here")
        # far less than the twenty seconds that it may take
        assert bodies(waiting.result(timeout=5)) == ["here"]


@pytest.mark.parametrize(
    "given, code",
    [
        ({"FifoQueue": "true"}, "AWS.SimpleQueueService.UnsupportedOperation"),
        ({"KmsMasterKeyId": "alias/key"}, "AWS.SimpleQueueService.UnsupportedOperation"),
        ({"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ({"Colour": "red"}, "InvalidAttributeName"),
        ({"RedrivePolicy": "{}"}, "InvalidAttributeValue"),
        ({"Policy": "{"}, "InvalidAttributeValue"),
    ],
)
def test_attributes_that_cannot_be_are_refused(sqs, given, code, unique):
    with pytest.raises(ClientError) as refused:
        sqs.create_queue(QueueName=unique("refused"), Attributes=given)
    assert refused.value.response["Error"]["Code"] == code


def test_a_queue_belongs_to_its_owner(demo, sqs, unique):
    url = make(sqs, unique("owned"))
    stranger = demo.client("sqs", "buyer")
    for call in [
        lambda: stranger.send_message(QueueUrl=url, MessageBody="x"),
        lambda: receive(stranger, url),
        lambda: stranger.delete_queue(QueueUrl=url),
    ]:
        with pytest.raises(ClientError, match="AccessDenied"):
            call()
    arn = attributes(sqs, url)["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:SendMessage", "Resource": arn}  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    stranger.send_message(QueueUrl=url, MessageBody="from the buyer")
    with pytest.raises(ClientError, match="AccessDenied"):
        receive(stranger, url)
    assert bodies(receive(sqs, url)) == ["from the buyer"]


class Older:
    """A client as they were before SQS spoke JSON: forms to the queue's URL, XML back."""

    def __init__(self, server):
        self.server = server

    def ask(self, action, path="/", **parameters):
        form = urlencode({"Action": action, "Version": VERSION} | parameters)
        request = form_call(self.server, self.server.keys("root"), "sqs", form, path=path)
        wire = Wire(self.server.port)
        reply = wire.ask(request)
        wire.close()
        root = ElementTree.fromstring(reply.body)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return reply.status, root

    def text(self, action, name, path="/", **parameters):
        status, root = self.ask(action, path, **parameters)
        assert status == 200, ElementTree.tostring(root)
        assert root.tag == f"{action}Response"
        return root.findtext(f".//{name}")


def test_older_clients_speak_the_query_protocol(demo, unique):
    older, name = Older(demo), unique("older")
    given = {"Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "77"}
    url = older.text("CreateQueue", "QueueUrl", QueueName=name, **given)
    path = url.removeprefix(demo.url)
    body = "a & b <c> ü"
    sent = {
        "MessageBody": body,
        "MessageAttribute.1.Name": "kind",
        "MessageAttribute.1.Value.DataType": "String",
        "MessageAttribute.1.Value.StringValue": "test",
    }
    md5 = older.text("SendMessage", "MD5OfMessageBody", path, QueueUrl=url, **sent)
    assert md5 == hashlib.md5(body.encode()).hexdigest()
    # the path alone names the queue, too
    asked = {"AttributeName.1": "All", "MessageAttributeName.1": "All", "WaitTimeSeconds": "1"}
    status, root = older.ask("ReceiveMessage", path, **asked)
    assert status == 200
    [message] = root.findall("./ReceiveMessageResult/Message")
    assert message.findtext("Body") == body and message.findtext("MD5OfBody") == md5
    names = {row.findtext("Name"): row.findtext("Value") for row in message.findall("Attribute")}
    assert names["ApproximateReceiveCount"] == "1"
    attribute = message.find("MessageAttribute")
    assert attribute.findtext("Name") == "kind"
    assert attribute.findtext("Value/StringValue") == "test"
    status, root = older.ask("GetQueueAttributes", path, **{"AttributeName.1": "VisibilityTimeout"})
    rows = root.findall("./GetQueueAttributesResult/Attribute")
    assert [(row.findtext("Name"), row.findtext("Value")) for row in rows] == [("VisibilityTimeout", "77")]  # fmt: skip
    handle = message.findtext("ReceiptHandle")
    status, _ = older.ask("DeleteMessage", path, ReceiptHandle=handle)
    assert status == 200
    status, _ = older.ask("DeleteQueue", path)
    assert status == 200


def test_older_clients_read_the_errors_of_their_time(demo, unique):
    older = Older(demo)
    status, root = older.ask("GetQueueUrl", QueueName=unique("missing"))
    assert status == 400 and root.tag == "ErrorResponse"
    assert root.findtext("Error/Code") == "AWS.SimpleQueueService.NonExistentQueue"
    assert root.findtext("Error/Type") == "Sender"
    status, root = older.ask("SendMessage", "/", MessageBody="x")
    assert status == 400 and root.findtext("Error/Code") != ""


def test_todays_clients_read_both_names_of_an_error(sqs, unique):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as refused:
        sqs.get_queue_url(QueueName=unique("missing"))
    error = refused.value.response["Error"]
    assert error["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error["QueryErrorCode"] == "QueueDoesNotExist"


def test_the_aws_cli_needs_its_endpoint_said(demo, unique):
    name = unique("cli")
    endpoint = ["--endpoint-url", demo.url]
    made = demo.aws("sqs", "create-queue", "--queue-name", name, *endpoint, who="root")
    url = made["QueueUrl"]
    demo.aws("sqs", "send-message", "--queue-url", url, "--message-body", "hello", *endpoint, who="root")  # fmt: skip
    got = demo.aws("sqs", "receive-message", "--queue-url", url, *endpoint, who="root")
    assert got["Messages"][0]["Body"] == "hello"


def test_receiving_and_sending_are_data_events_and_making_is_not(fresh):
    sqs = fresh.client("sqs", "root")
    url = make(sqs, "recorded")
    sqs.send_message(QueueUrl=url, MessageBody="secret body")
    [message] = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.purge_queue(QueueUrl=url)
    names = [json.loads(text)["eventName"] for text in trails.history(fresh, REGION).values()]
    assert {"CreateQueue", "PurgeQueue"} <= set(names)
    assert not {"SendMessage", "ReceiveMessage", "DeleteMessage"} & set(names)
