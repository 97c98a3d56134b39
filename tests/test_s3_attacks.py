"""Attacks on the built-in S3, by the rows of the reliability sheet: A (who signed), B (buckets), H."""

import base64
import concurrent.futures
import datetime
import gzip
import hashlib
import hmac
import itertools
import json
import random
import re
import time
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest

import trails
from raw import Closed, Wire, find_events, rendered
from running import REGION, SELLER_ACCOUNT, boto3_client, serving
from s3_calls import (
    EMPTY,
    PIECES,
    PIECES_TRAILER,
    SUMS,
    UNSIGNED,
    UNSIGNED_PIECES,
    Pieces,
    bytes_of,
    code,
    credentials,
    in_pieces,
    memory_kib,
    presigned,
    refused,
    s3_call,
    s3_headers,
)

MIB = 1024 * 1024
BUCKET = "attacked-bucket"
UNTHROTTLED = {"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"}


@pytest.fixture(scope="module")
def target():
    """A server that counts no failed signatures, with one bucket and one object in it."""
    with serving("--demo", env=UNTHROTTLED) as server:
        s3 = server.client("s3", "root")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="there", Body=b"what is there")
        yield server


@pytest.fixture
def s3(target):
    return target.client("s3", "root")


@pytest.fixture
def keys(target):
    return target.keys("root")


@pytest.fixture
def wire(target):
    connection = Wire(target.port)
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def nothing_new(s3):
    """Whatever an attack tries to write must not be there afterwards."""
    yield
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["there"]
    assert bytes_of(s3, BUCKET, "there") == b"what is there"


# A3: the clock of who signs


@pytest.mark.parametrize(
    ("minutes", "status"), [(-16, 403), (-15.1, 403), (-14.5, 200), (14.5, 200), (15.1, 403)]
)
def test_a3_clocks_may_differ_by_a_quarter_of_an_hour(target, keys, wire, minutes, status):
    url = f"{target.url}/{BUCKET}/there"
    request = AWSRequest("GET", url, headers={"X-Amz-Content-SHA256": EMPTY})
    signer = S3SigV4Auth(credentials(keys), "s3", REGION)
    signer.add_auth(request)
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    # as botocore signs, with another clock
    request = AWSRequest("GET", url, headers={"X-Amz-Content-SHA256": EMPTY})
    request.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
    request.headers["Host"] = url.split("/")[2]
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    signed = signer.signed_headers(signer.headers_to_sign(request))
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, {'SignedHeaders=' + signed}, "
        f"Signature={signature}"
    )
    reply = wire.ask(rendered("GET", f"/{BUCKET}/there", dict(request.headers.items())))
    assert reply.status == status, reply.body
    assert status == 200 or reply.code == "RequestTimeTooSkewed"


# A6: headers that are not signed, and signed ones that are not there


def header_sets(target, keys):
    path = f"/{BUCKET}/new"
    plain = s3_headers(target, keys, "PUT", path)
    for name in [
        "x-amz-acl", "x-amz-tagging", "x-amz-meta-a", "x-amz-copy-source", "x-amz-storage-class",
        "x-amz-object-lock-mode", "x-amz-website-redirect-location", "x-amz-security-token",
        "x-amz-bypass-governance-retention", "x-amz-checksum-crc32", "x-amz-date",
        "x-amz-decoded-content-length", "x-amz-trailer", "x-amz-expected-bucket-owner",
        "X-AMZ-Grant-Full-Control", "x-amz-opentrail-invoked-by",
    ]:  # fmt: skip
        yield f"added {name}", plain | {name: "private"}
    signed = s3_headers(target, keys, "PUT", path, {"x-amz-meta-a": "b", "x-amz-acl": "private"})
    for name in ["x-amz-meta-a", "x-amz-acl", "X-Amz-Date", "X-Amz-Content-SHA256", "Host"]:
        yield f"without {name}", {k: v for k, v in signed.items() if k.lower() != name.lower()}
        yield f"changed {name}", {k: v + "x" if k.lower() == name.lower() else v
                                  for k, v in signed.items()}  # fmt: skip
    for headers in (
        "host;x-amz-content-sha256", "x-amz-content-sha256;x-amz-date", "host", "",
        "host;host;x-amz-content-sha256;x-amz-date", "x-amz-date;x-amz-content-sha256;host",
    ):  # fmt: skip
        before, _, rest = plain["Authorization"].partition("SignedHeaders=")
        _, _, signature = rest.partition(",")
        spoilt = f"{before}SignedHeaders={headers},{signature}"
        yield f"signed {headers!r}", plain | {"Authorization": spoilt}


def test_a6_every_header_that_counts_is_signed(target, keys, wire):
    for what, headers in header_sets(target, keys):
        reply = wire.ask(rendered("PUT", f"/{BUCKET}/new", headers, b""))
        assert reply.status in (400, 403), (what, reply.body)


# A7: other ways to say who one is


def test_a7_nobody_is_anonymous_and_nothing_else_is_a_signature(target, keys, wire):
    access, secret = keys["aws_access_key_id"], keys["aws_secret_access_key"]
    date = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    text = f"PUT\n\n\n{date}\n/{BUCKET}/new"
    old = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()
    basic = base64.b64encode(f"{access}:{secret}".encode()).decode()
    host = {"Host": f"127.0.0.1:{target.port}"}
    amazon = {"Host": "s3.us-east-1.amazonaws.com"}
    hosted = {"Host": f"{BUCKET}.s3.us-east-1.amazonaws.com"}
    path = f"/{BUCKET}/new"
    for what, method, place, headers in [
        ("version 2", "PUT", path, host | {"Authorization": f"AWS {access}:{old}", "Date": date}),
        ("basic", "PUT", path, amazon | {"Authorization": f"Basic {basic}"}),
        ("bearer", "PUT", path, amazon | {"Authorization": f"Bearer {secret}"}),
        ("empty", "PUT", path, amazon | {"Authorization": ""}),
        ("nothing", "PUT", path, amazon), ("nothing here", "PUT", path, host),
        ("nothing in the host", "PUT", "/new", hosted),
        ("read", "GET", f"/{BUCKET}/there", amazon), ("list", "GET", f"/{BUCKET}", amazon),
        ("read in the host", "GET", "/there", hosted), ("buckets", "GET", "/", amazon),
        ("delete", "DELETE", f"/{BUCKET}/there", amazon), ("drop", "DELETE", f"/{BUCKET}", amazon),
        ("key alone", "PUT", f"{path}?AWSAccessKeyId={access}", host),
        ("half a link", "PUT", f"{path}?AWSAccessKeyId={access}&Signature=x", host),
        ("link", "PUT", f"{path}?AWSAccessKeyId={access}&Signature=x&Expires=4000000000", host),
        ("link of yesterday", "PUT", f"{path}?AWSAccessKeyId={access}&Signature=x&Expires=1", host),
        ("query", "PUT", f"{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", amazon),
        ("version 4 of sha1", "PUT", path, amazon | {"Authorization": "AWS4-HMAC-SHA1 Credential=x"}),
        ("asymmetric", "PUT", path, amazon | {"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=x"}),
        ("options", "OPTIONS", path, amazon | {"Origin": "http://x"}),
        ("form", "POST", f"/{BUCKET}", amazon | {"Content-Type": "multipart/form-data; boundary=x"}),
    ]:  # fmt: skip
        reply = wire.ask(rendered(method, place, headers, b""))
        assert 400 <= reply.status < 500, (what, reply.status, reply.body)
        assert b"what is there" not in reply.body


# A8: how long a presigned request is good for


@pytest.mark.parametrize(
    ("expires", "good"),
    [(0, False), (1, True), (60, True), (604_800, True), (604_801, False), (2**32 - 1, False),
     (2**32 + 1, False), (-1, False), ("1e3", False), ("", False), ("+60", False)],
)  # fmt: skip
def test_a8_presigned_requests_live_a_week_at_most(target, keys, wire, expires, good):
    link = presigned(target, keys, "GET", f"/{BUCKET}/there", expires=expires)
    reply = wire.ask(rendered("GET", link, {"Host": f"127.0.0.1:{target.port}"}))
    assert (reply.status == 200) == good, reply.body
    assert good or reply.status in (400, 403)


def test_a8_a_presigned_request_is_what_was_signed(target, keys, wire):
    link = presigned(target, keys, "GET", f"/{BUCKET}/there")
    host = {"Host": f"127.0.0.1:{target.port}"}
    names = re.findall(r"(X-Amz-[A-Za-z0-9]+)=", link)
    assert len(names) == 6
    for name in names:
        value = re.search(rf"{name}=([^&]*)", link)[1]
        for spoilt in (f"{link}&{name}={value}", link.replace(f"{name}={value}", f"{name}=")):
            assert wire.ask(rendered("GET", spoilt, host)).status in (400, 403), spoilt
        without = re.sub(rf"{name}=[^&]*&?", "", link)
        assert wire.ask(rendered("GET", without, host)).status in (400, 403), without
    for more in ("&versionId=null", "&tagging", "&acl", "&x-amz-acl=private", "&a=b"):
        assert wire.ask(rendered("GET", link + more, host)).status in (400, 403), more
    both = s3_headers(target, keys, "GET", link)
    assert wire.ask(rendered("GET", link, both)).status == 400
    late = host | {"x-amz-date": "20200101T000000Z"}
    assert wire.ask(rendered("GET", link, late)).status in (400, 403)
    # one made for another method, host or object
    assert wire.ask(rendered("PUT", link, host)).status == 403
    assert wire.ask(rendered("GET", link, {"Host": "s3.amazonaws.com"})).status == 403
    assert wire.ask(rendered("GET", link.replace("/there", "/other"), host)).status == 403
    # nor is a link a key to anything but S3
    for scope in ("cloudtrail", "iam", "opentrail"):
        other = link.replace("%2Fs3%2F", f"%2F{scope}%2F").replace(f"/{BUCKET}/there", "/")
        assert wire.ask(rendered("GET", other, host)).status in (400, 403, 404), scope


# A9: every place of a signature with every sort of body


def cells(target, keys):
    """(name, bytes, good): 4 places × 5 sorts of body × a right, a wrong and no signature."""
    body, path = b"written " * 20_000, f"/{BUCKET}/cell"
    trailer = ("x-amz-checksum-crc32", SUMS["CRC32"](body))
    host = {"Host": f"127.0.0.1:{target.port}"}
    modes = [hashlib.sha256(body).hexdigest(), UNSIGNED, PIECES, PIECES_TRAILER, UNSIGNED_PIECES]
    for mode, signature in itertools.product(modes, ("right", "wrong", "missing")):
        streamed = mode.startswith("STREAMING")
        trail = trailer if "TRAILER" in mode else None

        def in_head(mode=mode, streamed=streamed, trail=trail):
            if streamed:
                return in_pieces(target, keys, path, [body[:9000], body[9000:]], mode, trail)
            return s3_call(target, keys, "PUT", path, body, payload=mode)

        good = in_head()
        if signature == "wrong":
            good = re.sub(rb"(Signature=)[0-9a-f]", rb"\1x", good, count=1)
        elif signature == "missing":
            good = re.sub(rb"(?i)Authorization: [^\r]*\r\n", b"", good, count=1)
        yield f"header {mode} {signature}", good, signature == "right"

        link = presigned(target, keys, "PUT", path)
        said = {} if mode == UNSIGNED else {"x-amz-content-sha256": mode}
        headers = {"x-amz-content-sha256": mode} if said else {}
        if headers:
            link = presigned(target, keys, "PUT", path, headers=headers)
        if signature == "wrong":
            link = re.sub("(X-Amz-Signature=)[0-9a-f]", r"\1x", link)
        elif signature == "missing":
            link = re.sub("&X-Amz-Signature=[0-9a-f]*", "", link)
        sent = good.partition(b"\r\n\r\n")[2] if streamed else body
        # a stream has no place in a presigned request: nothing in it could be proven
        right = signature == "right" and not streamed
        yield f"query {mode} {signature}", rendered("PUT", link, host | said, sent), right

        both = re.sub(rb"^PUT [^ ]*", b"PUT " + link.encode(), good, count=1)
        # without one of the two signatures, the other is for something else
        yield f"both {mode} {signature}", both, False
        none = rendered("PUT", path, host | {"x-amz-content-sha256": mode}, sent)
        yield f"none {mode} {signature}", none, False


def test_a9_a_bad_or_missing_signature_never_writes(target, keys, s3):
    count = 0
    for name, request, good in cells(target, keys):
        wire = Wire(target.port)
        reply = wire.ask(request)
        wire.close()
        count += 1
        if good:
            assert reply.status == 200, (name, reply.body)
            s3.delete_object(Bucket=BUCKET, Key="cell")
        else:
            assert reply.status in (400, 403), (name, reply.status, reply.body)
            assert refused(s3.head_object, Bucket=BUCKET, Key="cell")[1] == 404, name
    assert count == 60


# A10: bodies in pieces


def broken_bodies(body, dice):
    """Ways in which the bytes between the head and the end can be wrong."""
    lines = [match.start() for match in re.finditer(rb"\r\n", body)]
    yield body[:-2], "cut at the end"
    yield body[: len(body) // 2], "cut in the middle"
    yield body + b"0\r\n\r\n", "more behind the end"
    yield body.replace(b"0\r\n", b"", 1), "without its end"
    yield b"", "nothing"
    yield b"5\r\nhello\r\n0\r\n\r\n", "another body without signatures"
    yield body.replace(b"\r\n", b"\n", 1), "lines without carriage return"
    for _ in range(40):
        at = dice.randrange(len(body))
        changed = bytes([body[at] ^ (1 << dice.randrange(8))])
        yield body[:at] + changed + body[at + 1 :], f"bit in byte {at}"
    for size in (b"ffffffffffffffff", b"7fffffffffffffff", b"-1", b"0x10", b"", b" 5", b"+5", b"1_0"):
        yield size + body[lines[0] :], f"size {size!r}"


def test_a10_no_byte_of_a_body_in_pieces_can_change(target, keys, s3):
    data = random.Random(10).randbytes(40_000)
    chunks = [data[:16_384], data[16_384:32_768], data[32_768:]]
    trailer = ("x-amz-checksum-sha256", SUMS["SHA256"](data))
    path = f"/{BUCKET}/pieces"
    dice, count = random.Random(11), 0
    for mode, trail in [(PIECES, None), (PIECES_TRAILER, trailer), (UNSIGNED_PIECES, trailer)]:
        good = in_pieces(target, keys, path, chunks, mode, trail)
        body = good.partition(b"\r\n\r\n")[2]
        for spoilt, what in broken_bodies(body, dice):
            wire = Wire(target.port)
            sent = in_pieces(target, keys, path, chunks, mode, trail, spoil=lambda _: spoilt)
            reply = wire.ask(sent)
            wire.close()
            count += 1
            if reply.status == 200:
                # letters of a size or a trailer's name may be written large
                assert bytes_of(s3, BUCKET, "pieces") == data, (mode, what)
                s3.delete_object(Bucket=BUCKET, Key="pieces")
                continue
            assert reply.status in (400, 403), (mode, what, reply.status, reply.body)
    for said in (0, 1, 39_999, 40_001, 2**63, 2**64 + 40_000):
        for mode, trail in [(PIECES, None), (UNSIGNED_PIECES, trailer)]:
            call = in_pieces(target, keys, path, chunks, mode, trail, said=said)
            assert Wire(target.port).ask(call).status == 400, said
            count += 1
    signed = s3_headers(
        target, keys, "PUT", path, {"X-Amz-Decoded-Content-Length": "40000"}, PIECES
    )
    for order in itertools.permutations(range(3)):
        pieces = Pieces(keys, signed)
        made = [pieces.chunk(chunk) for chunk in chunks]
        body = b"".join(made[at] for at in order) + pieces.last() + b"\r\n"
        reply = Wire(target.port).ask(rendered("PUT", path, signed, body))
        assert reply.status == (200 if order == (0, 1, 2) else 403), order
        count += 1
    s3.delete_object(Bucket=BUCKET, Key="pieces")
    assert refused(s3.head_object, Bucket=BUCKET, Key="pieces")[1] == 404
    assert count > 150


def test_a11_a_request_has_one_length_and_one_bucket(target, keys):
    call = s3_call(target, keys, "PUT", f"/{BUCKET}/new", b"body")
    for spoilt in [
        call.replace(b"Content-Length: 4", b"Content-Length: 4\r\nContent-Length: 5"),
        call.replace(b"Content-Length: 4", b"Content-Length: 4\r\nTransfer-Encoding: chunked"),
        call.replace(b"Content-Length: 4", b"Content-Length: +4"),
        call.replace(b"Content-Length: 4", b"Content-Length : 4"),
        call.replace(b"Host: ", b"Host: other.s3.amazonaws.com\r\nHost: "),
        call.replace(f"PUT /{BUCKET}/new".encode(), f"PUT http://x/{BUCKET}/new".encode()),
    ]:
        wire = Wire(target.port, timeout=5.0)
        try:
            reply = wire.ask(spoilt)
        except Closed:
            continue
        assert reply.status in (400, 403), (spoilt, reply.body)


# B1: names


def names():
    """400 keys that other stores have taken for paths."""
    dice = random.Random(1)
    bad = [
        "../x", "../../x", "../../../../../../../../var/x", "..", ".", "./x", "a/../../x", "/etc/passwd",
        "//etc/passwd", "..\\x", "C:\\x", "%2e%2e/x", "%2e%2e%2fx", "%252e%252e%252fx", "..%c0%afx",
        "\uff0e\uff0e/x", "\u2024\u2024/x", "..\u2215x", "a//b", "a///b/", "/", "//", "a/", "a/.", "a/..",
        "~/x", "$HOME/x", "`id`", ";id", "|id", "x\n../y", "x\r\ny", "\x7f", " ", "  ", "\t", "empty",
        "x#1", "x#2", ".#x", "con", "nul", "aux.txt", "x.", "x ", "*", "?", "journal", "../journal",
        "../secrets", "\u202e", "\u200b", "\ufeff", "e\u0301", "é", "ﬁ", "İ", "ß" * 100, "a" * 1024,
        "/".join("a" * 500), "../" * 300, ("..%2f" * 200), "😀", "\U0010ffff", "\ud7ff", "__proto__",
        "constructor", "{}", "[]", "null", "true", "0", "-1", "?versionId=null", "k?acl", "k#f", "k&x=y",
    ]  # fmt: skip
    parts = ["..", ".", "", "a", "%2e", "%2f", "\\", "ä", "~", " ", "#1", "+", "?", "b" * 200]
    while len(bad) < 400:
        bad.append("/".join(dice.choice(parts) for _ in range(dice.randint(1, 5))) or "x")
    return [name for name in dict.fromkeys(bad) if 0 < len(name.encode()) <= 1024]


def test_b1_no_name_leads_out_of_its_bucket(target, keys):
    s3 = boto3_client("s3", REGION, target.url, tuple(sorted(keys.items())))
    s3.create_bucket(Bucket="b1-names")
    s3.create_bucket(Bucket="b1-copies")
    wanted = names()
    assert len(wanted) > 300
    outside = {path for path in target.data.parent.rglob("*") if "buckets" not in path.parts}

    def try_one(name):
        s3.put_object(Bucket="b1-names", Key=name, Body=b"b1 " + name.encode())
        assert bytes_of(s3, "b1-names", name) == b"b1 " + name.encode(), name
        source = {"Bucket": "b1-names", "Key": name}
        s3.copy_object(Bucket="b1-copies", Key=name, CopySource=source)
        assert bytes_of(s3, "b1-copies", name) == b"b1 " + name.encode(), name
        rows = s3.list_objects_v2(Bucket="b1-names", Prefix=name)["Contents"]
        assert name in [row["Key"] for row in rows]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(try_one, wanted))
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="b1-copies")
    listed = [row["Key"] for page in pages for row in page["Contents"]]
    assert listed == sorted(wanted, key=str.encode)
    # the files say nothing of the keys, and there are none anywhere else
    files = [path for path in (target.data / "buckets/b1-names").iterdir()]
    assert len(files) == len(wanted)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", path.name) for path in files)
    now = {path for path in target.data.parent.rglob("*") if "buckets" not in path.parts}
    new = {path.name for path in now - outside}
    assert all(re.fullmatch(r"[\w.-]*(journal|segment|snapshot|\d+)[\w.-]*", name) for name in new), new


def test_b1_no_bucket_leads_out_of_the_folder(target, keys, wire):
    for name in ["..", ".", "%2e%2e", "..%2f..", "a%2fb", "a%00b", "buckets", "..%5c", "%20", "%ff",
                 "A", "a_b", "a" * 64, "attacked-bucket%2fthere", "attacked-bucket%00"]:  # fmt: skip
        for method, key in [("PUT", ""), ("PUT", "/k"), ("GET", "/k"), ("DELETE", ""), ("GET", "")]:
            if (method, key, name) == ("PUT", "", "buckets"):
                continue
            reply = wire.ask(s3_call(target, keys, method, f"/{name}{key}", b""))
            assert 400 <= reply.status < 500, (method, name, key, reply.status, reply.body)
    assert not (target.data / "there").exists()


# B2: copies out of other people's buckets


def test_b2_what_one_may_not_read_one_may_not_copy(target, s3, unique):
    bob = target.client("s3", "buyer")
    mine = unique("bobs")
    bob.create_bucket(Bucket=mine)
    upload = bob.create_multipart_upload(Bucket=mine, Key="parts")["UploadId"]
    part = {"Bucket": mine, "Key": "parts", "UploadId": upload, "PartNumber": 1}
    version = s3.head_object(Bucket=BUCKET, Key="there").get("VersionId", "null")
    for key in ("there", "not-there"):
        for source in [
            f"{BUCKET}/{key}", f"/{BUCKET}/{key}", f"{BUCKET}/{key}?versionId=null",
            f"{BUCKET}/{quote(key)}?versionId={version}", f"{mine}/../{BUCKET}/{key}",
            {"Bucket": BUCKET, "Key": key},
        ]:  # fmt: skip
            for call, where in [
                (bob.copy_object, {"Bucket": mine, "Key": "k"}), (bob.upload_part_copy, part),
                (bob.upload_part_copy, part | {"CopySourceRange": "bytes=0-1"}),
                (bob.copy_object, {"Bucket": mine, "Key": "k", "MetadataDirective": "REPLACE"}),
            ]:  # fmt: skip
                told, status = refused(call, **where, CopySource=source)
                # whether it is there is not for everybody to know
                own = isinstance(source, str) and source.startswith(mine)
                assert (told, status) == (("NoSuchKey", 404) if own else ("AccessDenied", 403)), source
    # boto3 encodes what it is given; spelled in other ways it is the same source
    keys, wire = target.keys("buyer"), Wire(target.port)
    for source in [f"{BUCKET}%2Fthere", f"%2F{BUCKET}/there", f"/{BUCKET}/%74here", f"{BUCKET}/there?"]:
        call = s3_call(target, keys, "PUT", f"/{mine}/k", headers={"x-amz-copy-source": source})
        assert wire.ask(call).code == "AccessDenied", source
    assert "Parts" not in bob.list_parts(Bucket=mine, Key="parts", UploadId=upload)
    assert bob.list_objects_v2(Bucket=mine)["KeyCount"] == 0


# B3: XML


def bombs():
    laughs = "".join(
        f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' if at else '<!ENTITY l0 "lol">' for at in range(10)
    )
    one = "<Object><Key>k</Key></Object>"
    yield "laughs", f"<!DOCTYPE d [{laughs}]><Delete><Object><Key>&l9;</Key></Object></Delete>"
    yield "file", ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                   "<Delete><Object><Key>&x;</Key></Object></Delete>")  # fmt: skip
    yield "net", '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd"><Delete/>'
    yield "unknown entity", "<Delete><Object><Key>&nbsp;</Key></Object></Delete>"
    yield "parameter", '<!DOCTYPE d [<!ENTITY % p "x"> %p;]><Delete/>'
    yield "deep", "<a>" * 100_000
    yield "deep and closed", "<Delete>" + "<a>" * 50_000 + "</a>" * 50_000 + "</Delete>"
    yield "deep in the right place", "<Delete><Object><Key>" * 10_000
    yield "wide", f"<Delete>{one * 60_000}</Delete>"
    yield "wide and unknown", f"<Delete>{'<x/>' * 400_000}</Delete>"
    many = [f"a{at}='1'" for at in range(50_000)]
    yield "attributes", f"<Delete {' '.join(many)}><Object/></Delete>"
    yield "namespaces", f"<Delete xmlns:{' xmlns:'.join(many)}/>"
    yield "long name", f"<{'D' * 1_000_000}/>"
    yield "comment", f"<!--{'-x' * 500_000}--><Delete/>"
    yield "character data", f"<Delete><Object><Key><![CDATA[{'x' * 1_000_000}"
    yield "instruction", f"<?x {'y' * 1_000_000}?><Delete/>"
    yield "not closed", f"<Delete>{one}"
    yield "closed wrong", f"<Delete>{one}</delete>"
    yield "two roots", f"<Delete>{one}</Delete><Delete>{one}</Delete>"
    yield "another root", f"<Tagging>{one}</Tagging>"
    yield "text", "hello"
    yield "json", '{"Delete":{}}'
    yield "nothing", ""
    yield "utf-16", "<?xml version='1.0' encoding='utf-16'?><Delete/>".encode("utf-16")
    yield "broken utf-8", b"<Delete><Object><Key>\xff\xfe</Key></Object></Delete>"
    yield "zipped", gzip.compress(b"<Delete>" + b" " * 10_000_000 + b"</Delete>")
    yield "character", "<Delete><Object><Key>&#x110000;</Key></Object></Delete>"
    yield "surrogate", "<Delete><Object><Key>&#xd800;</Key></Object></Delete>"


def test_b3_xml_that_is_made_to_break_its_reader(target, keys, wire):
    before = memory_kib(target)
    for name, text in bombs():
        body = text if isinstance(text, bytes) else text.encode()
        for query in ("delete", "tagging", "versioning"):
            method = "POST" if query == "delete" else "PUT"
            began = time.monotonic()
            reply = wire.ask(s3_call(target, keys, method, f"/{BUCKET}?{query}", body))
            assert reply.status == 400, (name, query, reply.status, reply.body[:300])
            assert reply.code in ("MalformedXML", "MissingRequestBodyError"), (name, reply.code)
            # not a measurement: a reader that is broken takes for ever
            assert time.monotonic() - began < 60.0, name
    assert memory_kib(target) - before < 64 * 1024
    target.assert_no_panic()


def test_b3_documents_have_a_size_and_objects_another(target, keys, wire):
    """20 MiB of XML are refused by their length alone; that much may be an object."""
    before = memory_kib(target)
    head = s3_call(target, keys, "POST", f"/{BUCKET}?delete", payload="0" * 64)
    head = head.replace(b"Content-Length: 0", b"Content-Length: 20971520")
    reply = wire.ask(head)
    assert (reply.status, reply.code) == (400, "MaxMessageLengthExceeded")
    assert reply.headers["connection"] == "close"
    # without a length the same is found while it comes
    call = s3_call(target, keys, "POST", f"/{BUCKET}?delete", payload=UNSIGNED)
    chunk = b"100000\r\n" + b" " * MIB + b"\r\n"
    call = call.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + chunk * 20
    reply = Wire(target.port).ask(call)
    assert (reply.status, reply.code) == (400, "MaxMessageLengthExceeded")
    assert memory_kib(target) - before < 32 * 1024


# B4: log files under lock


def test_b4_delivered_files_outlive_their_buckets_owner(fresh):
    """Everything that an owner can do to a locked log file is refused, or can be read afterwards."""
    s3 = fresh.client("s3", "root")
    name = "locked-logs"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}
    s3.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    arn = f"arn:aws:cloudtrail:{REGION}:{SELLER_ACCOUNT}:trail/locked"
    s3.put_bucket_policy(Bucket=name, Policy=trails.bucket_policy(name, arn))
    cloudtrail = fresh.client("cloudtrail", "root")
    cloudtrail.create_trail(Name="locked", S3BucketName=name)
    selector = {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        ]
    }
    management = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
    cloudtrail.put_event_selectors(
        TrailName="locked", AdvancedEventSelectors=[selector, management]
    )
    cloudtrail.start_logging(Name="locked")
    fresh.command("clock", "advance", "10m", who="root")
    bucket = trails.Bucket(s3, name)
    [key, *_] = trails.wait_until(bucket.logs, trails.PATIENCE_SECS, "a log file")
    [row, *_] = s3.list_object_versions(Bucket=name, Prefix=key)["Versions"]
    this = {"Bucket": name, "Key": key, "VersionId": row["VersionId"]}
    original = bytes_of(s3, name, key)

    for what, call, more in [
        ("the version", s3.delete_object, this),
        ("with others", s3.delete_objects, None),
        ("lifecycle", s3.put_bucket_lifecycle_configuration, {
            "Bucket": name, "LifecycleConfiguration": {"Rules": [{
                "ID": "gone", "Status": "Enabled", "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1}, "Expiration": {"Days": 1}}]}}),
        ("old lifecycle", s3.put_bucket_lifecycle_configuration, {
            "Bucket": name, "LifecycleConfiguration": {"Rules": [{
                "Prefix": "", "Status": "Enabled", "Expiration": {"Days": 1}}]}}),
        ("versioning", s3.put_bucket_versioning,
         {"Bucket": name, "VersioningConfiguration": {"Status": "Suspended"}}),
        ("the bucket", s3.delete_bucket, {"Bucket": name}),
        ("its lock", s3.put_object_retention, this | {
            "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": row["LastModified"]}}),
        ("a shorter lock", s3.put_object_retention, this | {
            "Retention": {"Mode": "GOVERNANCE",
                          "RetainUntilDate": row["LastModified"] + datetime.timedelta(days=1)}}),
        ("no lock", s3.put_object_retention, this | {"Retention": {}}),
        ("the bucket again", s3.create_bucket, {"Bucket": name, "ObjectLockEnabledForBucket": False}),
    ]:  # fmt: skip
        if what == "with others":
            entry = {"Key": key, "VersionId": row["VersionId"]}
            answer = s3.delete_objects(Bucket=name, Delete={"Objects": [entry]})
            assert answer["Errors"][0]["Code"] == "AccessDenied"
        elif what == "the bucket again":
            call(**more)
        else:
            assert refused(call, **more)[1] in (400, 403, 409, 501), what
        assert bytes_of(s3, name, key, VersionId=row["VersionId"]) == original, what
    configuration = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert configuration["Rule"] == rule
    # written over or marked as deleted, it is still there beneath
    s3.put_object(Bucket=name, Key=key, Body=b"forged")
    s3.delete_object(Bucket=name, Key=key)
    assert bytes_of(s3, name, key, VersionId=row["VersionId"]) == original
    # governance can be lifted by those who may: who did is in a trail that takes data events
    s3.delete_object(**this, BypassGovernanceRetention=True)
    assert code(s3.get_object, **this) == "NoSuchVersion"
    fresh.command("clock", "advance", "10m", who="root")

    def bypassed():
        events = [
            event for log in bucket.logs().values() for event in log.document["Records"]
            if event["eventName"] == "DeleteObject" and not event.get("errorCode")
        ]  # fmt: skip
        return [e for e in events if "versionId" in e["requestParameters"]]

    [event] = trails.wait_until(bypassed, trails.PATIENCE_SECS, "the event of the bypass")
    assert event["requestParameters"]["x-amz-bypass-governance-retention"] == "true"
    assert event["requestParameters"]["key"] == key and event["userIdentity"]["type"] == "Root"


# B5: other people's buckets as a trail's


def test_b5_a_trail_delivers_to_no_bucket_that_does_not_expect_it(target, s3, unique):
    bob = target.client("cloudtrail", "buyer")
    name = unique("bobs-trail")
    arn = f"arn:aws:cloudtrail:{REGION}:444455556666:trail/{name}"
    victim = unique("victim")
    s3.create_bucket(Bucket=victim)
    create = {"Name": name, "S3BucketName": victim}
    assert code(bob.create_trail, **create) == "InsufficientS3BucketPolicyException"
    own = arn.replace("444455556666", SELLER_ACCOUNT)
    for policy in [
        # for a trail of the bucket's own account
        trails.bucket_policy(victim, own),
        # for any trail of the service, but under the owner's prefix alone
        trails.bucket_policy(victim, arn).replace(f'"{arn}"', f'"{own}"'),
        trails.bucket_policy(victim, arn).replace("AWSLogs/444455556666", "AWSLogs/999999999999"),
        trails.bucket_policy(victim, arn).replace("cloudtrail.amazonaws.com", "config.amazonaws.com"),
        trails.bucket_policy(victim, arn, prefix="theirs"),
    ]:  # fmt: skip
        s3.put_bucket_policy(Bucket=victim, Policy=policy)
        assert code(bob.create_trail, **create) == "InsufficientS3BucketPolicyException"
        assert s3.list_objects_v2(Bucket=victim)["KeyCount"] == 0
    s3.put_bucket_policy(Bucket=victim, Policy=trails.bucket_policy(victim, arn))
    bob.create_trail(**create)
    assert s3.list_objects_v2(Bucket=victim)["KeyCount"] == 1
    assert code(bob.update_trail, Name=name, S3BucketName=BUCKET) == (
        "InsufficientS3BucketPolicyException"
    )  # fmt: skip
    bob.delete_trail(Name=name)


# B6: tokens of pages


def test_b6_a_token_leads_on_in_its_own_listing_only(target, s3, unique):
    one, two = unique("tokens"), unique("tokens")
    for bucket in (one, two):
        s3.create_bucket(Bucket=bucket)
        for key in ("a/1", "a/2", "b"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
    page = s3.list_objects_v2(Bucket=one, MaxKeys=1)
    token = page["NextContinuationToken"]
    assert s3.list_objects_v2(Bucket=one, ContinuationToken=token)["KeyCount"] == 2
    for more in [
        {"Bucket": two}, {"Bucket": one, "Prefix": "a"}, {"Bucket": one, "Delimiter": "/"},
    ]:  # fmt: skip
        told = code(s3.list_objects_v2, **more, ContinuationToken=token)
        assert told == "InvalidArgument", more
    dice = random.Random(6)
    tampered = {token[:at] + dice.choice("ABab01-_") + token[at + 1 :] for at in range(len(token))}
    tampered |= {token[:-1], token + "A", "A" * 200, "=", "null", token * 2, token.swapcase()}
    for wrong in tampered - {token}:
        told = refused(s3.list_objects_v2, Bucket=one, ContinuationToken=wrong)
        assert told == ("InvalidArgument", 400), wrong
    buckets = s3.list_buckets(MaxBuckets=1)["ContinuationToken"]
    assert code(s3.list_objects_v2, Bucket=one, ContinuationToken=buckets) == "InvalidArgument"
    assert code(s3.list_buckets, ContinuationToken=token) == "InvalidArgument"
    upload = s3.create_multipart_upload(Bucket=one, Key="k")["UploadId"]
    for other in ({"Bucket": two, "Key": "k"}, {"Bucket": one, "Key": "j"}):
        assert code(s3.upload_part, **other, UploadId=upload, PartNumber=1, Body=b"") == "NoSuchUpload"


# H1: two accounts


SECRET = "h1-secret"
# what a call needs to reach what is another account's
FITTING = {
    "Bucket": f"{SECRET}-bucket", "Key": f"{SECRET}-key", "CopySource": f"{SECRET}-bucket/{SECRET}-key",
    "QueueName": f"{SECRET}-queue", "QueueOwnerAWSAccountId": SELLER_ACCOUNT,
    "TopicArn": f"arn:aws:sns:{REGION}:{SELLER_ACCOUNT}:{SECRET}-topic",
    "ResourceArn": f"arn:aws:sns:{REGION}:{SELLER_ACCOUNT}:{SECRET}-topic", "PartNumber": 1,
    "Policy": json.dumps({"Version": "2012-10-17", "Statement": []}), "Protocol": "sqs",
    "Endpoint": f"arn:aws:sqs:{REGION}:444455556666:x", "VersionId": "null",
}  # fmt: skip
# of these only what is the caller's own is told or made
OWN = {
    "ListBuckets", "ListTopics", "ListSubscriptions", "ListQueues", "CreateQueue", "CreateTopic",
}  # fmt: skip


def filled(shape, known, depth=0):
    """The least that a shape demands, with what is known where it fits."""
    if shape.type_name == "structure":
        members = shape.members.items()
        return {
            name: known.get(name) or filled(member, known, depth + 1)
            for name, member in members
            if name in shape.required_members or (depth == 0 and name in known and name in FITTING)
        }
    if shape.type_name == "list":
        return [filled(shape.member, known, depth + 1)]
    if shape.type_name == "map":
        return {}
    if shape.enum if shape.type_name == "string" else False:
        return shape.enum[0]
    return {
        "string": "x", "integer": 1, "long": 1, "boolean": True, "blob": b"x",
        "timestamp": datetime.datetime(2030, 1, 1),
    }.get(shape.type_name, "x")  # fmt: skip


def test_h1_no_call_of_one_account_reaches_into_another(target, s3):
    """Every operation of S3, SNS and SQS that names something, called by somebody else."""
    s3.create_bucket(Bucket=FITTING["Bucket"])
    s3.put_object(Bucket=FITTING["Bucket"], Key=FITTING["Key"], Body=b"h1-secret-bytes")
    upload = s3.create_multipart_upload(Bucket=FITTING["Bucket"], Key=FITTING["Key"])
    sns, sqs = target.client("sns", "root"), target.client("sqs", "root")
    topic = sns.create_topic(Name=f"{SECRET}-topic")["TopicArn"]
    queue = sqs.create_queue(QueueName=f"{SECRET}-queue")["QueueUrl"]
    queue_arn = f"arn:aws:sqs:{REGION}:{SELLER_ACCOUNT}:{SECRET}-queue"
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    sqs.send_message(QueueUrl=queue, MessageBody="h1-secret-message")
    known = FITTING | {
        "UploadId": upload["UploadId"], "QueueUrl": queue, "SubscriptionArn": subscription,
    }  # fmt: skip
    reached = 0
    for service, client in [("s3", "s3"), ("sns", "sns"), ("sqs", "sqs")]:
        bob = target.client(client, "buyer")
        names = bob.meta.method_to_api_mapping
        for method, operation in names.items():
            shape = bob.meta.service_model.operation_model(operation).input_shape
            arguments = filled(shape, known) if shape else {}
            touches = any(value in str(arguments) for value in (SECRET, subscription))
            if operation == "ListDirectoryBuckets" or not touches and operation not in OWN:
                continue
            try:
                answer = getattr(bob, method)(**arguments)
            except bob.exceptions.ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                told = error.response["Error"]["Code"]
                not_served = told in ("NotImplemented", "UnsupportedOperationException")
                assert status == 403 or not_served or told == "BucketAlreadyExists", (operation, told)
                reached += status == 403
                told = str(error.response)
                assert SECRET + "-bytes" not in told and SECRET + "-message" not in told
                continue
            except Exception as error:  # botocore refuses to send it
                assert "botocore" in type(error).__module__, (operation, error)
                continue
            assert operation in OWN, (operation, arguments, answer)
            answer.pop("ResponseMetadata")
            assert SELLER_ACCOUNT not in str(answer), (operation, answer)
    assert reached > 80
    # and nothing has changed
    assert bytes_of(s3, FITTING["Bucket"], FITTING["Key"]) == b"h1-secret-bytes"
    assert s3.list_multipart_uploads(Bucket=FITTING["Bucket"])["Uploads"]
    assert "Parts" not in s3.list_parts(
        Bucket=FITTING["Bucket"], Key=FITTING["Key"], UploadId=upload["UploadId"]
    )
    assert code(s3.get_bucket_policy, Bucket=FITTING["Bucket"]) == "NoSuchBucketPolicy"
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "h1-secret-message"
    assert sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert not sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"]).get("Attributes")


def test_h1_an_event_of_a_refusal_is_the_callers(target, unique):
    """The owner of a bucket does not see who was refused; the caller's account does."""
    bob = target.client("s3", "buyer")
    assert code(bob.get_bucket_acl, Bucket=BUCKET) == "AccessDenied"
    events = [json.loads(text) for text in find_events(target, {"EventName": "GetBucketAcl"})]
    assert {event["recipientAccountId"] for event in events} >= {"444455556666"}
    refusals = [event for event in events if event.get("errorCode") == "AccessDenied"]
    assert {event["userIdentity"]["accountId"] for event in refusals} == {"444455556666"}


# D1: what stands in names stays there


def test_d1_names_cannot_write_into_logs_or_answers(target, keys, wire):
    for text in ["\r\nX-Injected: 1", "\x1b[2J", "\u2028\u202e", "<script>", "]]>", "\x00", "%0d%0a"]:
        for path in (f"/{BUCKET}/{quote(text)}", f"/{BUCKET}?prefix={quote(text)}&list-type=2"):
            reply = wire.ask(s3_call(target, keys, "GET", path))
            assert reply.status in (200, 400, 404), reply.body
            assert "x-injected" not in reply.headers
            assert b"<script>" not in reply.body and b"\x1b" not in reply.body
            assert b"\x00" not in reply.body
    assert "\x1b[2J" not in target.output()
