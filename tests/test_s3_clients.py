"""The built-in S3 as its clients use it: the AWS CLI, boto3 and what they make of links."""

import concurrent.futures
import hashlib
import io
import os
import random
import urllib.error
import urllib.request

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from raw import Wire
from running import REGION, serving
from s3_calls import bytes_of, code, empty_and_delete, presigned, refused, s3_call
from trails import cli

MIB = 1024 * 1024
ODD_KEYS = [
    "a b", " lead", "trail ", "ä/ö ü", "e\u0301", "é", "plus+plus", "100%", "%2F", "%252e", "a//b",
    "//", "/lead", "dir/", "..", ".", "../up", "a/../b", "a?b=c", "a#b", "a&b=c", "quo'\"te",
    "back\\slash", "semi;comma,", "[x]{y}|^`", "<x>&amp;", "tab\tnew\nline\r", "\x01\x1f\x7f",
    "\u2028\u202e", "\U0001f600", "~*!()@:$=", "x" * 1024, "ß" * 512,
]  # fmt: skip


@pytest.fixture(scope="module")
def demo():
    """A server that counts no failed signatures: links are spoilt here by the dozen."""
    with serving("--demo", env={"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"}) as server:
        yield server


@pytest.fixture
def s3(demo):
    return demo.client("s3", "root")


@pytest.fixture
def bucket(s3, unique):
    name = unique("clients")
    s3.create_bucket(Bucket=name)
    yield name
    empty_and_delete(s3, name)


def plain_request(url, method="GET", data=None, headers=None):
    """An answer to somebody who has a link and no keys."""
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_every_key_comes_back_as_it_was_put(s3, bucket):
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    for key in ODD_KEYS:
        assert bytes_of(s3, bucket, key) == key.encode(), key
        assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(key.encode())
    for listing in ("list_objects", "list_objects_v2", "list_object_versions"):
        pages = s3.get_paginator(listing).paginate(Bucket=bucket, PaginationConfig={"PageSize": 5})
        rows = [row for page in pages for row in page.get("Contents", page.get("Versions", []))]
        keys = [row["Key"] for row in rows]
        assert keys == sorted(ODD_KEYS, key=str.encode), listing
    copies = [key for key in ODD_KEYS if len(key.encode()) < 1000]
    for key in copies:
        s3.copy_object(Bucket=bucket, Key=f"copy/{key}", CopySource=dict(Bucket=bucket, Key=key))
        assert bytes_of(s3, bucket, f"copy/{key}") == key.encode(), key
    doomed = [{"Key": key} for key in ODD_KEYS]
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed})
    # XML has no way to write some of them down in the answer
    told = [key.translate({1: "\ufffd", 31: "\ufffd"}) for key in ODD_KEYS]
    assert [row["Key"] for row in deleted["Deleted"]] == told and "Errors" not in deleted
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == len(copies)
    assert code(s3.put_object, Bucket=bucket, Key="x" * 1025, Body=b"") == "KeyTooLongError"


def test_folders_go_up_and_come_down_unchanged(demo, s3, unique, tmp_path):
    """`aws s3` with its own parts, threads and ideas of what has changed."""
    name, there, back = unique("folders"), tmp_path / "there", tmp_path / "back"
    dice = random.Random(3)
    sizes = {"a b.txt": 10, "empty": 0, "ä+%41/ü": 99, "sub/%2e%2e": 5, "sub/deep/big": 20 * MIB}
    for path, size in sizes.items():
        file = there / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dice.randbytes(size))
    cli(demo, "s3", "mb", f"s3://{name}")
    cli(demo, "s3", "sync", there, f"s3://{name}/p/")
    listed = cli(demo, "s3", "ls", f"s3://{name}/", "--recursive", "--summarize")
    assert f"Total Objects: {len(sizes)}" in listed
    assert f"Total Size: {sum(sizes.values())}" in listed
    assert "PRE sub/" in cli(demo, "s3", "ls", f"s3://{name}/p/")
    assert cli(demo, "s3", "sync", there, f"s3://{name}/p/", "--delete") == ""
    # a copy of 20 MiB is made of parts that are copied
    cli(demo, "s3", "mv", f"s3://{name}/p/sub/deep/big", f"s3://{name}/p/sub/deep/moved")
    (there / "sub/deep/big").rename(there / "sub/deep/moved")
    cli(demo, "s3", "rm", f"s3://{name}/p/empty")
    (there / "empty").unlink()
    cli(demo, "s3", "sync", f"s3://{name}/p/", back)
    for folder in (there, back):
        files = [path for path in folder.rglob("*") if path.is_file()]
        found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
        assert folder == there or found == expected
        expected = found
    refused_rb = demo.aws("s3", "rb", f"s3://{name}", who="root", check=False)
    assert "BucketNotEmpty" in refused_rb.stderr
    cli(demo, "s3", "rb", f"s3://{name}", "--force")
    assert refused(s3.head_bucket, Bucket=name)[1] == 404


def test_files_go_up_in_parts_and_come_down_in_ranges(demo, bucket):
    resource = boto3.resource(
        "s3", region_name=REGION, endpoint_url=demo.url, **demo.keys("root")
    )
    body = random.Random(4).randbytes(17 * MIB + 3)
    config = TransferConfig(
        multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=4
    )
    stored = resource.Bucket(bucket).Object("parts/file")
    extra = {"ContentType": "text/x-parts", "Metadata": {"who": "me"}}
    stored.upload_fileobj(io.BytesIO(body), ExtraArgs=extra, Config=config)
    assert stored.e_tag.endswith('-4"') and stored.content_type == "text/x-parts"
    assert stored.metadata == {"who": "me"} and stored.parts_count is None
    sink = io.BytesIO()
    stored.download_fileobj(sink, Config=config)
    assert sink.getvalue() == body
    second = stored.get(PartNumber=2)
    assert second["PartsCount"] == 4 and second["Body"].read() == body[5 * MIB : 10 * MIB]
    copy = resource.Bucket(bucket).Object("copied in parts")
    copy.copy({"Bucket": bucket, "Key": "parts/file"}, Config=config)
    assert copy.get()["Body"].read() == body


@pytest.mark.parametrize("size", [0, 1, 64 * MIB], ids=["empty", "one", "64MiB"])
def test_bodies_of_every_size(s3, bucket, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    assert bytes_of(s3, bucket, "k") == body


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_links_give_what_they_were_made_for_and_nothing_else(demo, s3, bucket, version):
    """Both sorts: that of today, and the one that boto3 and `aws s3 presign` make by default."""
    signer = boto3.client(
        "s3", region_name=REGION, endpoint_url=demo.url,
        config=Config(signature_version=version), **demo.keys("root"),
    )  # fmt: skip
    s3.put_object(Bucket=bucket, Key="ä b+", Body=b"one")
    s3.put_object(Bucket=bucket, Key="other", Body=b"two")
    here = {"Bucket": bucket, "Key": "ä b+"}
    link = signer.generate_presigned_url("get_object", here)
    assert plain_request(link) == (200, b"one")
    assert plain_request(link, "HEAD")[0] == 403
    assert plain_request(link, "DELETE")[0] == 403
    assert plain_request(link.replace("%C3%A4%20b%2B", "other"))[0] == 403
    for more in ("&versionId=null", "&acl", "&tagging=", "&uploads", "&x-amz-acl=private"):
        assert plain_request(link + more)[0] in (400, 403), more
    disposition = here | {"ResponseContentDisposition": "attachment"}
    named = signer.generate_presigned_url("get_object", disposition)
    assert plain_request(named)[0] == 200
    assert plain_request(named.replace("attachment", "inline"))[0] == 403
    up = signer.generate_presigned_url("put_object", here | {"ContentType": "text/plain"})
    # a header that was not known when the link was made
    typed = {"Content-Type": "text/plain"}
    smuggled = typed | {"x-amz-tagging": "a=b"}
    assert plain_request(up, "PUT", b"new", smuggled)[0] in (400, 403)
    assert plain_request(up, "PUT", b"new", {"Content-Type": "text/html"})[0] == 403
    assert bytes_of(s3, **{"bucket": bucket, "key": "ä b+"}) == b"one"
    assert plain_request(up, "PUT", b"new", typed)[0] == 200
    assert bytes_of(s3, bucket, "ä b+") == b"new"
    gone = signer.generate_presigned_url("delete_object", here)
    assert plain_request(gone, "DELETE")[0] == 204
    assert plain_request(link)[0] == 404


def test_the_clis_links_work_in_a_browser_without_keys(demo, s3, bucket):
    s3.put_object(Bucket=bucket, Key="log.json.gz", Body=b"log", ContentEncoding="gzip")
    link = cli(demo, "s3", "presign", f"s3://{bucket}/log.json.gz", "--expires-in", "60")
    assert plain_request(link) == (200, b"log")
    past = cli(demo, "s3", "presign", f"s3://{bucket}/log.json.gz", "--expires-in", "-5")
    status, body = plain_request(past)
    assert status == 403 and b"<Code>AccessDenied</Code>" in body


def test_forms_of_browsers_are_refused(demo, s3, bucket):
    """POST with a policy is not served: it must not pass for an unsigned request either."""
    form = s3.generate_presigned_post(bucket, "posted")
    lines = [f"--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
             for name, value in (form["fields"] | {"file": "bytes"}).items()]  # fmt: skip
    body = ("".join(lines) + "--x--\r\n").encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _ = plain_request(form["url"], "POST", body, headers)
    assert status >= 400
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_buckets_may_stand_in_the_host(demo, s3, bucket):
    keys, wire = demo.keys("root"), Wire(demo.port)
    for host in (f"{bucket}.s3.us-east-1.amazonaws.com", f"{bucket}.s3.localhost:{demo.port}"):
        put = wire.ask(s3_call(demo, keys, "PUT", "/a%20b/c", b"hosted", host=host))
        assert put.status == 200, put.body
        got = wire.ask(s3_call(demo, keys, "GET", "/a%20b/c", host=host))
        assert (got.status, got.body) == (200, b"hosted")
        listed = wire.ask(s3_call(demo, keys, "GET", "/?list-type=2&prefix=a", host=host))
        assert b"<Key>a b/c</Key>" in listed.body
        link = presigned(demo, keys, "GET", "/a%20b/c", host=host)
        assert wire.ask(f"GET {link} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).body == b"hosted"
        other = wire.ask(f"GET {link} HTTP/1.1\r\nHost: x{host}\r\n\r\n".encode())
        assert other.status in (400, 403)
    assert bytes_of(s3, bucket, "a b/c") == b"hosted"


def test_boto3_finds_buckets_in_hosts(demo, bucket):
    """`bucket.localhost` resolves to this machine by itself on many systems, and here by hand."""
    url = f"http://s3.localhost:{demo.port}"
    settings = Config(s3={"addressing_style": "virtual"}, proxies={"http": demo.url})
    client = boto3.client(
        "s3", region_name=REGION, endpoint_url=url, config=settings, **demo.keys("root")
    )
    # a proxy gets whole addresses, which this server refuses: nobody else's requests pass here
    assert refused(client.list_objects_v2, Bucket=bucket)[1] == 400
    settings = Config(s3={"addressing_style": "virtual"}, retries={"total_max_attempts": 1})
    client = boto3.client(
        "s3", region_name=REGION, endpoint_url=url, config=settings, **demo.keys("root")
    )

    def to_this_machine(request, **_):
        request.headers["Host"] = request.url.split("/")[2]
        request.url = request.url.replace(request.url.split("/")[2], f"127.0.0.1:{demo.port}")

    client.meta.events.register_last("before-send.s3", to_this_machine)
    client.put_object(Bucket=bucket, Key="ü", Body=b"virtual")
    assert bytes_of(client, bucket, "ü") == b"virtual"
    client.delete_object(Bucket=bucket, Key="ü")


def test_heads_have_no_bodies_even_when_they_refuse(demo, s3, bucket):
    keys, wire = demo.keys("root"), Wire(demo.port)
    s3.put_object(Bucket=bucket, Key="k", Body=b"12345")
    for path, status in [
        (f"/{bucket}", 200), (f"/{bucket}/k", 200), (f"/{bucket}/none", 404),
        ("/nobodys-bucket", 404), ("/nobodys-bucket/k", 404), (f"/{bucket}/k?versionId=x", 404),
    ]:  # fmt: skip
        # on one connection: a body that follows a head would be taken for the next answer
        head = wire.ask(s3_call(demo, keys, "HEAD", path))
        assert head.status == status, path
    assert wire.ask(s3_call(demo, keys, "HEAD", f"/{bucket}/k")).headers["content-length"] == "5"
    anonymous = wire.ask(f"HEAD /{bucket}/k HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n".encode())
    assert anonymous.status == 403
    region = s3.head_bucket(Bucket=bucket)
    assert region["BucketRegion"] == REGION and not region.get("AccessPointAlias")


def test_who_waits_for_100_is_told_to_go_on_or_refused_at_once(demo, s3, bucket):
    keys = demo.keys("root")
    call = s3_call(demo, keys, "PUT", f"/{bucket}/waits", b"x" * 70_000,
                   headers={"Expect": "100-continue"})  # fmt: skip
    head, _, body = call.partition(b"\r\n\r\n")
    wire = Wire(demo.port)
    wire.bodiless = False
    wire._send(head + b"\r\n\r\n")
    assert wire.socket.recv(100).startswith(b"HTTP/1.1 100")
    wire._send(body)
    assert wire._read().status == 200
    # without a body there is nothing to go on with; the AWS CLI would take the next answer on this
    # connection for headers, as its botocore keeps the status line that it saw instead of 100
    call = s3_call(demo, keys, "PUT", f"/{bucket}/waits", headers={"Expect": "100-continue"})
    reply = Wire(demo.port).ask(call)
    assert (reply.status, reply.headers["connection"]) == (200, "close")
    # somebody unknown is not asked for 100 MiB
    wire = Wire(demo.port)
    wire.bodiless = False
    liar = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "no"}
    call = s3_call(demo, liar, "PUT", f"/{bucket}/waits", headers={"Expect": "100-continue"},
                   payload="0" * 64)  # fmt: skip
    head = call.replace(b"Content-Length: 0", b"Content-Length: 104857600")
    wire._send(head)
    reply = wire._read()
    assert (reply.status, reply.code) == (403, "InvalidAccessKeyId")
    assert reply.headers["connection"] == "close"


def test_pages_of_more_than_a_thousand_keys(demo, s3, bucket):
    keys = [f"{at % 3}/{at % 40}/{at}" for at in range(1205)] + ["0", "2z", "ä/ä"]

    def put(key):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(put, keys))
    first = s3.list_objects_v2(Bucket=bucket)
    assert (first["KeyCount"], first["IsTruncated"]) == (1000, True)
    for listing in ("list_objects", "list_objects_v2"):
        for prefix, delimiter, size in [
            ("", "", 1000), ("", "/", 2), ("1/", "/", 7), ("1/", "", 100), ("", "z", 500),
            ("nothing", "/", 5), ("2", "/", 1),
        ]:  # fmt: skip
            pages = list(
                s3.get_paginator(listing).paginate(
                    Bucket=bucket, Prefix=prefix, Delimiter=delimiter,
                    PaginationConfig={"PageSize": size},
                )
            )  # fmt: skip
            rows = [row["Key"] for page in pages for row in page.get("Contents", [])]
            rolled = [row["Prefix"] for page in pages for row in page.get("CommonPrefixes", [])]
            assert (rows, rolled) == listed(keys, prefix, delimiter), (listing, prefix, delimiter)
            counts = [len(p.get("Contents", [])) + len(p.get("CommonPrefixes", [])) for p in pages]
            assert all(count == size for count in counts[:-1]), (prefix, delimiter, size)
    doomed = [{"Key": key} for key in keys]
    too_many = {"Objects": doomed[:1001], "Quiet": True}
    assert code(s3.delete_objects, Bucket=bucket, Delete=too_many) == "MalformedXML"
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed[:1000], "Quiet": True})
    assert "Deleted" not in quiet and "Errors" not in quiet
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == len(keys) - 1000


def listed(keys, prefix, delimiter):
    """What a listing holds, worked out from all keys at once."""
    rows, rolled = [], set()
    for key in sorted((key for key in keys if key.startswith(prefix)), key=str.encode):
        before, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if found:
            rolled.add(prefix + before + found)
        else:
            rows.append(key)
    return rows, sorted(rolled, key=str.encode)


def test_one_of_many_wins_a_key_that_must_not_be_there(s3, bucket):
    def put(who):
        try:
            body = b"%d" % who
            s3.put_object(Bucket=bucket, Key="once", Body=body, IfNoneMatch="*")
        except s3.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return body

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(put, range(48)))
    [winner] = [answer for answer in answers if isinstance(answer, bytes)]
    assert {answer for answer in answers if answer != winner} == {"PreconditionFailed"}
    assert bytes_of(s3, bucket, "once") == winner


def test_who_reads_gets_the_object_of_when_they_asked(demo, s3, bucket):
    """Overwritten, deleted, its bucket emptied: the bytes under way are the old ones, whole."""
    bodies = {key: random.Random(key).randbytes(24 * MIB) for key in ("over", "away", "parts")}
    for key, body in bodies.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    under_way = {key: s3.get_object(Bucket=bucket, Key=key)["Body"] for key in bodies}
    starts = {key: stream.read(1000) for key, stream in under_way.items()}
    s3.put_object(Bucket=bucket, Key="over", Body=b"new")
    s3.delete_object(Bucket=bucket, Key="away")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "parts"}]})
    for key, stream in under_way.items():
        assert starts[key] + stream.read() == bodies[key], key
    assert bytes_of(s3, bucket, "over") == b"new"
