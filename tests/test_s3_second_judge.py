"""The same calls to the built-in S3 and to moto's, whose answers are compared member by member.

Neither is S3. All that moto's answer holds must be in ours; that ours says more (sums, their sort,
encryption at rest) is held against the API reference elsewhere. Where the two differ, a list says
why; a difference that is not listed, or one that is listed and gone, fails.
"""

import pytest

from running import serving
from second_store import Moto

MIB = 1024 * 1024
# what no two servers have in common
OWN = {
    "ResponseMetadata", "LastModified", "CreationDate", "Owner", "Initiator", "Initiated", "UploadId",
    "VersionId", "DeleteMarkerVersionId", "CopySourceVersionId", "BucketArn", "ID", "DisplayName",
    "NextVersionIdMarker", "NextUploadIdMarker", "NextContinuationToken", "ContinuationToken",
    "AcceptRanges", "RequestCharged", "LocationConstraint", "Location",
}  # fmt: skip


def calls():
    """(name, operation, arguments); a text `$x` stands for what an earlier answer held."""
    b = {"Bucket": "judged-bucket"}
    v = {"Bucket": "judged-versions"}
    yield "make", "create_bucket", b
    yield "make again", "create_bucket", b
    yield "head bucket", "head_bucket", b
    yield "location", "get_bucket_location", b
    yield "no policy", "get_bucket_policy", b
    yield "no tags", "get_bucket_tagging", b
    yield "no lifecycle", "get_bucket_lifecycle_configuration", b
    yield "no cors", "get_bucket_cors", b
    yield "no website", "get_bucket_website", b
    yield "no replication", "get_bucket_replication", b
    yield "no lock", "get_object_lock_configuration", b
    yield "never versioned", "get_bucket_versioning", b
    yield "no logging", "get_bucket_logging", b
    yield "no notification", "get_bucket_notification_configuration", b
    yield "encryption", "get_bucket_encryption", b
    yield "block", "get_public_access_block", b
    yield "ownership", "get_bucket_ownership_controls", b
    yield "payer", "get_bucket_request_payment", b
    yield "accelerate", "get_bucket_accelerate_configuration", b
    tags = {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]}
    yield "tag bucket", "put_bucket_tagging", b | {"Tagging": tags}
    yield "tags", "get_bucket_tagging", b
    twice = {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}
    yield "tag twice", "put_bucket_tagging", b | {"Tagging": twice}
    reserved = {"TagSet": [{"Key": "aws:a", "Value": "1"}]}
    yield "tag reserved", "put_bucket_tagging", b | {"Tagging": reserved}
    yield "untag bucket", "delete_bucket_tagging", b
    yield "bad name", "create_bucket", {"Bucket": "Bad_Name"}
    yield "no bucket", "list_objects_v2", {"Bucket": "judged-nowhere"}
    yield "no bucket, head", "head_bucket", {"Bucket": "judged-nowhere"}
    yield "no bucket, delete", "delete_bucket", {"Bucket": "judged-nowhere"}

    said = {"ContentType": "text/plain", "Metadata": {"k": "v"}, "CacheControl": "no-store"}
    k = b | {"Key": "a/k"}
    yield "put", "put_object", k | {"Body": b"0123456789"} | said
    yield "get", "get_object", k
    yield "head", "head_object", k
    yield "no key", "get_object", b | {"Key": "no"}
    yield "no key, head", "head_object", b | {"Key": "no"}
    yield "no key, delete", "delete_object", b | {"Key": "no"}
    for header in ("bytes=0-3", "bytes=5-", "bytes=-2", "bytes=8-99", "bytes=10-", "bytes=4-2", "x=1"):
        yield f"range {header}", "get_object", k | {"Range": header}
    yield "head range", "head_object", k | {"Range": "bytes=0-1"}
    tag = '"781e5e245d69b566979b86e28d23f2c7"'
    for name in ("get_object", "head_object"):
        yield f"match, {name}", name, k | {"IfMatch": tag}
        yield f"no match, {name}", name, k | {"IfMatch": '"x"'}
        yield f"none match, {name}", name, k | {"IfNoneMatch": tag}
        yield f"long ago, {name}", name, k | {"IfUnmodifiedSince": "2001-01-01T00:00:00Z"}
        yield f"since long ago, {name}", name, k | {"IfModifiedSince": "2001-01-01T00:00:00Z"}
    yield "put once", "put_object", k | {"Body": b"", "IfNoneMatch": "*"}
    yield "put on another", "put_object", k | {"Body": b"", "IfMatch": '"x"'}
    yield "other type", "get_object", k | {"ResponseContentType": "x/y"}
    yield "wrong md5", "put_object", b | {"Key": "md5", "Body": b"1", "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    yield "delete what was wrong", "delete_object", b | {"Key": "md5"}
    yield "sha256", "put_object", b | {"Key": "sum", "Body": b"s", "ChecksumAlgorithm": "SHA256"}
    yield "sha256, head", "head_object", b | {"Key": "sum", "ChecksumMode": "ENABLED"}
    yield "no sums, head", "head_object", b | {"Key": "sum"}
    attributes = ["ETag", "Checksum", "ObjectSize", "StorageClass"]
    yield "attributes", "get_object_attributes", b | {"Key": "sum", "ObjectAttributes": attributes}
    yield "tag object", "put_object_tagging", k | {"Tagging": tags}
    yield "object's tags", "get_object_tagging", k
    yield "tag twice, object", "put_object_tagging", k | {"Tagging": twice}
    yield "untag object", "delete_object_tagging", k
    yield "no tags, object", "get_object_tagging", k
    yield "lock where there is none", "put_object_legal_hold", k | {"LegalHold": {"Status": "ON"}}
    yield "retention where there is none", "get_object_retention", k
    yield "copy", "copy_object", b | {"Key": "copy", "CopySource": "judged-bucket/a/k"}
    yield "copy of nothing", "copy_object", b | {"Key": "c", "CopySource": "judged-bucket/no"}
    yield "copy from nowhere", "copy_object", b | {"Key": "c", "CopySource": "judged-nowhere/k"}
    yield "copy onto itself", "copy_object", k | {"CopySource": "judged-bucket/a/k"}
    yield "copy, head", "head_object", b | {"Key": "copy"}

    for key in ("a/b/c", "a/b/d", "a/e", "b", "ü", "sp ace", "plus+"):
        yield f"put {key}", "put_object", b | {"Key": key, "Body": key.encode()}
    for operation in ("list_objects", "list_objects_v2", "list_object_versions"):
        for more in [
            {}, {"Delimiter": "/"}, {"Prefix": "a/"}, {"Prefix": "a/", "Delimiter": "/"},
            {"MaxKeys": 2}, {"MaxKeys": 0}, {"Prefix": "none"}, {"EncodingType": "url"},
            {"Delimiter": "b"}, {"Prefix": "a", "Delimiter": "b/", "MaxKeys": 1},
        ]:  # fmt: skip
            yield f"{operation} {more}", operation, b | more
    yield "start after", "list_objects_v2", b | {"StartAfter": "a/b/d"}
    yield "marker", "list_objects", b | {"Marker": "a/b/d"}
    yield "marker in prefix", "list_objects", b | {"Marker": "a/b/c", "Delimiter": "/"}
    yield "key marker", "list_object_versions", b | {"KeyMarker": "a/e"}
    yield "fetch owner", "list_objects_v2", b | {"MaxKeys": 1, "FetchOwner": True}
    yield "bad token", "list_objects_v2", b | {"ContinuationToken": "nonsense"}

    u = b | {"Key": "parts"}
    yield "begin", "create_multipart_upload", u | {"ContentType": "x/parts"}
    this = u | {"UploadId": "$begin.UploadId"}
    yield "part 1", "upload_part", this | {"PartNumber": 1, "Body": b"1" * 5 * MIB}
    yield "part 2", "upload_part", this | {"PartNumber": 2, "Body": b"2"}
    yield "part 0", "upload_part", this | {"PartNumber": 0, "Body": b"2"}
    yield "part 10001", "upload_part", this | {"PartNumber": 10_001, "Body": b"2"}
    yield "parts", "list_parts", this
    yield "parts, one", "list_parts", this | {"MaxParts": 1}
    yield "uploads", "list_multipart_uploads", b
    one = {"PartNumber": 1, "ETag": "$part 1.ETag"}
    two = {"PartNumber": 2, "ETag": "$part 2.ETag"}
    for name, parts in [
        ("in the wrong order", [two, one]), ("with a wrong tag", [one | {"ETag": '"x"'}]),
        ("of nothing", []), ("in order", [one, two]),
    ]:  # fmt: skip
        yield f"complete {name}", "complete_multipart_upload", this | {"MultipartUpload": {"Parts": parts}}
    yield "made of parts", "head_object", u
    yield "second part", "head_object", u | {"PartNumber": 2}
    yield "no third part", "head_object", u | {"PartNumber": 3}
    yield "part of nothing", "upload_part", u | {"UploadId": "none", "PartNumber": 1, "Body": b""}
    yield "abort nothing", "abort_multipart_upload", u | {"UploadId": "none"}
    yield "begin small", "create_multipart_upload", b | {"Key": "small"}
    small = b | {"Key": "small", "UploadId": "$begin small.UploadId"}
    yield "small 1", "upload_part", small | {"PartNumber": 1, "Body": b"1"}
    yield "small 2", "upload_part", small | {"PartNumber": 2, "Body": b"2"}
    rows = [{"PartNumber": at, "ETag": f"$small {at}.ETag"} for at in (1, 2)]
    yield "too small", "complete_multipart_upload", small | {"MultipartUpload": {"Parts": rows}}
    yield "abort", "abort_multipart_upload", small

    yield "make versions", "create_bucket", v | {"ObjectLockEnabledForBucket": True}
    yield "versioned", "get_bucket_versioning", v
    yield "lock", "get_object_lock_configuration", v
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    locked = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    k = v | {"Key": "k"}
    yield "one", "put_object", k | {"Body": b"1"}
    yield "two", "put_object", k | {"Body": b"22"}
    yield "mark", "delete_object", k
    yield "marked", "get_object", k
    yield "marked, head", "head_object", k
    yield "first", "get_object", k | {"VersionId": "$one.VersionId"}
    yield "the mark", "get_object", k | {"VersionId": "$mark.VersionId"}
    yield "no version", "get_object", k | {"VersionId": "none"}
    yield "versions", "list_object_versions", v
    yield "unmark", "delete_object", k | {"VersionId": "$mark.VersionId"}
    yield "second", "get_object", k
    hold = {"LegalHold": {"Status": "ON"}}
    yield "hold", "put_object_legal_hold", k | hold | {"VersionId": "$two.VersionId"}
    yield "held", "get_object_legal_hold", k | {"VersionId": "$two.VersionId"}
    yield "delete held", "delete_object", k | {"VersionId": "$two.VersionId"}
    retention = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": "2099-01-01T00:00:00Z"}}
    yield "retain", "put_object_retention", k | retention | {"VersionId": "$one.VersionId"}
    yield "retained", "get_object_retention", k | {"VersionId": "$one.VersionId"}
    yield "delete retained", "delete_object", k | {"VersionId": "$one.VersionId"}
    past = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": "2001-01-01T00:00:00Z"}}
    yield "retain to the past", "put_object_retention", k | past | {"VersionId": "$two.VersionId"}
    yield "default lock", "put_object_lock_configuration", v | {"ObjectLockConfiguration": locked}
    yield "locked", "get_object_lock_configuration", v
    yield "suspend", "put_bucket_versioning", v | {"VersioningConfiguration": {"Status": "Suspended"}}
    yield "delete full", "delete_bucket", v

    doomed = [{"Key": key} for key in ("a/k", "sum", "copy", "never there")]
    yield "delete several", "delete_objects", b | {"Delete": {"Objects": doomed}}
    yield "delete quietly", "delete_objects", b | {"Delete": {"Objects": doomed, "Quiet": True}}
    yield "delete none", "delete_objects", b | {"Delete": {"Objects": []}}
    yield "delete not empty", "delete_bucket", b


# by the names of calls: why the answers differ
EXPLAINED = {
    "encryption": "every bucket has had AES256 since 2023",
    "block": "new buckets have been closed to the public since 2023",
    "ownership": "new buckets have had no ACLs since 2023",
    "bad name": "moto lets upper case and underscores pass, as us-east-1 did before 2018",
    "wrong md5": "moto does not prove Content-MD5",
    "tag twice, object": "moto takes a key that is there twice",
    "retention where there is none": "moto fails",
    "list_objects {'MaxKeys': 2}": "NextMarker is given with a delimiter only, and is no hash",
    "list_objects {'Prefix': 'a', 'Delimiter': 'b/', 'MaxKeys': 1}": "moto counts keys alone",
    "list_object_versions {'MaxKeys': 0}": "a page of nothing is not truncated",
    "list_object_versions {'EncodingType': 'url'}": "moto does not encode",
    "marker in prefix": "a common prefix that is not behind the marker is not shown again",
    "bad token": "moto fails",
    "part 0": "moto does not find the upload; numbers are from 1 on",
    "complete in the wrong order": "moto looks at the sizes first",
    "second part": "a part's head has the object's type and ETag, and says which bytes it is",
    "no third part": "moto fails",
    "part of nothing": "moto fails",
    "the mark": "a mark that is read by its version is not a method for it",
    "retained": "moto gives back a date that botocore cannot read",
    "retain to the past": "moto takes it",
    "default lock": "moto wants the bucket's lock to be asked for in another way",
    "suspend": "a bucket with locks keeps its versions",
    "delete quietly": "moto is not quiet",
}


def run(s3):
    """The normalised answers, by the name of the call."""
    answers, told = {}, {}
    for name, operation, arguments in calls():
        assert name not in told, name
        arguments = {key: resolved(value, answers) for key, value in arguments.items()}
        try:
            answers[name] = getattr(s3, operation)(**arguments)
            told[name] = normal(answers[name])
        except s3.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            answers[name] = {}
            told[name] = (status, error.response["Error"]["Code"])
    return told


def resolved(value, answers):
    if isinstance(value, str) and value.startswith("$"):
        name, _, member = value[1:].rpartition(".")
        return answers[name].get(member, "none")
    if isinstance(value, dict):
        return {key: resolved(inner, answers) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, answers) for inner in value]
    return value


def normal(answer):
    """An answer without what is each server's own."""
    if isinstance(answer, dict):
        return {key: normal(value) for key, value in sorted(answer.items()) if key not in OWN}
    if isinstance(answer, list):
        return [normal(value) for value in answer]
    return answer.read() if hasattr(answer, "read") else answer


def agree(ours, theirs):
    """Whether all of `theirs` is in `ours`; an empty text is as good as none."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return all(agree(ours.get(name, ""), value) for name, value in theirs.items())
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    return ours == theirs


@pytest.fixture(scope="module")
def both():
    moto = Moto()
    try:
        with serving("--demo") as server:
            yield run(server.client("s3", "root")), run(moto.s3())
    finally:
        moto.stop()


def test_two_servers_give_the_same_answers(both):
    ours, theirs = both
    different = {name for name in ours if not agree(ours[name], theirs[name])}
    for name in different - set(EXPLAINED):
        print(f"{name}:\n  ours   {ours[name]}\n  theirs {theirs[name]}")
    assert different == set(EXPLAINED)
    assert len(ours) - len(different) > 120
