"""Calls of S3 as bytes: signed in the head, by link or not at all, bodies whole or in pieces.

For what the SDKs here do not send: bodies in aws-chunked pieces over plain HTTP, sums that botocore
cannot make, signatures that are wrong in one place.
"""

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from raw import rendered
from running import REGION, as_boto3

EMPTY = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
PIECES = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
PIECES_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_PIECES = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def path_of(bucket="", key="", query=""):
    path = f"/{bucket}" + (f"/{quote(key, safe='/~')}" if key else "")
    return path + (f"?{query}" if query else "")


def credentials(keys):
    keys = as_boto3(keys)
    return Credentials(
        keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token")
    )


def s3_headers(server, keys, method, path, headers=None, payload=EMPTY, host=None):
    """The headers of a call with the signature that botocore's S3 signer makes of them."""
    url = f"http://{host}{path}" if host else server.url + path
    request = AWSRequest(method, url, headers={"X-Amz-Content-SHA256": payload} | (headers or {}))
    signer = S3SigV4Auth(credentials(keys), "s3", REGION)
    # the body's hash is ours to say
    signer.payload = lambda _: payload
    signer.add_auth(request)
    # botocore writes the hash of the body it sees
    request.headers.replace_header("X-Amz-Content-SHA256", payload)
    return {"Host": urlsplit(url).netloc} | dict(request.headers.items())


def s3_call(server, keys, method, path, body=b"", headers=None, payload=None, host=None):
    """The bytes of one call whose body is hashed, unless `payload` says something else."""
    payload = payload or hashlib.sha256(body).hexdigest()
    signed = s3_headers(server, keys, method, path, headers, payload, host)
    return rendered(method, path, signed, body)


def presigned(server, keys, method, path, expires=3600, headers=None, host=None):
    """The path of a presigned request, with its query string."""
    url = f"http://{host}{path}" if host else server.url + path
    request = AWSRequest(method, url, headers=headers or {})
    S3SigV4QueryAuth(credentials(keys), "s3", REGION, expires=expires).add_auth(request)
    parts = urlsplit(request.url)
    return f"{parts.path}?{parts.query}"


class Pieces:
    """A body in aws-chunked pieces, as a chain of signatures from that of the head on."""

    def __init__(self, keys, signed):
        keys = as_boto3(keys)
        authorization = signed["Authorization"]
        self.previous = authorization.rpartition("Signature=")[2]
        scope = authorization.partition("Credential=")[2].partition(",")[0]
        self.scope = scope.partition("/")[2]
        self.stamp = signed["X-Amz-Date"]
        day, region, service, terminator = self.scope.split("/")
        key = ("AWS4" + keys["aws_secret_access_key"]).encode()
        for part in (day, region, service, terminator):
            key = hmac.digest(key, part.encode(), "sha256")
        self.key = key

    def link(self, *lines):
        text = "\n".join([lines[0], self.stamp, self.scope, self.previous, *lines[1:]])
        self.previous = hmac.digest(self.key, text.encode(), "sha256").hex()
        return self.previous

    def chunk(self, data):
        digest = hashlib.sha256(data).hexdigest()
        signature = self.link("AWS4-HMAC-SHA256-PAYLOAD", EMPTY, digest)
        return b"%x;chunk-signature=%s\r\n%s\r\n" % (len(data), signature.encode(), data)

    def last(self):
        return self.chunk(b"")[:-2]

    def trailer(self, name, value):
        text = f"{name}:{value}\n".encode()
        signature = self.link("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(text).hexdigest())
        return f"{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode()


def in_pieces(server, keys, path, chunks, mode, trailer=None, said=None, more=None, spoil=None):
    """One PUT in pieces; `spoil` changes the body's bytes behind the signatures."""
    said = sum(map(len, chunks)) if said is None else said
    headers = {"X-Amz-Decoded-Content-Length": str(said), "Content-Encoding": "aws-chunked"}
    if trailer:
        headers["X-Amz-Trailer"] = trailer[0]
    signed = s3_headers(server, keys, "PUT", path, headers | (more or {}), mode)
    if mode == UNSIGNED_PIECES:
        body = b"".join(b"%x\r\n%s\r\n" % (len(data), data) for data in chunks) + b"0\r\n"
        body += f"{trailer[0]}:{trailer[1]}\r\n\r\n".encode() if trailer else b"\r\n"
    else:
        pieces = Pieces(keys, signed)
        body = b"".join(map(pieces.chunk, chunks)) + pieces.last()
        body += pieces.trailer(*trailer) if trailer else b"\r\n"
    return rendered("PUT", path, signed, spoil(body) if spoil else body)


def crc(polynomial, bits, data):
    """A reflected CRC with all bits set before and flipped behind, bit by bit."""
    mask = (1 << bits) - 1
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (polynomial if byte & 1 else 0)
        table.append(byte)
    total = mask
    for byte in data:
        total = table[(total ^ byte) & 0xFF] ^ (total >> 8)
    return base64.b64encode((total ^ mask).to_bytes(bits // 8, "big")).decode()


def digest(name, data):
    return base64.b64encode(hashlib.new(name, data).digest()).decode()


# by S3's name: how a body's sum is made
SUMS = {
    "CRC32": lambda data: crc(0xEDB88320, 32, data),
    "CRC32C": lambda data: crc(0x82F63B78, 32, data),
    "CRC64NVME": lambda data: crc(0x9A6C9329AC4BC9B5, 64, data),
    "SHA1": lambda data: digest("sha1", data),
    "SHA256": lambda data: digest("sha256", data),
    "SHA512": lambda data: digest("sha512", data),
}


def refused(call, **arguments):
    """The code and status with which a call of boto3 fails, as it must."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        told = error.response
        return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call.__name__} went through: {answer}")


def code(call, **arguments):
    """The code with which a call of boto3 fails, as it must."""
    return refused(call, **arguments)[0]


def bytes_of(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def empty_and_delete(s3, bucket):
    """Deletes a bucket with all versions in it."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        rows = page.get("Versions", []) + page.get("DeleteMarkers", [])
        for row in rows:
            s3.delete_object(Bucket=bucket, Key=row["Key"], VersionId=row["VersionId"])
    s3.delete_bucket(Bucket=bucket)


def memory_kib(server, name="VmRSS"):
    """How much memory the server's process has."""
    text = open(f"/proc/{server.process.pid}/status", encoding="ascii").read()
    return int(re.search(rf"{name}:\s+(\d+) kB", text)[1])
