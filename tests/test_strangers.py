"""Who proves nothing: bounded in what they cost, and no harm to those who can prove themselves."""

import json
from urllib.parse import urlencode

import pytest

from events import event_of
from figures import figures, get, total
from raw import Wire, find_events, form_call, json_call, rendered
from running import SELLER_ACCOUNT, wait_until

JUDGED = 20  # limits.failed_signatures_per_minute
JUDGED_PER_ADDRESS = 10 * JUDGED
WHO_AM_I = "Action=GetCallerIdentity&Version=2011-06-15"


@pytest.fixture
def server(make_server):
    """A server of the test's own, so that a whole minute's limit is left."""
    return make_server("--demo")


def guess(server, key_id="AKIAUNKNOWN000000000"):
    keys = {"aws_access_key_id": key_id, "aws_secret_access_key": "x" * 40}
    return json_call(server, keys, "license-manager", "ListLicenseConfigurations", {})


def recorded(server, replies):
    """Which of the replies left an event, once all of them must be in the index."""
    owner = form_call(server, server.keys("seller"), "sts", WHO_AM_I)
    last = Wire(server.port).ask(owner)
    assert last.status == 200, last.body
    event_of(server, "GetCallerIdentity", last.request_id)
    stored = {json.loads(text).get("requestID") for text in find_events(server)}
    return [reply for reply in replies if reply.request_id in stored]


def unrecorded(server):
    return total(figures(server), "opentrail_unrecorded_refusals_total")


def test_guessing_at_a_key_is_bounded_and_locks_nobody_out(server):
    wire, owner = Wire(server.port), server.keys("seller")
    replies = [wire.ask(guess(server, owner["aws_access_key_id"])) for _ in range(30)]
    codes = [reply.code for reply in replies]
    assert codes == ["InvalidSignatureException"] * JUDGED + ["ThrottlingException"] * 10
    assert all(reply.status in (400, 429) for reply in replies[JUDGED:])
    right = json_call(server, owner, "license-manager", "ListLicenseConfigurations", {})
    assert wire.ask(right).status == 200
    assert recorded(server, replies) == replies[:JUDGED]
    assert unrecorded(server) == 10


def test_many_keys_from_one_address_are_bounded_together(server):
    wire, over = Wire(server.port), 15
    replies = [
        wire.ask(guess(server, f"AKIAUNKNOWN{number:09d}"))
        for number in range(JUDGED_PER_ADDRESS + over)
    ]
    codes = [reply.code for reply in replies]
    assert "ThrottlingException" not in codes[:JUDGED_PER_ADDRESS]
    assert codes[JUDGED_PER_ADDRESS:] == ["ThrottlingException"] * over
    for who in ("seller", "buyer", "root"):
        call = form_call(server, server.keys(who), "sts", WHO_AM_I)
        assert wire.ask(call).status == 200, who
    assert recorded(server, replies) == replies[:JUDGED_PER_ADDRESS]
    assert unrecorded(server) == over


def web_identity(server, token, **more):
    """An unsigned call whose only proof is its token."""
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller",
        "RoleSessionName": "stranger",
        "WebIdentityToken": token,
    } | more
    heads = {
        "Host": f"127.0.0.1:{server.port}",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    return rendered("POST", "/", heads, urlencode(form).encode())


def journal_bytes(server):
    """What the journal holds without the zeros that it keeps ready."""
    segments = server.data.rglob("*.seg")
    return sum(len(path.read_bytes().rstrip(b"\0")) for path in segments)


def test_junk_tokens_fill_no_disk(server):
    """Half a megabyte of parameters with a token that proves nothing is not worth keeping."""
    wire, before = Wire(server.port), journal_bytes(server)
    call = web_identity(server, "header.claims.signature", Policy="p" * 500_000)
    replies = [wire.ask(call) for _ in range(30)]
    assert all(400 <= reply.status < 500 for reply in replies), {r.status for r in replies}
    assert [reply.code for reply in replies[JUDGED:]] == ["ThrottlingException"] * 10
    assert "ThrottlingException" not in [reply.code for reply in replies[:JUDGED]]
    assert recorded(server, replies) == replies[:JUDGED]
    assert unrecorded(server) == 10
    event = event_of(server, "AssumeRoleWithWebIdentity", replies[0].request_id)
    assert event["requestParameters"] is None and event["errorCode"]
    assert journal_bytes(server) - before < 300_000


UNREADABLE = {
    "a duration that is no number": {"DurationSeconds": "long"},
    "nesting beyond the limit": {".".join(["PolicyArns"] + ["member.1"] * 200): "x"},
    "a body beyond the limit": {"Policy": "p" * 1_100_000},
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_counts_too(server, case):
    """Nobody without credentials may leave events without end, however broken the request."""
    wire = Wire(server.port)
    call = web_identity(server, "header.claims.signature", **UNREADABLE[case])
    replies = [wire.ask(call) for _ in range(30)]
    assert all(400 <= reply.status < 500 for reply in replies)
    left = recorded(server, replies)
    assert left == replies[:JUDGED], f"{len(left)} of {len(replies)} unproven calls left events"


def test_strangers_do_not_make_the_server_ill(server):
    wire = Wire(server.port)
    for _ in range(30):
        wire.ask(guess(server))
    assert get(server, "/_health").status == 200
    wait_until(lambda: unrecorded(server) == 10, what="the count of what was not recorded")
