"""Attacks of the reliability sheet's A, C and D rows; each test begins with its row's name."""

import collections
import datetime
import gzip
import itertools
import json
import pathlib
import random
import socket
import time

import botocore.auth
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import people
from events import assert_envelope, event_of
from raw import (
    TARGETS,
    Wire,
    find_events,
    form_call,
    json_call,
    own_call,
    parsed_head,
    rendered,
    signed_headers,
)
from running import REGION, SELLER_ACCOUNT, Server, temp_folder, wait_until

UNTHROTTLED = {"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"}


@pytest.fixture(scope="module")
def target():
    """A server that counts no failed signatures, so that attacks do not hide each other."""
    with temp_folder() as folder:
        server = Server(pathlib.Path(folder) / "data", "--demo", env=UNTHROTTLED).start()
        yield server
        server.stop()


@pytest.fixture
def wire(target):
    connection = Wire(target.port)
    yield connection
    connection.close()


# one call of each service and protocol: (bytes of the call by these keys)
CALLS = {
    "sts": lambda s, k: form_call(s, k, "sts", "Action=GetCallerIdentity&Version=2011-06-15"),
    "iam": lambda s, k: form_call(s, k, "iam", "Action=ListUsers&Version=2010-05-08"),
    "lookup": lambda s, k: json_call(s, k, "cloudtrail", "LookupEvents", {"MaxResults": 1}),
    "meter": lambda s, k: json_call(
        s, k, "meteringmarketplace", "BatchMeterUsage", {"ProductCode": "x", "UsageRecords": []}
    ),
    "licence": lambda s, k: json_call(s, k, "license-manager", "ListLicenseConfigurations", {}),
    "catalog": lambda s, k: rest_call(s, k, "POST", "/ListEntities", CATALOG_BODY),
    "describe": lambda s, k: rest_call(
        s, k, "GET", "/DescribeEntity?catalog=AWSMarketplace&entityId=prod-x"
    ),
    "agreement": lambda s, k: json_call(
        s, k, "marketplace-agreement", "SearchAgreements", {"catalog": "AWSMarketplace"}
    ),
    "entitlement": lambda s, k: json_call(
        s, k, "marketplace-entitlement", "GetEntitlements", {"ProductCode": "x"}
    ),
    "find": lambda s, k: json_call(s, k, "opentrail", "FindEvents", {"MaxResults": 1}),
    "create": lambda s, k: json_call(
        s, k, "license-manager", "CreateLicenseConfiguration",
        {"Name": "attack", "LicenseCountingType": "vCPU"},
    ),
    "user": lambda s, k: form_call(
        s, k, "iam", "Action=CreateUser&Version=2010-05-08&UserName=attack"
    ),
}  # fmt: skip
CATALOG_BODY = json.dumps({"Catalog": "AWSMarketplace", "EntityType": "SaaSProduct"}).encode()


def rest_call(server, keys, method, path, body=b""):
    headers = {"Content-Type": "application/json"} if body else {}
    signed = signed_headers(keys, method, server.url + path, headers, body, "aws-marketplace")
    return rendered(method, path, signed, body)


def wrong_keys(server):
    good = server.keys("seller")
    iam = server.client("iam", "root")
    listed = iam.list_users()["Users"]
    if not any(row["UserName"] == "disabled" for row in listed):
        iam.create_user(UserName="disabled")
    key = iam.create_access_key(UserName="disabled")["AccessKey"]
    iam.update_access_key(
        UserName="disabled", AccessKeyId=key["AccessKeyId"], Status="Inactive"
    )
    return {
        "wrong secret": good | {"aws_secret_access_key": "x" * 40},
        "unknown key": good | {"aws_access_key_id": "AKIAUNKNOWN000000000"},
        "disabled key": key,
    }


def test_a1_wrong_credentials(target, wire):
    """Every operation refuses alike, in AWS's words, records it and names no account."""
    for name, keys in wrong_keys(target).items():
        shapes = collections.defaultdict(set)
        for call, request in CALLS.items():
            reply = wire.ask(request(target, keys))
            assert reply.status in (400, 403), (name, call, reply.status, reply.body)
            assert reply.code in (
                "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
                "InvalidSignatureException",
            ), (name, call, reply.body)  # fmt: skip
            assert SELLER_ACCOUNT.encode() not in reply.body
            shapes[reply.headers["content-type"]].add(reply.code)
            event = recorded(target, reply.request_id)
            assert event["responseElements"] is None
        assert all(len(codes) <= 2 for codes in shapes.values()), shapes


def recorded(server, request_id):
    """The one event with this request id, over all accounts and Regions, within a second."""

    def look():
        texts = find_events(server, {"StartTime": int(time.time()) - 30})
        events = [json.loads(text) for text in texts]
        return [event for event in events if event.get("requestID") == request_id]

    found = wait_until(look)
    assert len(found) == 1
    return found[0]


def test_a2_each_signed_part_altered(target, wire):
    """One bit of every signed part of many good requests, and none is taken."""
    keys, dice, taken, tried = target.keys("seller"), random.Random(2), [], 0
    for name, request in CALLS.items():
        good = request(target, keys)
        assert wire.ask(good).status != 403, name
        for _ in range(40):
            changed = altered(good, dice)
            if changed is None:
                continue
            tried += 1
            reply = wire.ask(changed)
            if reply.status == 200:
                taken.append((name, changed))
    assert tried > 300
    assert not taken, f"{len(taken)} altered requests were taken, such as {taken[0]}"


def altered(request, dice):
    """The request with one bit changed in a part that the signature covers."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    signed = next(line for line in lines if line.startswith(b"Authorization"))
    names = signed.partition(b"SignedHeaders=")[2].partition(b",")[0].split(b";")
    part = dice.choice(["body", "header", "signature", "query", "method"])
    if part == "body" and body:
        body = flipped(body, dice)
    elif part == "header":
        rows = [
            at
            for at, line in enumerate(lines)
            if line.partition(b":")[0].lower() in names and b": " in line
            and not line.lower().startswith((b"host", b"content-length"))
        ]
        at = dice.choice(rows)
        name, _, value = lines[at].partition(b": ")
        lines[at] = name + b": " + letter_changed(value, dice)
    elif part == "signature":
        at = lines.index(signed)
        left, mark, right = signed.partition(b"Signature=")
        lines[at] = left + mark + letter_changed(right, dice)
    elif part == "query" and b"?" in lines[0]:
        path, _, version = lines[0].rpartition(b" ")
        lines[0] = path + b"x " + version
    elif part == "method":
        lines[0] = lines[0].replace(b"POST", b"PUT").replace(b"GET", b"DELETE")
    else:
        return None
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def flipped(data, dice):
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def letter_changed(text, dice):
    at = dice.randrange(len(text))
    other = dice.choice([letter for letter in b"0123456789abcdef" if letter != text[at]])
    return text[:at] + bytes([other]) + text[at + 1 :]


@pytest.mark.parametrize(
    ("minutes", "taken"), [(-16, False), (-5.5, False), (-4.5, True), (4.5, True), (5.5, False)]
)
def test_a3_clock_skew(target, wire, monkeypatch, minutes, taken):
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    shifted = lambda *_, **__: moment.replace(tzinfo=None)  # noqa: E731
    for name in ("get_current_datetime",):
        if hasattr(botocore.auth, name):
            monkeypatch.setattr(botocore.auth, name, shifted)
    request = CALLS["lookup"](target, target.keys("seller"))
    assert moment.strftime("%Y%m%dT%H%M%SZ").encode() in request, "the date was not shifted"
    reply = wire.ask(request)
    if taken:
        assert reply.status == 200
    else:
        assert reply.status in (400, 403)
        assert reply.code in ("InvalidSignatureException", "RequestExpired")


UNSIGNED = [
    {"X-Amz-Security-Token": "x"},
    {"X-Amz-Target": "CloudTrail_20131101.LookupEvents"},
    {"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"},
    {"X-Amz-Anything": "x"},
    {"x-amz-meta-a": "b"},
]


@pytest.mark.parametrize("extra", UNSIGNED)
def test_a6_unsigned_amz_headers(target, wire, extra):
    """An `x-amz-*` header that the signature does not cover is somebody else's word."""
    keys = target.keys("seller")
    request = CALLS["licence"](target, keys) if "Target" not in next(iter(extra)) else (
        CALLS["sts"](target, keys)
    )
    name, value = next(iter(extra.items()))
    line = f"\r\n{name}: {value}\r\n".encode()
    reply = wire.ask(request.replace(b"\r\n", line, 1))
    assert reply.status in (400, 403), reply.body


@pytest.mark.parametrize("drop", ["Host", "X-Amz-Date"])
def test_a6_signed_headers_must_be_there(target, drop):
    request = CALLS["licence"](target, target.keys("seller"))
    head, _, body = request.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(drop.encode() + b":")]
    reply = Wire(target.port).ask(b"\r\n".join(kept) + b"\r\n\r\n" + body)
    assert reply.status in (400, 403)


def test_a6_the_host_must_be_signed(target, wire):
    request = CALLS["licence"](target, target.keys("seller"))
    changed = request.replace(b"SignedHeaders=content-type;host;", b"SignedHeaders=content-type;")
    assert changed != request
    assert wire.ask(changed).status in (400, 403)


ANONYMOUS = [
    {},
    {"Authorization": "AWS AKIAEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="},
    {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
    {"Authorization": "Bearer abc"},
    {"Authorization": "AWS4-HMAC-SHA256"},
    {"Authorization": "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0"},
    {"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d, SignedHeaders=h, Signature=0"},
    {"Authorization": ""},
    {"Cookie": "session=root"},
]
UNSIGNED_CALLS = [
    ("POST", "/", {"X-Amz-Target": "CloudTrail_20131101.LookupEvents",
                   "Content-Type": "application/x-amz-json-1.1"}, b"{}"),
    ("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"},
     b"Action=ListUsers&Version=2010-05-08"),
    ("GET", "/?Action=ListUsers&Version=2010-05-08&AWSAccessKeyId=AKIA&Signature=x"
            "&SignatureMethod=HmacSHA256&SignatureVersion=2", {}, b""),
    ("POST", "/ListEntities", {"Content-Type": "application/json"}, CATALOG_BODY),
]  # fmt: skip


@pytest.mark.parametrize(
    ("authorization", "call"), list(itertools.product(ANONYMOUS, UNSIGNED_CALLS))
)
def test_a7_nobody_is_anonymous(target, wire, authorization, call):
    method, path, headers, body = call
    whole = {"Host": f"127.0.0.1:{target.port}"} | headers | authorization
    reply = wire.ask(rendered(method, path, whole, body))
    assert reply.status in (400, 401, 403), reply.body
    assert reply.request_id


def presigned(server, who, expires, path="/?Action=GetCallerIdentity&Version=2011-06-15"):
    keys = server.keys(who)
    credentials = Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"])
    request = AWSRequest("GET", server.url + path)
    SigV4QueryAuth(credentials, "sts", REGION, expires=expires).add_auth(request)
    return request.url[len(server.url) :]


@pytest.mark.parametrize("expires", [0, -1, 604_801, 2**32 - 1])
def test_a8_presigned_lives_that_are_no_life(target, wire, expires):
    path = presigned(target, "seller", expires)
    reply = wire.ask(rendered("GET", path, {"Host": f"127.0.0.1:{target.port}"}))
    assert reply.status in (400, 403)


def test_a8_presigned_parameters_twice_or_changed(target, wire):
    path = presigned(target, "seller", 60)
    host = {"Host": f"127.0.0.1:{target.port}"}
    for name in ("X-Amz-Expires=60", "X-Amz-Signature=", "X-Amz-Date="):
        at = path.index(name)
        doubled = f"{path}&{path[at:].split('&')[0]}"
        assert wire.ask(rendered("GET", doubled, host)).status in (400, 403), name
    longer = path.replace("X-Amz-Expires=60", "X-Amz-Expires=600")
    assert wire.ask(rendered("GET", longer, host)).status in (400, 403)


def test_a8_a_presigned_question_who_am_i(target, wire):
    """Tools prove who they are to others by handing over such an address."""
    path = presigned(target, "seller", 60)
    heads = {"Host": f"127.0.0.1:{target.port}", "User-Agent": "suite"}
    reply = wire.ask(rendered("GET", path, heads))
    assert reply.status == 200
    assert f"<Arn>arn:aws:iam::{SELLER_ACCOUNT}:user/Alice</Arn>".encode() in reply.body
    event = event_of(target, "GetCallerIdentity", reply.request_id)
    assert_envelope(event)
    signed = recorded(target, wire.ask(CALLS["sts"](target, target.keys("seller"))).request_id)
    same = ("userIdentity", "eventSource", "awsRegion", "requestParameters", "readOnly")
    assert {name: event[name] for name in same} == {name: signed[name] for name in same}
    assert "X-Amz-Signature" not in json.dumps(event)


@pytest.mark.parametrize("region", ["xx", "us-east-1a", "US-EAST-1", "us_east_1", "all"])
def test_regions_that_are_none_are_refused_and_make_no_history(target, wire, region):
    """Every Region in a signature has a place of its own in history: nobody may invent them."""
    keys = target.keys("seller")
    for call in (
        json_call(target, keys, "license-manager", "ListLicenseConfigurations", {}, region),
        form_call(target, keys, "iam", "Action=ListUsers&Version=2010-05-08", region),
    ):
        reply = wire.ask(call)
        assert reply.status in (400, 403), reply.body
        assert reply.code in ("InvalidSignatureException", "SignatureDoesNotMatch"), reply.body
        event = recorded(target, reply.request_id)
        assert event["awsRegion"] == "us-east-1" and event["errorCode"] == reply.code


SMUGGLED = {
    "length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ",
    "two lengths": "Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /",
    "two lengths in one": "Content-Length: 0, 5\r\n\r\nGET /",
    "negative length": "Content-Length: -1\r\n\r\n",
    "signed length": "Content-Length: +1\r\n\r\nx",
    "unknown coding": "Transfer-Encoding: xchunked\r\n\r\n",
    "coding twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
    "chunked not last": "Transfer-Encoding: chunked, gzip\r\n\r\n",
    "space before colon": "Content-Length : 5\r\n\r\nhello",
    "folded header": "X-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
    "bare carriage return": "X-A: b\rContent-Length: 5\r\n\r\n",
    "nul in a header": "X-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    "bad chunk size": "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "huge chunk size": "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
}


@pytest.mark.parametrize("case", SMUGGLED)
def test_a11_smuggled_framing(target, case):
    """Refused, closed, and never taken for two requests of which one succeeds."""
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n{SMUGGLED[case]}"
    replies, closed = conversation(target, head.encode())
    assert closed, f"the connection stays open after {replies}"
    assert all(status >= 400 for status, _ in replies), replies
    assert target.alive()


FIRST_LINES = [
    "POST http://elsewhere.example/ HTTP/1.1", "POST  / HTTP/1.1", "POST / HTTP/1.1 extra",
    "POST / HTTP/3.0", "post / http/1.1", "POST /\x01 HTTP/1.1", "POST \\ HTTP/1.1",
]  # fmt: skip


@pytest.mark.parametrize("line", FIRST_LINES)
def test_a11_request_lines(target, line):
    head = f"{line}\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    replies, _ = conversation(target, head.encode())
    assert replies and all(status >= 400 for status, _ in replies), replies


@pytest.mark.parametrize("name", ["Host", "Authorization", "X-Amz-Date", "X-Amz-Target"])
def test_a11_doubled_headers_are_refused(target, name):
    """Two answers to one question: whoever reads the other one is fooled."""
    good = CALLS["licence"](target, target.keys("seller"))
    line = next(row for row in good.split(b"\r\n") if row.startswith(name.encode() + b":"))
    doubled = good.replace(line + b"\r\n", line + b"\r\n" + line + b"x\r\n", 1)
    assert Wire(target.port).ask(doubled).status in (400, 403)


def conversation(server, data):
    """Sends bytes and reads the answers until the server closes, or says nothing more."""
    received, closed = b"", True
    with socket.create_connection(("127.0.0.1", server.port), 2.0) as connection:
        connection.sendall(data)
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionError:
            pass
        except TimeoutError:
            closed = False
    found = []
    while b"\r\n\r\n" in received:
        head, _, received = received.partition(b"\r\n\r\n")
        status, headers = parsed_head(head)
        found.append((status, headers.get("x-amzn-requestid")))
        received = received[int(headers.get("content-length", 0)) :]
    return found, closed


def test_a13_tokens_of_others(target, wire):
    role = people.assumed_role(target, "a13").keys
    alice = target.keys("seller")
    buyer = target.client("sts", "buyer").get_session_token()["Credentials"]
    cases = {
        "stripped": {k: v for k, v in role.items() if k != "SessionToken"},
        "garbled": role | {"SessionToken": role["SessionToken"][::-1]},
        "of another account": role | {"SessionToken": buyer["SessionToken"]},
        "on a long-term key": alice | {"aws_session_token": role["SessionToken"]},
        "empty": role | {"SessionToken": " "},
    }
    for name, keys in cases.items():
        for call in ("licence", "sts", "catalog"):
            reply = wire.ask(CALLS[call](target, keys))
            assert reply.status in (400, 403), (name, call, reply.body)
    assert wire.ask(CALLS["licence"](target, role)).status == 200


def test_a14_failed_signatures_are_bounded(make_server):
    """After 20 in a minute the key is not judged again; others are served as before."""
    server = make_server("--demo")
    wrong = server.keys("seller") | {"aws_secret_access_key": "x" * 40}
    wire = Wire(server.port)
    codes = [wire.ask(CALLS["lookup"](server, wrong)).code for _ in range(40)]
    assert codes[:20] == ["InvalidSignatureException"] * 20
    assert codes[-1] == "ThrottlingException"
    assert wire.ask(CALLS["lookup"](server, server.keys("root"))).status == 200


def test_a15_forwarded_for_is_not_believed(target, wire):
    call = json_call(
        target, target.keys("seller"), "license-manager", "ListLicenseConfigurations", {},
        headers={"X-Forwarded-For": "203.0.113.77", "Forwarded": "for=203.0.113.77"},
    )  # fmt: skip
    reply = wire.ask(call)
    event = event_of(target, "ListLicenseConfigurations", reply.request_id)
    assert event["sourceIPAddress"] == "127.0.0.1"


def test_a15_a_trusted_proxy_is(make_server):
    server = make_server("--demo", env={"OPENTRAIL_TRUSTED_PROXIES": '["127.0.0.1"]'})
    call = json_call(
        server, server.keys("seller"), "license-manager", "ListLicenseConfigurations", {},
        headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.77"},
    )  # fmt: skip
    reply = Wire(server.port).ask(call)
    event = event_of(server, "ListLicenseConfigurations", reply.request_id)
    assert event["sourceIPAddress"] == "203.0.113.77"


def odd_routes(server, keys):
    """Calls that ask for an operation by every odd door there is."""
    for service, (scope, prefix, _) in TARGETS.items():
        for target in (f"{prefix}.Nothing", prefix.lower() + ".LookupEvents", prefix, f"{prefix}.",
                       f"x.{prefix}.LookupEvents"):  # fmt: skip
            yield json_call(server, keys, service, "", {}, headers={"X-Amz-Target": target})
        yield form_call(server, keys, scope, "Action=Nothing&Version=2011-06-15")
        yield json_call(server, keys, service, "X", {}, headers={"Host": "api.aws"})
    for path in ("/Nothing", "/listentities", "/service/X/operation/Y", "/2026-02-05/x", "/v1"):
        yield rest_call(server, keys, "POST", path, b"{}")
        yield rest_call(server, keys, "GET", path)


def test_c4_no_route_outside_the_recorder(target, wire):
    """Every odd door gives an AWS error and exactly one event."""
    keys, replies = target.keys("root"), []
    for call in odd_routes(target, keys):
        reply = wire.ask(call)
        assert 400 <= reply.status < 500, (call, reply.body)
        assert b"<html" not in reply.body.lower()
        assert reply.code, (call, reply.headers, reply.body)
        replies.append(reply.request_id)
    recorded(target, replies[-1])
    counted = collections.Counter(
        json.loads(text).get("requestID") for text in find_events(target)
    )
    missing = [request_id for request_id in replies if counted[request_id] != 1]
    assert not missing, f"{len(missing)} of {len(replies)} calls have no single event"


def tokens(server):
    for _ in range(3):
        server.client("sts").get_caller_identity()
    body = {"Filter": {"EventName": "GetCallerIdentity"}, "MaxResults": 1}
    return body, own_call(server, "FindEvents", body)["NextToken"]


def test_c8_own_tokens_are_sealed(target, wire):
    """Every bit of a FindEvents token, another query and another caller."""
    body, token = tokens(target)
    keys, taken = target.keys("root"), []
    for at, bit in itertools.product(range(len(token)), range(7)):
        changed = token[:at] + chr(ord(token[at]) ^ (1 << bit)) + token[at + 1 :]
        reply = wire.ask(
            json_call(target, keys, "opentrail", "FindEvents", body | {"NextToken": changed})
        )
        if reply.status != 400:
            taken.append((at, bit, reply.status))
    assert not taken, taken[:5]
    other = {"Filter": {"EventName": "ListUsers"}, "MaxResults": 1, "NextToken": token}
    for keys, asked in ((keys, other), (target.keys("buyer"), body | {"NextToken": token})):
        reply = wire.ask(json_call(target, keys, "opentrail", "FindEvents", asked))
        assert reply.status == 400 and reply.code == "InvalidNextTokenException"


ODD_AGENTS = [
    "a\tb", "\x1b[31mred\x1b[0m", "\u202egnirts", "line\u2028separator", "é ü 漢", '"quoted\\"',
    "{json}", "=1+1", "%n%s", "x" * 900,
]  # fmt: skip


@pytest.mark.parametrize("agent", ODD_AGENTS)
def test_d1_odd_user_agents_are_stored_as_they_are(target, wire, agent):
    headers = {"User-Agent": agent}
    call = json_call(
        target, target.keys("seller"), "license-manager", "ListLicenseConfigurations", {}
    )
    line = f"\r\nUser-Agent: {agent}\r\n".encode()
    reply = wire.ask(call.replace(b"\r\n", line, 1))
    assert headers and reply.status in (200, 400)
    if reply.status == 200:
        event = event_of(target, "ListLicenseConfigurations", reply.request_id)
        assert event["userAgent"] == agent


def test_d1_a_long_user_agent_is_cut(target, wire):
    call = CALLS["licence"](target, target.keys("seller"))
    reply = wire.ask(call.replace(b"\r\n", b"\r\nUser-Agent: " + b"u" * 4000 + b"\r\n", 1))
    event = event_of(target, "ListLicenseConfigurations", reply.request_id)
    assert event["userAgent"].startswith("u" * 1000) and len(event["userAgent"]) <= 1024


ODD_NAMES = ["a\nb\r\nc", "\x1b[2J", "x\u2028y", "\u202eabc", "\x00", "<script>", "a" * 250]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_d1_odd_parameters_stay_one_line_each(target, wire, name):
    body = {"Catalog": name, "EntityType": "SaaSProduct"}
    reply = wire.ask(rest_call(
        target, target.keys("seller"), "POST", "/ListEntities", json.dumps(body).encode()
    ))  # fmt: skip
    event = event_of(target, "ListEntities", reply.request_id)
    assert event["requestParameters"] is None or event["requestParameters"]["catalog"] == name
    shown = target.command("find", "--event", "ListEntities", "--limit", "5", who="root").stdout
    assert "\x1b" not in shown and "\u202e" not in shown and "\u2028" not in shown
    rows = target.command("find", "--event", "ListEntities", "--json", who="root").stdout
    assert all(json.loads(row)["eventName"] == "ListEntities" for row in rows.split("\n") if row)


DEEP = {
    "arrays": b"[" * 10_000 + b"]" * 10_000,
    "open arrays": b"[" * 900_000,
    "objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "open objects": b'{"a":' * 180_000,
    "in a member": b'{"UsageRecords":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "in free JSON": b'{"Catalog":"AWSMarketplace","ChangeSet":[{"ChangeType":"A","Entity":'
    b'{"Type":"SaaSProduct@1.0"},"DetailsDocument":' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
    "not a number": b'{"MaxResults":NaN}',
    "endless number": b'{"MaxResults":1e999}',
    "lone surrogate": b'{"Catalog":"\\ud800"}',
    "invalid UTF-8": b'{"Catalog":"\xff\xfe"}',
    "mark before": b'\xef\xbb\xbf{"Catalog":"x"}x',
    "keys twice": b'{"Catalog":"AWSMarketplace","Catalog":"Other","EntityType":"SaaSProduct"}',
    "many keys": b"{" + b",".join(b'"k%d":1' % at for at in range(100_001)) + b"}",
    "not an object": b"[]",
    "two documents": b"{}{}",
    "control in text": b'{"Catalog":"\x01"}',
}


@pytest.mark.parametrize("case", DEEP)
def test_d3_json_that_is_none_or_too_much(target, wire, case):
    keys = target.keys("seller")
    before = memory(target)
    calls = [
        rest_call(target, keys, "POST", "/ListEntities", DEEP[case]),
        rest_call(target, keys, "POST", "/StartChangeSet", DEEP[case]),
        json_call(target, keys, "license-manager", "ListLicenseConfigurations", DEEP[case]),
        json_call(target, keys, "meteringmarketplace", "BatchMeterUsage", DEEP[case]),
    ]
    for call in calls:
        reply = wire.ask(call)
        assert 400 <= reply.status < 500, reply.status
    assert memory(target) - before < 64 * 1024 * 1024
    assert target.alive()


def memory(server):
    """The resident bytes of the server."""
    text = open(f"/proc/{server.process.pid}/status").read()
    return int(text.partition("VmRSS:")[2].split()[0]) * 1024


def test_d4_a_packed_bomb_is_not_unpacked(target, tmp_path):
    """An import stops at its bound and goes on with the other files."""
    with gzip.open(tmp_path / "bomb.json.gz", "wb") as bomb:
        bomb.write(b'{"Records":[{"eventName":"A","x":"')
        for _ in range(400):
            bomb.write(b"0" * 1024 * 1024)
        bomb.write(b'"}]}')
    done = target.command("import", tmp_path, who="root", check=False)
    assert "bomb.json.gz" in done.stdout + done.stderr
    assert target.alive()


def test_d5_slow_clients_do_not_stop_others(target):
    idle = [socket.create_connection(("127.0.0.1", target.port), 5.0) for _ in range(200)]
    for connection in idle:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    began = time.monotonic()
    wire = Wire(target.port)
    for _ in range(50):
        assert wire.ask(CALLS["lookup"](target, target.keys("seller"))).status == 200
    assert time.monotonic() - began < 10
    for connection in idle:
        connection.close()


def test_refusals_at_the_door_are_recorded_once(target, wire):
    call = CALLS["licence"](target, target.keys("seller") | {"aws_secret_access_key": "wrong"})
    asked = wire.ask(call).request_id
    event = recorded(target, asked)
    assert event["errorCode"] and event["userIdentity"].get("type") != "Root"
