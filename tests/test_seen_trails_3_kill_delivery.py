"""What must be seen of trails, 3: kills during delivery, with a checker that is checked itself."""

import collections
import gzip
import json
import os

import pytest

import kill_delivery
import trails
from running import SELLER_ACCOUNT, serving

KILLS = int(os.environ.get("OPENTRAIL_DELIVERY_KILLS", "100"))


def test_kills_during_delivery_lose_nothing_and_double_nothing(capsys):
    with capsys.disabled():
        answered = kill_delivery.run(KILLS)
    assert answered > KILLS * 20, f"only {answered} calls in {KILLS} kills: that is no load"


EAST, WEST = (SELLER_ACCOUNT, "us-east-1"), (SELLER_ACCOUNT, "eu-west-1")


def key(whose, number=0):
    account, region = whose
    name = f"{account}_CloudTrail_{region}_20261120T1205Z_abcdefghABCDEFG{number}.json.gz"
    return f"AWSLogs/{account}/CloudTrail/{region}/2026/11/20/{name}"


def text(event_id, **members):
    return json.dumps({"eventID": event_id, "n": 1} | members, separators=(",", ":"))


def file_of(*texts, form='{"Records":[%s]}'):
    return gzip.compress((form % ",".join(texts)).encode())


TOLD = {EAST: {"a": text("a"), "b": text("b")}, WEST: {"c": text("c")}}
WHOLE = {key(EAST): file_of(text("a"), text("b")), key(WEST): file_of(text("c"))}
CONTROLS = {
    "nothing wrong": ({}, None),
    "a file is gone": ({key(WEST): None}, "lost: c"),
    "an event is gone": ({key(EAST): file_of(text("a"))}, "lost: b"),
    "a file is there twice": ({key(EAST, 1): WHOLE[key(EAST)]}, "2 times: a"),
    "an event is there twice": ({key(EAST, 1): file_of(text("b"))}, "2 times: b"),
    "in another Region": (
        {key(WEST): None, key(EAST, 1): file_of(text("c"))},
        "c of ('111122223333', 'eu-west-1') is in",
    ),
    "nobody's": ({key(WEST, 1): file_of(text("d"))}, "nobody recorded d"),
    "a changed value": ({key(WEST): file_of(text("c", n=2))}, "is not what was told"),
    "a changed type": ({key(WEST): file_of(text("c", n=True))}, "is not what was told"),
    "a changed byte": (
        {key(WEST): file_of(text("c").replace(",", ", "))},
        "other bytes than what was told",
    ),
    "a line end": ({key(WEST): file_of(text("c"), form='{"Records":[%s]}\n')}, "other bytes"),
    "an empty file": ({key(WEST, 1): file_of()}, "other bytes than what was told"),
}


@pytest.mark.parametrize("case", CONTROLS)
def test_the_checker_of_files_sees_what_it_must(case):
    changes, wanted = CONTROLS[case]
    files = {name: body for name, body in (WHOLE | changes).items() if body is not None}
    found = trails.violations(TOLD, files)
    assert (not found) if wanted is None else any(wanted in words for words in found), found


def test_a_second_copy_may_be_there_only_with_the_same_bytes():
    again = WHOLE | {key(EAST, 1): file_of(text("b"))}
    assert trails.violations(TOLD, again, again=True) == []
    other = WHOLE | {key(EAST, 1): file_of(text("b", n=2))}
    assert trails.violations(TOLD, other, again=True)


def test_more_than_one_gzip_member_is_seen():
    with pytest.raises(AssertionError, match="gzip member"):
        trails.one_member(file_of(text("a")) + file_of(text("b")))
    with pytest.raises(AssertionError, match="gzip member"):
        trails.one_member(file_of(text("a"))[:-4])


def record(agent, event_id, request_id="r-1"):
    return {"userAgent": agent, "eventID": event_id, "requestID": request_id, "eventName": "List"}


@pytest.mark.parametrize(
    "records, wanted",
    [
        ([record("kill-delivery/a", "1")], None),
        ([record("kill-delivery/a", "1"), record("kill-delivery/b", "2")], None),
        ([record("kill-delivery/a", "1"), record("aws-cli", "2")], None),
        ([], "lost: List kill-delivery/a r-1"),
        ([record("kill-delivery/a", "1", "r-2")], "was answered as r-1"),
        ([record("kill-delivery/a", "1"), record("kill-delivery/a", "2")], "two events"),
        ([record("kill-delivery/a", "1"), record("kill-delivery/c", "2")], "nobody sent"),
    ],
)
def test_the_ledger_sees_what_it_must(records, wanted):
    ledger = kill_delivery.Ledger()
    ledger.sent = {"kill-delivery/a": "List", "kill-delivery/b": "List"}
    ledger.answered = {"kill-delivery/a": "r-1"}
    found = ledger.violations(records)
    assert (not found) if wanted is None else any(wanted in words for words in found), found


@pytest.fixture(scope="module")
def delivered():
    """A real bucket with a short chain; each control spoils a part of it and mends it again."""
    with serving("--demo", env=kill_delivery.SETTINGS) as server:
        began = trails.now(server)
        flags = ["--is-multi-region-trail", "--enable-log-file-validation"]
        arn = trails.make_trail(server, "spoiled", "spoiled-logs", *flags)
        ended = trails.advance(server, "3h10m")
        wanted = trails.recorded_before_move(server, arn)
        bucket = trails.Bucket(server.client("s3", "root"), "spoiled-logs")
        trails.wait_for_events(bucket, wanted)
        trails.wait_for_digests(bucket, kill_delivery.REGIONS, ended)
        yield Delivered(server, arn, began, ended, bucket, wanted)


class Delivered(collections.namedtuple("Delivered", "server arn began ended bucket wanted")):
    def verdict(self):
        return trails.validate(self.server, self.arn, "us-east-1", self.began, self.ended)

    def violations(self):
        """What is wrong with the bucket as it is now."""
        bucket, regions = trails.Bucket(self.bucket.s3, self.bucket.name), kill_delivery.REGIONS
        # files first: looking is itself told of, and delivered within a second
        files = {key: log.body for key, log in bucket.logs().items()}
        told = {(SELLER_ACCOUNT, region): trails.history(self.server, region) for region in regions}
        return trails.violations(told, files, self.wanted) + trails.digest_violations(bucket)


@pytest.mark.parametrize("kind", ["/CloudTrail/us-east-1/", "/CloudTrail-Digest/us-east-1/"])
def test_a_real_bucket_that_lost_an_object_is_found_out(delivered, kind):
    bucket, whole = delivered.bucket, delivered.verdict()
    assert whole.code == 0 and delivered.violations() == []
    # the oldest: the loss of a newest digest no chain can tell
    gone = min(key for key in whole.valid_digests | whole.valid_logs if kind in key)
    kept = bucket.read(gone)
    bucket.s3.delete_object(Bucket=bucket.name, Key=gone)
    wrong, verdict = delivered.violations(), delivered.verdict()
    head = {name: kept.head[name] for name in ("ContentType", "ContentEncoding", "Metadata")}
    bucket.s3.put_object(Bucket=bucket.name, Key=gone, Body=kept.body, **head)

    assert verdict.code == 1 and any("INVALID: not found" in words for words in verdict.invalid)
    if "-Digest" in kind:
        assert any("follows nothing" in words for words in wrong), wrong
    else:
        assert any(words.startswith("lost: ") for words in wrong), wrong
        assert any("lists what is not there" in words for words in wrong), wrong
    assert delivered.verdict().code == 0 and delivered.violations() == []


def test_a_missing_hour_is_seen(delivered):
    times = delivered.bucket.digest_times()[EAST]
    trails.assert_hourly(times)
    with pytest.raises(AssertionError, match="a digest is missing"):
        trails.assert_hourly(times[:1] + times[2:])
