"""What must be seen of trails, 5: a poller (SNS to SQS to S3) receives every file once.

One story for all tests here: a multi-Region trail with a topic and two queues, one of them with raw
delivery; calls in three Regions, the sandbox's clock moved over some hours, pollers in between.
"""

import json

import pytest
from cryptography.exceptions import InvalidSignature

import notices
import people
import trails
from running import REGION, serving

REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]
# within a slot, over some slots, over hours
SPANS = ["3m", "20m", "1h", "2h30m"]


class Seen:
    """The story, and what was seen at its end."""

    def __init__(self, server):
        self.server = server
        client = lambda service: server.client(service, "root")
        self.arn = f"arn:aws:cloudtrail:{REGION}:{trails.SELLER_ACCOUNT}:trail/seen"
        self.topic = notices.make_topic(client("sns"), "new-files", self.arn)
        self.pollers = {
            raw: notices.Poller(
                notices.Queue(client("sqs"), client("sns"), name, self.topic, raw), client("s3")
            )
            for raw, name in [(False, "wrapped"), (True, "raw")]
        }
        flags = ["--is-multi-region-trail", "--sns-topic-name", "new-files"]
        trails.make_trail(server, "seen", "seen-logs", *flags)
        self.bucket = trails.Bucket(client("s3"), "seen-logs")
        for span in SPANS:
            self.call_everywhere("auditor")
            self.call_everywhere(people.assumed_role(server).keys)
            trails.advance(server, span)
            for poller in self.pollers.values():
                poller.poll()
        self.wanted = trails.recorded_since_start(server, self.arn)
        trails.advance(server, "10m")
        trails.wait_for_events(self.bucket, self.wanted)
        self.keys = set(self.bucket.logs())
        for poller in self.pollers.values():
            poller.poll_until(self.keys)

    def call_everywhere(self, who):
        for region in REGIONS:
            self.server.client("license-manager", who, region).list_license_configurations()
            self.server.client("sts", who, region).get_caller_identity()


@pytest.fixture(scope="module")
def seen():
    with serving("--demo") as server:
        yield Seen(server)


@pytest.mark.parametrize("raw", [False, True])
def test_every_file_is_heard_of_once(seen, raw):
    poller = seen.pollers[raw]
    assert set(poller.heard) == seen.keys and len(seen.keys) >= len(REGIONS) * len(SPANS)
    assert set(poller.heard.values()) == {1}
    assert {trails.LOG_KEY.fullmatch(key)["region"] for key in poller.heard} == set(REGIONS)
    for name in ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]:
        assert poller.queue.attribute(name) == "0"


@pytest.mark.parametrize("raw", [False, True])
def test_what_the_poller_reads_is_what_lookup_events_tells(seen, raw):
    account = trails.SELLER_ACCOUNT
    told = {(account, region): trails.history(seen.server, region) for region in REGIONS}
    files = seen.pollers[raw].files
    assert len(seen.wanted) > 60, "that is no story"
    trails.report(trails.violations(told, files, seen.wanted))


@pytest.mark.parametrize("raw", [False, True])
def test_making_the_trail_sends_one_message_that_pollers_skip(seen, raw):
    assert seen.pollers[raw].validations == 1


def test_messages_are_in_the_form_of_aws(seen):
    for envelope in seen.pollers[False].envelopes:
        assert list(envelope) == [
            "Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion",
            "Signature", "SigningCertURL", "UnsubscribeURL",
        ]  # fmt: skip
        assert envelope["Type"] == "Notification" and envelope["TopicArn"] == seen.topic
        if envelope["Message"] != notices.VALIDATION:
            told = json.loads(envelope["Message"])
            assert list(told) == ["s3Bucket", "s3ObjectKey"] and len(told["s3ObjectKey"]) == 1
            assert envelope["Message"] == json.dumps(told, separators=(",", ":"))
    ids = [envelope["MessageId"] for envelope in seen.pollers[False].envelopes]
    assert len(set(ids)) == len(ids)


def test_messages_are_signed_and_a_changed_one_is_not(seen):
    certificates = {}
    for envelope in seen.pollers[False].envelopes:
        notices.assert_signed(envelope, certificates)
    assert len(certificates) == 1
    envelope = seen.pollers[False].envelopes[-1]
    for name in ["Message", "MessageId", "Timestamp", "TopicArn"]:
        changed = envelope | {name: envelope[name] + " "}
        with pytest.raises(InvalidSignature):
            notices.assert_signed(changed, certificates)


def test_the_status_of_each_region_tells_of_its_notifications(seen):
    for region in REGIONS:
        status = seen.server.client("cloudtrail", "root", region).get_trail_status(Name=seen.arn)
        assert "LatestNotificationError" not in status
        assert status["LatestNotificationTime"] >= status["LatestDeliveryTime"]
        assert status["LatestNotificationAttemptSucceeded"] != ""
