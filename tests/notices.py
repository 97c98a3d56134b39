"""Who waits for log files: topics and queues as the user guides make them, and a poller.

The poller is written after AWS's documents alone: long poll, the notification around the message,
`s3Bucket` and `s3ObjectKey`, the object, and the message deleted once that is read.
"""

import base64
import collections
import gzip
import json
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

VALIDATION = "CloudTrail validation message."
# what is signed, in the order of the SNS developer guide; Subject only where there is one
SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip


def topic_policy(topic_arn, trail_arn):
    """The policy of AWS's user guide for a trail's topic."""
    statement = {
        "Sid": "AWSCloudTrailSNSPolicy20131101",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def queue_policy(queue_arn, topic_arn):
    """The policy of the SNS developer guide for a queue that a topic sends to."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_topic(sns, name, trail_arn=None):
    """Makes a topic, which lets the trail publish when one is given; returns its ARN."""
    arn = sns.create_topic(Name=name)["TopicArn"]
    if trail_arn:
        policy = topic_policy(arn, trail_arn)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


class Queue:
    """A queue that hears of a topic."""

    def __init__(self, sqs, sns, name, topic_arn, raw=False):
        self.sqs, self.sns, self.topic_arn, self.raw = sqs, sns, topic_arn, raw
        self.url = sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = self.attribute("QueueArn")
        policy = queue_policy(self.arn, topic_arn)
        sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        self.subscription_arn = sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=self.arn,
            Attributes={"RawMessageDelivery": str(raw).lower()},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def attribute(self, name):
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return answer["Attributes"][name]

    def receive(self, wait_secs=1, most=10):
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=most, WaitTimeSeconds=wait_secs
        )
        return answer.get("Messages", [])

    def delete(self, message):
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


class Poller:
    """Reads log files as it hears of them."""

    def __init__(self, queue, s3):
        self.queue, self.s3 = queue, s3
        # how often it heard of each file, what is in it, and what else it was told
        self.heard, self.files = collections.Counter(), {}
        self.validations, self.envelopes = 0, []

    def poll(self, wait_secs=1):
        """One turn of the loop; returns how many messages there were."""
        messages = self.queue.receive(wait_secs)
        for message in messages:
            text = message["Body"]
            if not self.queue.raw:
                envelope = json.loads(text)
                self.envelopes.append(envelope)
                text = envelope["Message"]
            self.take(text)
            self.queue.delete(message)
        return len(messages)

    def take(self, text):
        if text == VALIDATION:
            self.validations += 1
            return
        told = json.loads(text)
        for key in told["s3ObjectKey"]:
            answer = self.s3.get_object(Bucket=told["s3Bucket"], Key=key)
            self.heard[key] += 1
            self.files[key] = answer["Body"].read()

    def records(self):
        """All records, by event id."""
        bodies = (json.loads(gzip.decompress(body)) for body in self.files.values())
        return {record["eventID"]: record for body in bodies for record in body["Records"]}

    def poll_until(self, keys):
        """Polls until it has heard of all these files and there is nothing more."""
        missing = set(keys)
        idle = 0
        while idle < 20 and missing:
            idle = 0 if self.poll() else idle + 1
            missing -= set(self.heard)
        assert not missing, f"no message told of {len(missing)} files, such as {min(missing)}"
        while self.poll(0):
            pass


def assert_signed(envelope, certificates):
    """Checks a message's signature with the certificate that it names, as the guide says."""
    url = envelope["SigningCertURL"]
    if url not in certificates:
        with urllib.request.urlopen(url, timeout=10) as answer:
            certificates[url] = x509.load_pem_x509_certificate(answer.read())
    names = [name for name in SIGNED[envelope["Type"]] if name in envelope]
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names)
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}[envelope["SignatureVersion"]]
    signature = base64.b64decode(envelope["Signature"], validate=True)
    key = certificates[url].public_key()
    key.verify(signature, text.encode(), padding.PKCS1v15(), algorithm)
