"""Prints requests as botocore signs them, one JSON object a line.

Each line has: name, rules (api, sts or s3), access_key, secret, token, service, region, now,
method, uri (path and query), headers (pairs) and body (base64). The same seed gives the same lines.
"""

import base64
import datetime
import hashlib
import io
import json
import random
import sys
import types
from urllib.parse import quote, urlsplit

import botocore.auth
import botocore.session
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials

RANDOM = random.Random(20261120)
NOW = datetime.datetime(2026, 11, 20, 8, 0, 0)
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
REGIONS = ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1", "ap-southeast-5"]
SERVICES = ["cloudtrail", "aws-marketplace", "license-manager", "sts", "iam", "cloudtrail-data"]
WORDS = [
    "plain", "two words", "a+b", "a/b", "a=b&c", "100%", "~tilde-._", "ümlaut", "日本", "a:b@c",
    "!$'()*,;", "arn:aws:iam::111122223333:user/Alice", "[x]{y}|z", '"q"', "a\\b", "^`", "", "%2F",
]


def credentials():
    key = "AKIA" + "".join(RANDOM.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
    secret = base64.b64encode(RANDOM.randbytes(30)).decode()
    token = base64.b64encode(RANDOM.randbytes(RANDOM.choice([48, 300]))).decode()
    return Credentials(key, secret, token if RANDOM.random() < 0.4 else None)


def moment():
    return NOW + datetime.timedelta(seconds=RANDOM.randrange(-40_000_000, 40_000_000))


def sign_at(now):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now


def text(value):
    return value if isinstance(value, str) else bytes(value).decode()


def emit(name, rules, creds, service, region, now, request):
    """Prints a prepared request the way it goes over the wire."""
    url = urlsplit(request.url)
    headers = [[key, text(value)] for key, value in request.headers.items()]
    if "host" not in {key.lower() for key, _ in headers}:
        default = {"http": 80, "https": 443}[url.scheme]
        port = "" if url.port in (None, default) else f":{url.port}"
        host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
        headers.append(["Host", host + port])
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    line = {
        "name": name,
        "rules": rules,
        "access_key": creds.access_key,
        "secret": creds.secret_key,
        "token": creds.token,
        "service": service,
        "region": region,
        "now": now.strftime("%Y%m%dT%H%M%SZ"),
        "method": request.method,
        "uri": (url.path or "/") + (f"?{url.query}" if url.query else ""),
        "headers": headers,
        "body": base64.b64encode(bytes(body)).decode(),
    }
    print(json.dumps(line))


def odd_path():
    words = RANDOM.choices(WORDS, k=RANDOM.randrange(4))
    segments = [quote(word, safe=RANDOM.choice(["~", "~:@!$'()*,;+="])) for word in words]
    path = "/".join(segment for segment in segments if segment)
    return f"/{path}" + (RANDOM.choice(["", "", "/"]) if path else "")


def odd_parameters():
    return {
        RANDOM.choice(WORDS[:-3]) + str(at): RANDOM.choice(WORDS)
        for at in range(RANDOM.randrange(5))
    }


def odd_headers():
    pool = {
        "Content-Type": RANDOM.choice(["application/x-amz-json-1.1", "application/cbor", "text/x"]),
        "X-Amz-Target": "CloudTrail_20131101." + RANDOM.choice(["LookupEvents", "ListTrails"]),
        "User-Agent": "Boto3/1 md/x",
        "X-Amzn-Trace-Id": "Root=1-2-3",
        "X-Amz-Meta-Folded": "  a   b \t c  ",
        "Amz-Sdk-Request": "attempt=1; max=3",
        "Accept": "*/*",
        "X-Custom-Empty": "",
        "X-Comma": "b,a,  c",
    }
    names = RANDOM.sample(sorted(pool), k=RANDOM.randrange(len(pool)))
    return {name: pool[name] for name in names}


def body():
    return RANDOM.choice([b"", b"{}", RANDOM.randbytes(RANDOM.randrange(1, 400)), b"a=b&c=d"])


def request(scheme="http"):
    host = RANDOM.choice(["127.0.0.1:4580", "localhost", "CloudTrail.us-east-1.amazonaws.com", "[::1]:4580"])
    return AWSRequest(
        method=RANDOM.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
        url=f"{scheme}://{host}{odd_path()}",
        headers=odd_headers(),
        params=odd_parameters(),
        data=body(),
    )


def plain(count):
    for at in range(count):
        creds, now = credentials(), moment()
        service, region = RANDOM.choice(SERVICES), RANDOM.choice(REGIONS)
        sign_at(now)
        signed = request()
        if RANDOM.random() < 0.2:
            signed.headers["Date"] = "replaced by the signer"
        SigV4Auth(creds, service, region).add_auth(signed)
        emit(f"plain {at}", "api", creds, service, region, now, signed.prepare())


def presigned(count):
    for at in range(count):
        creds, now = credentials(), moment()
        region = RANDOM.choice(REGIONS)
        sign_at(now)
        expires = RANDOM.choice([1, 60, 900, 604800])
        signed = request()
        signed.data = b""
        signer, service, rules = RANDOM.choice(
            [(SigV4QueryAuth, "sts", "sts"), (S3SigV4QueryAuth, "s3", "s3")]
        )
        if service == "s3":
            signed.url = "http://127.0.0.1:4580/bucket/" + quote(RANDOM.choice(WORDS), safe="/~")
        signer(creds, service, region, expires=expires).add_auth(signed)
        emit(f"presigned {service} {at}", rules, creds, service, region, now, signed.prepare())


def objects(count):
    for at in range(count):
        creds, now, region = credentials(), moment(), RANDOM.choice(REGIONS)
        sign_at(now)
        signed = request(RANDOM.choice(["http", "https"]))
        signed.url = signed.url.split("//")[0] + "//s3.amazonaws.com/b/" + quote(RANDOM.choice(WORDS), safe="/~")
        signed.context["payload_signing_enabled"] = RANDOM.random() < 0.5
        S3SigV4Auth(creds, "s3", region).add_auth(signed)
        emit(f"object {at}", "s3", creds, "s3", region, now, signed.prepare())


class ChunkedAuth(S3SigV4Auth):
    """Signs the head of a chunked upload; botocore itself never makes signed chunks."""

    mark = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"

    def payload(self, request):
        return self.mark


def chunked(count):
    for at in range(count):
        creds, now, region = credentials(), moment(), RANDOM.choice(REGIONS)
        sign_at(now)
        signer = ChunkedAuth(creds, "s3", region)
        data = RANDOM.randbytes(RANDOM.randrange(0, 3000))
        signed = AWSRequest(method="PUT", url="http://127.0.0.1:4580/b/k", data=b"")
        signed.headers["x-amz-decoded-content-length"] = str(len(data))
        sum_of_data = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if at % 2:
            signer.mark += "-TRAILER"
            signed.headers["x-amz-trailer"] = "x-amz-checksum-sha256"
        signer.add_auth(signed)
        signature = signed.headers["Authorization"].rsplit("=", 1)[1]
        out = b""
        size = RANDOM.choice([100, 1024])
        for start in [*range(0, len(data), size), None]:
            piece = b"" if start is None else data[start : start + size]
            hashes = [signature, EMPTY_SHA256, hashlib.sha256(piece).hexdigest()]
            signature = link(signer, signed, "AWS4-HMAC-SHA256-PAYLOAD", hashes)
            out += f"{len(piece):x};chunk-signature={signature}\r\n".encode()
            out += piece + b"\r\n" if piece else b""
        if at % 2:
            trailer = f"x-amz-checksum-sha256:{sum_of_data}"
            hashes = [signature, hashlib.sha256(f"{trailer}\n".encode()).hexdigest()]
            signature = link(signer, signed, "AWS4-HMAC-SHA256-TRAILER", hashes)
            out += f"{trailer}\r\nx-amz-trailer-signature:{signature}\r\n".encode()
        signed.data = out + b"\r\n"
        emit(f"chunked {at}", "s3", creds, "s3", region, now, signed.prepare())


def link(signer, request, algorithm, hashes):
    lines = [algorithm, request.context["timestamp"], signer.credential_scope(request), *hashes]
    return signer.signature("\n".join(lines), request)


CALLS = [
    ("cloudtrail", "cloudtrail", "lookup_events", {"MaxResults": 5}),
    ("cloudtrail", "cloudtrail", "describe_trails", {}),
    ("cloudtrail-data", "cloudtrail-data", "put_audit_events", {
        "channelArn": "arn:aws:cloudtrail:us-east-1:111122223333:channel/EXAMPLE8-0558-4f7f-a06a-43969EXAMPLE",
        "auditEvents": [{"id": "1", "eventData": '{"a":"ü"}'}]}),
    ("meteringmarketplace", "aws-marketplace", "batch_meter_usage", {
        "ProductCode": "demo", "UsageRecords": [{
            "Timestamp": 1, "CustomerIdentifier": "c", "Dimension": "requests", "Quantity": 1}]}),
    ("marketplace-catalog", "aws-marketplace", "list_entities", {
        "Catalog": "AWSMarketplace", "EntityType": "SaaSProduct"}),
    ("marketplace-catalog", "aws-marketplace", "describe_entity", {
        "Catalog": "AWSMarketplace", "EntityId": "a/b c+d@1"}),
    ("marketplace-catalog", "aws-marketplace", "cancel_change_set", {
        "Catalog": "AWSMarketplace", "ChangeSetId": "x y"}),
    ("marketplace-entitlement", "aws-marketplace", "get_entitlements", {"ProductCode": "demo"}),
    ("license-manager", "license-manager", "list_license_configurations", {}),
    ("sts", "sts", "get_caller_identity", {}),
    ("sts", "sts", "assume_role", {
        "RoleArn": "arn:aws:iam::111122223333:role/DemoSeller", "RoleSessionName": "a+b"}),
    ("iam", "iam", "create_user", {"UserName": "Zoë", "Path": "/a b/"}),
    ("s3", "s3", "put_object", {"Bucket": "logs", "Key": "a b/ü+~.gz", "Body": b"x" * 70000}),
    ("s3", "s3", "list_objects_v2", {"Bucket": "logs", "Prefix": "AWSLogs/ü +"}),
    ("s3", "s3", "delete_object", {"Bucket": "logs", "Key": "//x/../y"}),
    ("s3", "s3", "list_buckets", {}),
    ("s3", "s3", "create_bucket", {
        "Bucket": "logs", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
    ("s3", "s3", "get_bucket_location", {"Bucket": "logs"}),
    ("s3", "s3", "put_bucket_policy", {"Bucket": "logs", "Policy": '{"Statement": []}'}),
    ("s3", "s3", "get_object", {"Bucket": "logs", "Key": "a//../b", "Range": "bytes=0-9"}),
    ("s3", "s3", "head_object", {"Bucket": "logs", "Key": "k", "VersionId": "v"}),
    ("s3", "s3", "copy_object", {
        "Bucket": "logs", "Key": "k", "CopySource": {"Bucket": "logs", "Key": "a b/ü"},
        "Metadata": {"Digest": "x  y"}, "MetadataDirective": "REPLACE"}),
    ("s3", "s3", "create_multipart_upload", {"Bucket": "logs", "Key": "k"}),
    ("s3", "s3", "upload_part", {
        "Bucket": "logs", "Key": "k", "PartNumber": 1, "UploadId": "u", "Body": b"part",
        "ChecksumAlgorithm": "SHA256"}),
    ("s3", "s3", "complete_multipart_upload", {
        "Bucket": "logs", "Key": "k", "UploadId": "u",
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "e"}]}}),
    ("s3", "s3", "list_parts", {"Bucket": "logs", "Key": "k", "UploadId": "u"}),
    ("s3", "s3", "delete_objects", {"Bucket": "logs", "Delete": {"Objects": [{"Key": "k"}]}}),
]
LINKS = [
    ("get_object", {"Key": "a b/ü+~.gz", "VersionId": "v", "ResponseContentType": "text/plain"}),
    ("get_object", {"Key": "//x/../y"}),
    ("head_object", {"Key": "k"}),
    ("put_object", {"Key": "k", "ContentType": "text/plain", "Metadata": {"a": "b c"}}),
    ("upload_part", {"Key": "k", "PartNumber": 1, "UploadId": "u"}),
]


def links(count):
    """What `aws s3 presign` and boto3 make unless told otherwise: Signature Version 2."""
    session = botocore.session.get_session()
    for at in range(count):
        creds, now = credentials(), moment()
        seconds = now.replace(tzinfo=datetime.timezone.utc).timestamp()
        botocore.auth.time = types.SimpleNamespace(time=lambda: seconds)
        client = session.create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url="http://s3.localhost:4580",
            aws_access_key_id=creds.access_key,
            aws_secret_access_key=creds.secret_key,
            aws_session_token=creds.token,
            config=Config(s3={"addressing_style": RANDOM.choice(["path", "virtual"])}),
        )
        operation, arguments = LINKS[at % len(LINKS)]
        url = client.generate_presigned_url(
            operation, Params={"Bucket": "my.logs", **arguments}, ExpiresIn=RANDOM.choice([0, 60]))
        signed = AWSRequest(method=operation.split("_")[0].upper(), url=url)
        if operation == "upload_part":
            signed.method = "PUT"
        emit(f"link {at}", "s3", creds, "s3", "us-east-1", now, signed.prepare())


def clients(rounds):
    """Captures what whole clients send."""
    session = botocore.session.get_session()
    for at in range(rounds):
        for service, signing_name, operation, arguments in CALLS:
            creds, now = credentials(), moment()
            sign_at(now)
            scheme = "https" if service == "s3" and at % 2 else "http"
            client = session.create_client(
                service,
                region_name="us-east-1",
                endpoint_url=f"{scheme}://127.0.0.1:4580",
                aws_access_key_id=creds.access_key,
                aws_secret_access_key=creds.secret_key,
                aws_session_token=creds.token,
                config=Config(retries={"total_max_attempts": 1}),
            )
            sent = []

            def keep(request, sent=sent, **_):
                sent.append(request)
                return AWSResponse(request.url, 200, {}, io.BytesIO(b""))

            client.meta.events.register("before-send", keep)
            arguments = dict(arguments)
            if arguments.get("Body") and at % 2:
                arguments["Body"] = io.BytesIO(arguments["Body"])
            try:
                getattr(client, operation)(**arguments)
            except Exception:  # the empty answer is none; what was sent is all that is wanted
                pass
            name, rules = f"client {service} {operation} {at}", "s3" if service == "s3" else "api"
            emit(name, rules, creds, signing_name, "us-east-1", now, sent[0])


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    plain(250)
    presigned(100)
    objects(80)
    chunked(40)
    links(60)
    clients(6)


main()
