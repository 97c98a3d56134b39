"""The built-in S3 under requests that are rightly signed and otherwise as odd as they come."""

import random
from urllib.parse import quote

import botocore.session

from raw import Closed, Wire
from s3_calls import path_of, s3_call


ODD = [
    "", " ", "0", "-1", "1", "10001", "2147483648", "99999999999999999999", "1e3", "x", "true", "null",
    "\u00e9", "a" * 3000, "%", "%00", "../x", "*", "'", '"', "bytes=0-", "bytes=5-1", "bytes=-0", "W/",
    "Mon, 01 Jan 0001 00:00:00 GMT", "2026-11-20T00:00:00Z", "20261399T000000Z", "AES256", "aws:kms",
    "STANDARD", "GLACIER", "private", "public-read", "id=x", "COPY", "REPLACE", "ON", "GOVERNANCE",
    "fuzzed/k", "/fuzzed/k?versionId=", "fuzzed", "arn:aws:s3:::fuzzed/k", "a=b&a=c", "a=b&=", "=", "&",
    "url", "CRC32", "ENABLED", "AAAAAA==", "k" * 1025, "111122223333", "1" * 12, "\u2028",
]  # fmt: skip
FUZZED_HEADERS = [
    "Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Content-MD5",
    "Content-Type", "Content-Encoding", "Expires", "Cache-Control", "x-amz-acl", "x-amz-tagging",
    "x-amz-copy-source", "x-amz-copy-source-range", "x-amz-copy-source-if-match", "x-amz-meta-a",
    "x-amz-copy-source-if-modified-since", "x-amz-metadata-directive", "x-amz-tagging-directive",
    "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
    "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-checksum-crc32", "x-amz-mfa",
    "x-amz-checksum-sha256", "x-amz-checksum-type", "x-amz-checksum-mode", "x-amz-trailer",
    "x-amz-sdk-checksum-algorithm", "x-amz-expected-bucket-owner", "x-amz-grant-read",
    "x-amz-bypass-governance-retention", "x-amz-bucket-object-lock-enabled", "x-amz-max-parts",
    "x-amz-object-attributes", "x-amz-mp-object-size", "x-amz-decoded-content-length", "Expect",
    "x-amz-website-redirect-location", "x-amz-object-ownership", "x-amz-part-number-marker",
]  # fmt: skip
DOCUMENTS = [
    "<Delete><Object><Key>k</Key><VersionId>null</VersionId></Object><Quiet>true</Quiet></Delete>",
    "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>"
    "</CompleteMultipartUpload>",
    "<LegalHold><Status>ON</Status></LegalHold>",
    "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>",
    "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>"
    "</CreateBucketConfiguration>",
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
    "<Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
    "<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList/></AccessControlPolicy>",
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObjectAcl",'
    '"Resource":"arn:aws:s3:::fuzzed/nothing"}]}',
]  # fmt: skip


class Fuzzer:
    """Requests that are rightly signed and otherwise as odd as they come, from a seed."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        # a model of its own: boto3 takes the bucket out of the paths of those it has called
        model = botocore.session.Session().get_service_model("s3")
        operations = [model.operation_model(name) for name in model.operation_names]
        self.operations = [(one.http, one.input_shape.members) for one in operations if one.input_shape]

    def target(self):
        """An operation's method, path and parameters; now and then another's."""
        http, members = self.dice.choice(self.operations)
        place, _, literal = http["requestUri"].partition("?")
        query = [literal] if literal else []
        known = [shape.serialization["name"] for shape in members.values()
                 if shape.serialization.get("location") == "querystring"]  # fmt: skip
        for name in known:
            if self.dice.random() < 0.4:
                query.append(f"{name}={quote(self.dice.choice(ODD))}")
        if self.dice.random() < 0.1:
            query.append(self.dice.choice(["acl", "uploads", "new", "a=b", "delete=x", "x-id=Nothing"]))
        bucket = self.dice.choice(["fuzzed"] * 6 + ["fuzzed-no", "A"]) if "Bucket" in place else ""
        key = self.dice.choice(["k", "k", "k", "dir/", "é", "x" * 1024, "//"]) if "Key" in place else ""
        method = http["method"] if self.dice.random() < 0.95 else self.dice.choice(["PATCH", "POST"])
        return method, path_of(bucket, key, "&".join(query))

    def body(self):
        kind = self.dice.randrange(6)
        if kind == 0:
            return b""
        if kind == 1:
            return self.dice.randbytes(self.dice.choice([1, 100, 5000]))
        body = bytearray(self.dice.choice(DOCUMENTS).encode())
        for _ in range(self.dice.choice([0, 0, 1, 1, 3])):
            at = self.dice.randrange(len(body))
            change = self.dice.choice([b"", b"<", b">", b"&", b"x", b"</Status>", b"\xff", b"9" * 30])
            body[at : at + self.dice.choice([0, 1, 9])] = change
        return bytes(body) + (b"" if kind < 5 else self.dice.randbytes(3))

    def next(self, server, keys):
        method, path = self.target()
        headers = {}
        for _ in range(self.dice.choice([0, 0, 1, 1, 2, 5])):
            text = self.dice.choice(ODD).encode("utf-8").decode("latin-1")
            headers[self.dice.choice(FUZZED_HEADERS)] = text.strip()
        headers = {name: text for name, text in headers.items() if text.isascii()}
        return s3_call(server, keys, method, path, self.body(), headers)


def test_odd_requests_are_answered_and_break_nothing(make_server):
    settings = {"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"}
    fresh = make_server("--demo", env=settings)
    keys, s3 = fresh.keys("root"), fresh.client("s3", "root")
    s3.create_bucket(Bucket="fuzzed", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="fuzzed", Key="k", Body=b"0123456789")
    seed = random.SystemRandom().getrandbits(32)
    fuzzer, wire, statuses = Fuzzer(seed), Wire(fresh.port), {}
    for _ in range(1000):
        request = fuzzer.next(fresh, keys)
        try:
            reply = wire.ask(request)
        except Closed:
            raise AssertionError(f"seed {seed}: no answer to {request[:1500]}") from None
        statuses[reply.status] = statuses.get(reply.status, 0) + 1
        odd = f"seed {seed}: {reply.status} to {request[:1500]}: {reply.body[:500]}"
        assert reply.status < 500 or reply.status == 501, odd
        refused_in_words = reply.status >= 400 and not request.startswith(b"HEAD ")
        assert reply.body.startswith(b"<?xml") or not refused_in_words, odd
    # most must get as far as an operation
    assert statuses[200] > 40 and statuses[400] > 100 and statuses[404] > 40, statuses
    fresh.assert_no_panic()
