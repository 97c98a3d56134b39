"""Every operation of the built-in S3 at least once, as boto3 knows it, and what it is held to."""

import datetime
import json
import random

import pytest

from raw import Wire, find_events
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT
from s3_calls import (
    PIECES,
    PIECES_TRAILER,
    SUMS,
    UNSIGNED_PIECES,
    bytes_of,
    code,
    empty_and_delete,
    in_pieces,
    path_of,
    refused,
    s3_call,
)

MIB = 1024 * 1024
LONG_AGO = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
LATER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def s3(demo):
    return demo.client("s3", "root")


@pytest.fixture
def bucket(s3, unique):
    name = unique("operations")
    s3.create_bucket(Bucket=name)
    yield name
    empty_and_delete(s3, name)


@pytest.fixture
def locked(s3, unique):
    """A bucket whose versions can be locked."""
    name = unique("locked")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def user(server, name, *allowed, resource="*"):
    """Keys of a user of the seller's account who may do this and nothing else."""
    iam = server.client("iam", "root")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": list(allowed), "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="some", PolicyDocument=document)
    return iam.create_access_key(UserName=name)["AccessKey"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_settings_of_a_bucket_are_given_back(demo, s3, bucket):
    """Put, get, delete, get again: everything that a bucket can be told."""
    here = {"Bucket": bucket}
    assert s3.get_bucket_location(**here)["LocationConstraint"] is None
    assert s3.head_bucket(**here)["BucketRegion"] == REGION
    assert bucket in [row["Name"] for row in s3.list_buckets(Prefix=bucket)["Buckets"]]
    assert s3.get_bucket_acl(**here)["Grants"][0]["Permission"] == "FULL_CONTROL"
    for acl in ("private", "public-read"):
        assert code(s3.put_bucket_acl, **here, ACL=acl) == "AccessControlListNotSupported"

    assert code(s3.get_bucket_tagging, **here) == "NoSuchTagSet"
    tags = {"TagSet": [{"Key": "a", "Value": "ä"}]}
    s3.put_bucket_tagging(**here, Tagging=tags)
    assert s3.get_bucket_tagging(**here)["TagSet"] == tags["TagSet"]
    s3.delete_bucket_tagging(**here)
    assert code(s3.get_bucket_tagging, **here) == "NoSuchTagSet"

    assert code(s3.get_bucket_policy, **here) == "NoSuchBucketPolicy"
    own = {"AWS": f"arn:aws:iam::{SELLER_ACCOUNT}:root"}
    resource = f"arn:aws:s3:::{bucket}"
    text = policy({"Effect": "Allow", "Principal": own, "Action": "s3:*", "Resource": resource})
    s3.put_bucket_policy(**here, Policy=text)
    assert s3.get_bucket_policy(**here)["Policy"] == text
    assert s3.get_bucket_policy_status(**here)["PolicyStatus"]["IsPublic"] is False
    assert code(s3.put_bucket_policy, **here, Policy="{}") == "MalformedPolicy"
    s3.delete_bucket_policy(**here)
    assert code(s3.get_bucket_policy, **here) == "NoSuchBucketPolicy"

    block = s3.get_public_access_block(**here)["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resource}
    assert code(s3.put_bucket_policy, **here, Policy=policy(everybody)) == "AccessDenied"
    s3.put_public_access_block(
        **here, PublicAccessBlockConfiguration=block | {"BlockPublicPolicy": False}
    )
    s3.put_bucket_policy(**here, Policy=policy(everybody))
    assert s3.get_bucket_policy_status(**here)["PolicyStatus"]["IsPublic"] is True
    s3.delete_public_access_block(**here)
    missing = "NoSuchPublicAccessBlockConfiguration"
    assert code(s3.get_public_access_block, **here) == missing
    s3.delete_bucket_policy(**here)

    rules = s3.get_bucket_ownership_controls(**here)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(**here, OwnershipControls=controls)
    assert s3.get_bucket_ownership_controls(**here)["OwnershipControls"] == controls
    s3.delete_bucket_ownership_controls(**here)
    missing = "OwnershipControlsNotFoundError"
    assert code(s3.get_bucket_ownership_controls, **here) == missing

    encryption = s3.get_bucket_encryption(**here)["ServerSideEncryptionConfiguration"]
    default = encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default == {"SSEAlgorithm": "AES256"}
    s3.put_bucket_encryption(**here, ServerSideEncryptionConfiguration=encryption)
    by_key = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    refusal = refused(
        s3.put_bucket_encryption, **here, ServerSideEncryptionConfiguration=by_key
    )
    assert refusal[1] in (400, 501)
    s3.delete_bucket_encryption(**here)

    assert "Status" not in s3.get_bucket_versioning(**here)
    s3.put_bucket_versioning(**here, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(**here)["Status"] == "Enabled"
    for who, more in ((BUYER_ACCOUNT, 403), (SELLER_ACCOUNT, 200)):
        call = s3_call(
            demo, demo.keys("root"), "GET", path_of(bucket, query="versioning"),
            headers={"x-amz-expected-bucket-owner": who},
        )  # fmt: skip
        assert Wire(demo.port).ask(call).status == more


def test_what_is_not_acted_on_is_not_taken(s3, bucket):
    """No silent yes: what would do nothing is refused, and says so when it is asked for."""
    here = {"Bucket": bucket}
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    put = s3.put_bucket_lifecycle_configuration
    assert refused(put, **here, LifecycleConfiguration={"Rules": [rule]})[1] == 501
    missing = "NoSuchLifecycleConfiguration"
    assert code(s3.get_bucket_lifecycle_configuration, **here) == missing
    s3.delete_bucket_lifecycle(**here)
    log = {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "l/"}}
    assert refused(s3.put_bucket_logging, **here, BucketLoggingStatus=log)[1] == 501
    assert "LoggingEnabled" not in s3.get_bucket_logging(**here)
    queue = {"QueueArn": f"arn:aws:sqs:{REGION}:{SELLER_ACCOUNT}:q", "Events": ["s3:ObjectCreated:*"]}
    wanted = {"QueueConfigurations": [queue]}
    put = s3.put_bucket_notification_configuration
    assert refused(put, **here, NotificationConfiguration=wanted)[1] == 501
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(**here)
    payer = {"Payer": "Requester"}
    assert refused(s3.put_bucket_request_payment, **here, RequestPaymentConfiguration=payer)[1] == 501  # fmt: skip
    assert s3.get_bucket_request_payment(**here)["Payer"] == "BucketOwner"
    assert "Status" not in s3.get_bucket_accelerate_configuration(**here)
    assert code(s3.get_bucket_cors, **here) == "NoSuchCORSConfiguration"
    assert code(s3.get_bucket_website, **here) == "NoSuchWebsiteConfiguration"
    missing = "ReplicationConfigurationNotFoundError"
    assert code(s3.get_bucket_replication, **here) == missing
    for more in [
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
        {"ServerSideEncryption": "aws:kms"}, {"StorageClass": "GLACIER"},
        {"WebsiteRedirectLocation": "/x"},
    ]:  # fmt: skip
        assert refused(s3.put_object, **here, Key="k", Body=b"", **more)[1] in (400, 501), more
    cors = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    assert refused(s3.put_bucket_cors, **here, CORSConfiguration=cors)[1] == 501


def test_ranges_and_conditions(s3, bucket):
    here = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**here, Body=b"0123456789")
    for header, told, body in [
        ("bytes=0-0", "bytes 0-0/10", b"0"), ("bytes=3-", "bytes 3-9/10", b"3456789"),
        ("bytes=-4", "bytes 6-9/10", b"6789"), ("bytes=8-99", "bytes 8-9/10", b"89"),
        ("bytes=-99", "bytes 0-9/10", b"0123456789"),
    ]:  # fmt: skip
        answer = s3.get_object(**here, Range=header)
        assert (answer["ContentRange"], answer["Body"].read()) == (told, body)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    for header in ("bytes=0-1,3-4", "lines=1-2", "bytes=5-3", "bytes=x"):
        answer = s3.get_object(**here, Range=header)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200, header
        assert answer["Body"].read() == b"0123456789"
    assert refused(s3.get_object, **here, Range="bytes=10-") == ("InvalidRange", 416)
    tag = s3.head_object(**here)["ETag"]
    for more, wanted in [
        ({"IfMatch": tag}, 200), ({"IfMatch": '"x"'}, 412), ({"IfNoneMatch": tag}, 304),
        ({"IfNoneMatch": '"x"'}, 200), ({"IfModifiedSince": LONG_AGO}, 200),
        ({"IfModifiedSince": LATER}, 304), ({"IfUnmodifiedSince": LONG_AGO}, 412),
        ({"IfUnmodifiedSince": LATER}, 200), ({"IfMatch": tag, "IfUnmodifiedSince": LONG_AGO}, 200),
        ({"IfNoneMatch": tag, "IfModifiedSince": LONG_AGO}, 304),
    ]:  # fmt: skip
        for call in (s3.get_object, s3.head_object):
            if wanted == 200:
                assert call(**here, **more)["ETag"] == tag
            else:
                assert refused(call, **here, **more)[1] == wanted, more
    assert refused(s3.put_object, **here, Body=b"", IfNoneMatch="*")[1] == 412
    assert refused(s3.put_object, **here, Body=b"", IfMatch='"x"')[1] == 412
    assert refused(s3.put_object, Bucket=bucket, Key="no", Body=b"", IfMatch=tag)[1] == 404
    s3.put_object(**here, Body=b"new", IfMatch=tag)
    source = {"Bucket": bucket, "Key": "k"}
    copy = {"Bucket": bucket, "Key": "copy", "CopySource": source}
    assert refused(s3.copy_object, **copy, CopySourceIfMatch=tag)[1] == 412
    assert refused(s3.copy_object, **copy, CopySourceIfModifiedSince=LATER)[1] == 412
    s3.copy_object(**copy, CopySourceIfNoneMatch=tag)
    # onto itself, with nothing changed
    assert code(s3.copy_object, **here, CopySource=source) == "InvalidRequest"


def test_what_is_said_of_an_object_comes_back(s3, bucket):
    said = {
        "ContentType": "text/plain; charset=utf-8", "ContentEncoding": "gzip",
        "ContentDisposition": 'attachment; filename="a"', "ContentLanguage": "de",
        "CacheControl": "no-store", "Metadata": {"one": "1", "two-three": "x y"},
    }  # fmt: skip
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=%C3%A4", **said)
    head = s3.head_object(Bucket=bucket, Key="k")
    assert {name: head[name] for name in said} == said
    read = s3.get_object(Bucket=bucket, Key="k")
    assert read["TagCount"] == 2 and read["Expiration" if "Expiration" in read else "ETag"]
    other = s3.get_object(
        Bucket=bucket, Key="k", ResponseContentType="x/y", ResponseCacheControl="max-age=1"
    )
    assert (other["ContentType"], other["CacheControl"]) == ("x/y", "max-age=1")
    evil = "x/y\r\nSet-Cookie: a=b"
    assert refused(s3.get_object, Bucket=bucket, Key="k", ResponseContentType=evil)[1] == 400
    tags = [{"Key": "c", "Value": ""}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    copied = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**copied, Key="same")
    assert s3.head_object(Bucket=bucket, Key="same")["Metadata"] == said["Metadata"]
    assert s3.get_object_tagging(Bucket=bucket, Key="same")["TagSet"] == tags
    replaced = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
    s3.copy_object(**copied, Key="other", Metadata={"new": "1"}, Tagging="n=1", **replaced)
    assert s3.head_object(Bucket=bucket, Key="other")["Metadata"] == {"new": "1"}
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    assert s3.get_object_acl(Bucket=bucket, Key="k")["Grants"]
    refusal = code(s3.put_object_acl, Bucket=bucket, Key="k", ACL="public-read")
    assert refusal == "AccessControlListNotSupported"
    wanted = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=wanted)
    assert (attributes["ObjectSize"], attributes["StorageClass"]) == (1, "STANDARD")


@pytest.mark.parametrize("algorithm", SUMS)
def test_sums_are_proven_kept_and_told(demo, s3, bucket, algorithm):
    """In the head, behind pieces without signatures and behind signed ones; right and wrong."""
    keys, wire = demo.keys("root"), Wire(demo.port)
    body = random.Random(algorithm).randbytes(100_001)
    header = f"x-amz-checksum-{algorithm.lower()}"
    right, wrong = SUMS[algorithm](body), SUMS[algorithm](body[:-1])
    path = path_of(bucket, "sum")
    chunks = [body[:65536], body[65536:]]

    def ways(value):
        yield s3_call(demo, keys, "PUT", path, body, headers={header: value})
        yield in_pieces(demo, keys, path, chunks, UNSIGNED_PIECES, (header, value))
        yield in_pieces(demo, keys, path, chunks, PIECES_TRAILER, (header, value))
        yield in_pieces(demo, keys, path, chunks, PIECES, more={header: value})

    for call in ways(wrong):
        reply = wire.ask(call)
        assert (reply.status, reply.code) == (400, "BadDigest"), reply.body
    assert code(s3.head_object, Bucket=bucket, Key="sum") == "404"
    for call in ways(right):
        reply = wire.ask(call)
        assert reply.status == 200, reply.body
        assert reply.headers[header] == right
        read = wire.ask(s3_call(demo, keys, "GET", path, headers={"x-amz-checksum-mode": "ENABLED"}))
        assert read.body == body
        assert (read.headers[header], read.headers["x-amz-checksum-type"]) == (right, "FULL_OBJECT")
        assert "content-encoding" not in read.headers
    assert header not in wire.ask(s3_call(demo, keys, "GET", path)).headers
    s3.delete_object(Bucket=bucket, Key="sum")


def test_content_md5_is_proven(s3, bucket):
    here = {"Bucket": bucket, "Key": "k", "Body": b"hello"}
    s3.put_object(**here, ContentMD5="XUFAKrxLKna5cZ2REBfFkg==")
    assert code(s3.put_object, **here, ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==") == "BadDigest"
    assert code(s3.put_object, **here, ContentMD5="no") == "InvalidDigest"


@pytest.mark.parametrize(
    ("algorithm", "kind"), [("CRC32", "COMPOSITE"), ("CRC32", "FULL_OBJECT"), ("SHA256", "COMPOSITE")]
)
def test_uploads_in_parts(s3, bucket, algorithm, kind):
    here = {"Bucket": bucket, "Key": "k"}
    body = random.Random(5).randbytes(11 * MIB)
    parts = [body[: 5 * MIB], body[5 * MIB : 10 * MIB], body[10 * MIB :]]
    begun = s3.create_multipart_upload(
        **here, ChecksumAlgorithm=algorithm, ChecksumType=kind, Metadata={"a": "b"}, Tagging="t=1"
    )
    this = here | {"UploadId": begun["UploadId"]}
    uploads = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [(row["Key"], row["UploadId"]) for row in uploads] == [("k", this["UploadId"])]
    done = []
    for number, part in enumerate(parts, 1):
        put = s3.upload_part(**this, PartNumber=number, Body=part, ChecksumAlgorithm=algorithm)
        sums = {name: put[name] for name in put if name.startswith("Checksum")}
        done.append({"PartNumber": number, "ETag": put["ETag"]} | sums)
    listed = s3.list_parts(**this, MaxParts=2)
    assert [part["Size"] for part in listed["Parts"]] == [5 * MIB, 5 * MIB]
    assert listed["IsTruncated"] and listed["NextPartNumberMarker"] == 2
    complete = s3.complete_multipart_upload
    for wrong in (done[::-1], [done[0] | {"ETag": '"x"'}], [done[0] | {"PartNumber": 9}], []):
        assert refused(complete, **this, MultipartUpload={"Parts": wrong})[1] == 400
    made = complete(**this, MultipartUpload={"Parts": done})
    assert made["ChecksumType"] == kind
    if kind == "FULL_OBJECT":
        assert made[f"Checksum{algorithm}"] == SUMS[algorithm](body)
    assert made["ETag"].endswith('-3"') and bytes_of(s3, bucket, "k") == body
    # asked again, as by a client whose answer was lost
    assert complete(**this, MultipartUpload={"Parts": done})["ETag"] == made["ETag"]
    assert code(s3.upload_part, **this, PartNumber=1, Body=b"") == "NoSuchUpload"
    wanted = ["ObjectParts", "Checksum"]
    attributes = s3.get_object_attributes(**here, ObjectAttributes=wanted)
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3
    # parts made of ranges of objects that are there
    copy = s3.create_multipart_upload(Bucket=bucket, Key="copy")["UploadId"]
    this = {"Bucket": bucket, "Key": "copy", "UploadId": copy}
    source = {"CopySource": {"Bucket": bucket, "Key": "k"}}
    span = {"CopySourceRange": f"bytes=1-{5 * MIB}"}
    first = s3.upload_part_copy(**this, **source, **span, PartNumber=1)["CopyPartResult"]
    assert code(
        s3.upload_part_copy, **this, **source, PartNumber=2, CopySourceRange="bytes=0-99999999"
    ) == "InvalidArgument"  # fmt: skip
    last = s3.upload_part(**this, PartNumber=7, Body=b"end")
    rows = [{"PartNumber": 1, "ETag": first["ETag"]}, {"PartNumber": 7, "ETag": last["ETag"]}]
    complete(**this, MultipartUpload={"Parts": rows})
    assert bytes_of(s3, bucket, "copy") == body[1 : 5 * MIB + 1] + b"end"
    begun = s3.create_multipart_upload(**here)["UploadId"]
    s3.abort_multipart_upload(**here, UploadId=begun)
    assert refused(s3.list_parts, **here, UploadId=begun) == ("NoSuchUpload", 404)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_versions_stay(s3, bucket):
    here = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**here, Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    one = s3.put_object(**here, Body=b"one")["VersionId"]
    two = s3.put_object(**here, Body=b"two")["VersionId"]
    marker = s3.delete_object(**here)
    assert marker["DeleteMarker"] is True
    assert refused(s3.get_object, **here) == ("NoSuchKey", 404)
    assert refused(s3.get_object, **here, VersionId=marker["VersionId"])[1] == 405
    for version, body in (("null", b"before"), (one, b"one"), (two, b"two")):
        assert bytes_of(s3, bucket, "k", VersionId=version) == body
    assert code(s3.get_object, **here, VersionId="never") == "NoSuchVersion"
    rows = s3.list_object_versions(Bucket=bucket)
    assert [row["VersionId"] for row in rows["Versions"]] == [two, one, "null"]
    assert [row["IsLatest"] for row in rows["DeleteMarkers"]] == [True]
    s3.delete_object(**here, VersionId=marker["VersionId"])
    assert bytes_of(s3, bucket, "k") == b"two"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(**here, Body=b"after")["VersionId"] == "null"
    assert bytes_of(s3, bucket, "k", VersionId=one) == b"one"
    s3.copy_object(**here, CopySource={**here, "VersionId": one})
    assert bytes_of(s3, bucket, "k") == b"one"
    assert code(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"


def test_locks_hold_for_everybody_until_their_time(demo, s3, locked, unique):
    here = {"Bucket": locked, "Key": "k"}
    assert s3.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    suspended = {"Status": "Suspended"}
    assert code(
        s3.put_bucket_versioning, Bucket=locked, VersioningConfiguration=suspended
    ) == "InvalidBucketState"  # fmt: skip
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=configuration)
    told = s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert told == configuration
    this = here | {"VersionId": s3.put_object(**here, Body=b"1")["VersionId"]}
    assert s3.get_object_retention(**this)["Retention"]["Mode"] == "GOVERNANCE"
    # a marker may cover it, the version itself stays
    s3.delete_object(**here)
    assert refused(s3.delete_object, **this) == ("AccessDenied", 403)
    both = {"Objects": [{"Key": "k", "VersionId": this["VersionId"]}]}
    assert s3.delete_objects(Bucket=locked, Delete=both)["Errors"][0]["Code"] == "AccessDenied"
    assert bytes_of(s3, locked, "k", VersionId=this["VersionId"]) == b"1"
    # the leave to bypass governance must be there, and asked for
    may_delete = user(demo, unique("deleter"), "s3:DeleteObject*")
    deleter = demo.client("s3", may_delete)
    assert code(deleter.delete_object, **this, BypassGovernanceRetention=True) == "AccessDenied"
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": soon(minutes=5)}
    assert code(s3.put_object_retention, **this, Retention=shorter) == "AccessDenied"
    s3.put_object_retention(**this, Retention=shorter, BypassGovernanceRetention=True)
    may_bypass = user(demo, unique("bypass"), "s3:DeleteObject*", "s3:BypassGovernanceRetention")
    demo.client("s3", may_bypass).delete_object(**this, BypassGovernanceRetention=True)
    assert code(s3.get_object, **this) == "NoSuchVersion"

    strict = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": soon(days=1)}
    this = here | {"VersionId": s3.put_object(**here, Body=b"2", **strict)["VersionId"]}
    assert code(s3.delete_object, **this, BypassGovernanceRetention=True) == "AccessDenied"
    for less in (shorter, {"Mode": "COMPLIANCE", "RetainUntilDate": soon(minutes=5)}):
        change = {"Retention": less, "BypassGovernanceRetention": True}
        assert code(s3.put_object_retention, **this, **change) == "AccessDenied"
    more = {"Mode": "COMPLIANCE", "RetainUntilDate": soon(days=2)}
    s3.put_object_retention(**this, Retention=more)

    held = here | {
        "VersionId": s3.put_object(**here, Body=b"3", ObjectLockLegalHoldStatus="ON")["VersionId"]
    }
    s3.put_object_retention(
        **held, Retention={}, BypassGovernanceRetention=True
    )
    assert s3.get_object_legal_hold(**held)["LegalHold"]["Status"] == "ON"
    assert code(s3.delete_object, **held, BypassGovernanceRetention=True) == "AccessDenied"
    s3.put_object_legal_hold(**held, LegalHold={"Status": "OFF"})
    s3.delete_object(**held)
    assert code(s3.delete_bucket, Bucket=locked) == "BucketNotEmpty"


def soon(**distance):
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(**distance)


def test_locks_end_by_the_worlds_clock(fresh):
    """Only the built-in clock moves: a day later the version may go."""
    s3 = fresh.client("s3", "root")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    strict = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": soon(hours=23)}
    put = s3.put_object(Bucket="locked", Key="k", Body=b"", **strict)
    this = {"Bucket": "locked", "Key": "k", "VersionId": put["VersionId"]}
    assert code(s3.delete_object, **this) == "AccessDenied"
    fresh.stop()
    fresh.start()
    s3 = fresh.client("s3", "root")
    assert code(s3.delete_object, **this) == "AccessDenied"
    fresh.command("clock", "advance", "24h", who="root")
    s3.delete_object(**this)


@pytest.fixture
def bob(demo):
    """The other account, whose own policies allow him everything."""
    return demo.client("s3", "buyer")


def test_bucket_policies_between_accounts(demo, s3, bob, bucket, unique):
    """Both sides must agree: the bucket's policy and, in another account, the caller's own."""
    s3.put_object(Bucket=bucket, Key="open/k", Body=b"1")
    s3.put_object(Bucket=bucket, Key="closed/k", Body=b"2", Tagging="class=secret")
    assert code(bob.get_object, Bucket=bucket, Key="open/k") == "AccessDenied"
    other = {"AWS": BUYER_ACCOUNT}
    arn = f"arn:aws:s3:::{bucket}"
    get = {"Effect": "Allow", "Principal": other, "Action": "s3:GetObject"}
    listing = {
        "Effect": "Allow", "Principal": other, "Action": "s3:ListBucket", "Resource": arn,
        "Condition": {"StringLike": {"s3:prefix": "open/*"}},
    }  # fmt: skip
    put = {
        "Effect": "Allow", "Principal": other, "Action": "s3:PutObject", "Resource": f"{arn}/in/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    }  # fmt: skip
    secret = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/*",
        "Condition": {"StringEquals": {"s3:ExistingObjectTag/class": "secret"}},
    }  # fmt: skip
    text = policy(get | {"Resource": f"{arn}/open/*"}, listing, put, secret)
    s3.put_bucket_policy(Bucket=bucket, Policy=text)
    assert bytes_of(bob, bucket, "open/k") == b"1"
    assert bob.list_objects_v2(Bucket=bucket, Prefix="open/")["KeyCount"] == 1
    for prefix in ("", "open", "closed/"):
        assert code(bob.list_objects_v2, Bucket=bucket, Prefix=prefix) == "AccessDenied"
    assert code(bob.get_object, Bucket=bucket, Key="closed/k") == "AccessDenied"
    # a Deny is the bucket's last word, for its owner too
    assert code(s3.get_object, Bucket=bucket, Key="closed/k") == "AccessDenied"
    assert code(bob.put_object, Bucket=bucket, Key="in/k", Body=b"") == "AccessDenied"
    bob.put_object(Bucket=bucket, Key="in/k", Body=b"3", ACL="bucket-owner-full-control")
    assert bytes_of(s3, bucket, "in/k") == b"3"
    assert code(bob.delete_object, Bucket=bucket, Key="in/k") == "AccessDenied"
    assert code(bob.put_bucket_policy, Bucket=bucket, Policy=text) == "AccessDenied"
    # somebody of the other account who is allowed nothing at home
    iam = demo.client("iam", "buyer")
    iam.create_user(UserName=unique("nobody"))
    name = iam.list_users()["Users"][-1]["UserName"]
    nobody = demo.client("s3", iam.create_access_key(UserName=name)["AccessKey"])
    assert code(nobody.get_object, Bucket=bucket, Key="open/k") == "AccessDenied"
    s3.delete_bucket_policy(Bucket=bucket)
    assert code(bob.get_object, Bucket=bucket, Key="open/k") == "AccessDenied"


def test_names_of_buckets_are_for_all_accounts(demo, s3, bob, bucket):
    # us-east-1 alone says yes to an owner who asks again, from its earliest days on
    s3.create_bucket(Bucket=bucket)
    assert refused(bob.create_bucket, Bucket=bucket) == ("BucketAlreadyExists", 409)
    assert refused(bob.head_bucket, Bucket=bucket) == ("403", 403)
    for name in ("No", "ab", "a..b", "192.168.5.4", "xn--a", "a_b", "-ab"):
        assert code(s3.create_bucket, Bucket=name) == "InvalidBucketName", name
    there = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    west = demo.client("s3", "root", "eu-west-1")
    name = f"{bucket}-west"
    west.create_bucket(Bucket=name, **there)
    assert code(west.create_bucket, Bucket=name, **there) == "BucketAlreadyOwnedByYou"
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"
    west.delete_bucket(Bucket=name)




def test_what_is_not_served_says_so_and_is_recorded(demo, s3, bucket):
    for name, more in [
        ("put_bucket_website", {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "i"}}}),
        ("list_bucket_analytics_configurations", {}), ("get_object_torrent", {"Key": "k"}),
        ("restore_object", {"Key": "k", "RestoreRequest": {"Days": 1}}),
    ]:  # fmt: skip
        assert refused(getattr(s3, name), Bucket=bucket, **more) == ("NotImplemented", 501), name
    events = [json.loads(text) for text in find_events(demo, {"EventName": "PutBucketWebsite"})]
    assert [event["errorCode"] for event in events][-1] == "NotImplemented"


def test_reading_leaves_no_trace_unless_asked_for(demo, s3, bucket):
    """Calls on objects are data events: history does not keep them, only trails that ask do."""
    before = len(find_events(demo, {"EventSource": "s3.amazonaws.com"}))
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    bytes_of(s3, bucket, "k")
    s3.list_objects_v2(Bucket=bucket)
    s3.get_bucket_acl(Bucket=bucket)
    after = [json.loads(text) for text in find_events(demo, {"EventSource": "s3.amazonaws.com"})]
    assert [event["eventName"] for event in after[: len(after) - before]] == ["GetBucketAcl"]
