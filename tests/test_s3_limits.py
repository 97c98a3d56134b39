"""How much the built-in S3 takes, from whom, and for how long."""

import json
import time

import pytest

from raw import Wire, find_events, form_call, json_call
from running import SELLER_ACCOUNT, serving, wait_until
from s3_calls import (
    PIECES,
    PIECES_TRAILER,
    SUMS,
    UNSIGNED,
    UNSIGNED_PIECES,
    code,
    in_pieces,
    memory_kib,
    s3_call,
)

MIB = 1024 * 1024
UNTHROTTLED = {"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"}
STRANGER = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "guessed"}


@pytest.fixture(scope="module")
def bounded():
    """A server with small bounds and little patience."""
    settings = {
        "OPENTRAIL_LIMITS__OBJECT_BYTES_MAX": "2000000",
        "OPENTRAIL_LIMITS__REQUEST_SECONDS_MAX": "1",
    }
    with serving("--demo", env=settings | UNTHROTTLED) as server:
        server.client("s3", "root").create_bucket(Bucket="bounded")
        yield server


def test_an_object_has_a_size_and_is_refused_before_it_is_sent(bounded):
    keys, s3 = bounded.keys("root"), bounded.client("s3", "root")
    edge = b"e" * 2_000_000
    path = "/bounded/edge"
    assert Wire(bounded.port).ask(s3_call(bounded, keys, "PUT", path, edge)).status == 200
    trailer = ("x-amz-checksum-sha1", SUMS["SHA1"](edge))
    chunks = [edge[at : at + 8192] for at in range(0, len(edge), 8192)]
    for mode, trail in [(PIECES_TRAILER, trailer), (UNSIGNED_PIECES, trailer), (PIECES, None)]:
        # what travels is longer than what it holds
        call = in_pieces(bounded, keys, path, chunks, mode, trail)
        assert Wire(bounded.port).ask(call).status == 200, mode
        call = in_pieces(bounded, keys, path, chunks + [b"x"], mode, trail)
        reply = Wire(bounded.port).ask(call)
        assert (reply.status, reply.code) == (400, "EntityTooLarge"), mode
    for method, place in [("PUT", "/bounded/more"), ("PUT", "/bounded/m?partNumber=1&uploadId=x")]:
        call = s3_call(bounded, keys, method, place, payload=UNSIGNED)
        said = call.replace(b"Content-Length: 0", b"Content-Length: 2000001")
        reply = Wire(bounded.port).ask(said)
        assert (reply.status, reply.code) == (400, "EntityTooLarge")
        assert reply.headers["connection"] == "close"
        assert b"<MaxSizeAllowed>2000000</MaxSizeAllowed>" in reply.body
        chunk = b"1e8481\r\n" + b"x" * 2_000_001 + b"\r\n0\r\n\r\n"
        unsaid = call.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + chunk
        assert Wire(bounded.port).ask(unsaid).code == "EntityTooLarge"
    assert code(s3.put_object, Bucket="bounded", Key="more", Body=b"x" * 2_000_001) == "EntityTooLarge"
    assert [row["Key"] for row in s3.list_objects_v2(Bucket="bounded")["Contents"]] == ["edge"]


def test_strangers_fill_no_memory_and_wait_for_nothing(bounded):
    """Who has not signed is refused by the head, however large the body is said to be."""
    keys = bounded.keys("root")
    before = memory_kib(bounded)
    wires = [Wire(bounded.port) for _ in range(40)]
    call = s3_call(bounded, STRANGER, "PUT", "/bounded/big", payload=UNSIGNED)
    call = call.replace(b"Content-Length: 0", b"Content-Length: 134217728")
    wrong = dict(keys, aws_secret_access_key="wrong")
    known = s3_call(bounded, wrong, "PUT", "/bounded/big", payload=UNSIGNED)
    known = known.replace(b"Content-Length: 0", b"Content-Length: 134217728")
    for at, wire in enumerate(wires):
        reply = wire.ask(call if at % 2 else known)
        assert reply.code == ("InvalidAccessKeyId" if at % 2 else "SignatureDoesNotMatch")
        assert reply.headers["connection"] == "close"
    # those who say no length are cut off at what every API takes
    call = s3_call(bounded, STRANGER, "PUT", "/bounded/big", payload=UNSIGNED)
    chunk = b"100000\r\n" + b"x" * MIB + b"\r\n"
    call = call.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + chunk * 8
    reply = Wire(bounded.port).ask(call)
    assert reply.status in (403, 413) and reply.headers["connection"] == "close"
    assert memory_kib(bounded) - before < 32 * 1024
    # meanwhile, those who may
    assert Wire(bounded.port).ask(s3_call(bounded, keys, "GET", "/bounded")).status == 200


def test_who_sends_too_much_is_known_by_the_head(bounded):
    """The event of such a call names its caller, although the body was never taken."""
    s3 = bounded.client("s3", "root")
    tags = {"TagSet": [{"Key": "k", "Value": "v" * 5_000_000}]}
    assert code(s3.put_bucket_tagging, Bucket="bounded", Tagging=tags) == "MaxMessageLengthExceeded"
    [event] = [json.loads(text) for text in find_events(bounded, {"EventName": "PutBucketTagging"})]
    assert event["errorCode"] == "MaxMessageLengthExceeded"
    assert event["userIdentity"]["arn"] == f"arn:aws:iam::{SELLER_ACCOUNT}:root"


def test_the_largest_document_is_recorded_whatever_is_in_it(bounded):
    """A letter of a refused document takes up to seven bytes in the journal, and must fit."""
    value = b"\x01" * (2 * MIB - 100)
    body = b"<Tagging><TagSet><Tag><Key>k</Key><Value>%s</Value></Tag></TagSet></Tagging>" % value
    call = s3_call(bounded, bounded.keys("root"), "PUT", "/bounded?tagging", body)
    reply = Wire(bounded.port, timeout=60.0).ask(call)
    assert (reply.status, reply.code) == (400, "InvalidTag"), reply.body[:300]
    asked = reply.headers["x-amz-request-id"]

    def recorded():
        texts = find_events(bounded, {"EventName": "PutBucketTagging"})
        events = [json.loads(text) for text in texts]
        return [event["errorCode"] for event in events if event["requestID"] == asked]

    assert wait_until(recorded, 30.0, "the event") == ["InvalidTag"]


def test_large_bodies_take_turns_and_small_calls_go_through():
    """Those who announce more than there is room for wait for it, and not for ever."""
    with serving("--demo", env={"OPENTRAIL_LIMITS__REQUEST_SECONDS_MAX": "1"}) as server:
        server.client("s3", "root").create_bucket(Bucket="turns")
        keys, before = server.keys("root"), memory_kib(server)
        call = s3_call(server, keys, "PUT", "/turns/k", payload=UNSIGNED)
        # of 16 times 100 MB five have room at once
        call = call.replace(b"Content-Length: 0", b"Content-Length: 100000000") + b"x" * 1000
        wires, began = [Wire(server.port) for _ in range(16)], time.monotonic()
        for wire in wires:
            wire._send(call)
        assert Wire(server.port).ask(s3_call(server, keys, "HEAD", "/turns")).status == 200
        assert time.monotonic() - began < 1.0
        codes = []
        for wire in wires:
            wire.bodiless = False
            codes.append(wire._read().code)
        assert set(codes) <= {"RequestTimeout", "SlowDown"} and codes.count("SlowDown") > 2
        assert time.monotonic() - began < 5.0
        # what is announced is not set aside
        assert memory_kib(server) - before < 32 * 1024
        small = s3_call(server, keys, "PUT", "/turns/k", b"x" * 5 * MIB)
        assert Wire(server.port).ask(small).status == 200


@pytest.mark.parametrize("size", [1000, 1_900_000])
def test_slow_bodies_end(bounded, size):
    keys = bounded.keys("root")
    call = s3_call(bounded, keys, "PUT", "/bounded/slow", payload=UNSIGNED)
    call = call.replace(b"Content-Length: 0", b"Content-Length: %d" % size)
    # stands still, and comes byte by byte
    wire, began = Wire(bounded.port), time.monotonic()
    reply = wire.ask(call + b"x" * 500)
    assert reply.code == "RequestTimeout" and reply.status in (400, 408)
    assert time.monotonic() - began < 5.0
    assert code(bounded.client("s3", "root").head_object, Bucket="bounded", Key="slow") == "404"


def test_bodies_that_end_early_are_not_written(bounded):
    keys = bounded.keys("root")
    call = s3_call(bounded, keys, "PUT", "/bounded/short", payload=UNSIGNED)
    call = call.replace(b"Content-Length: 0", b"Content-Length: 100") + b"x" * 50
    wire = Wire(bounded.port)
    wire._send(call)
    wire.socket.close()
    other = s3_call(bounded, keys, "HEAD", "/bounded/short")
    assert Wire(bounded.port).ask(other).status == 404


def test_nothing_of_another_api_comes_in_by_the_door_of_s3(bounded):
    """A scope of S3 gives an API's call no larger body and no looser signature."""
    keys = bounded.keys("root")
    big = b"{" + b" " * (MIB + 1)
    call = json_call(bounded, keys, "cloudtrail", "LookupEvents", big)
    assert Wire(bounded.port).ask(call).status == 413
    for reply in [
        Wire(bounded.port).ask(form_call(bounded, keys, "s3", "Action=ListUsers&Version=2010-05-08")),
        Wire(bounded.port).ask(s3_call(bounded, keys, "POST", "/", b"Action=ListUsers")),
    ]:
        assert 400 <= reply.status < 600 and b"ListUsersResult" not in reply.body
