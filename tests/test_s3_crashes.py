"""What the built-in S3 keeps over restarts and kills: every answered object, and no bytes beside."""

import hashlib
import json
import os
import pathlib
import random
import subprocess
import threading
import time

import pytest

from events import event_of
from raw import Closed, Wire
from running import SELLER_ACCOUNT, Server, request_id, temp_folder
from s3_calls import bytes_of, code, path_of, s3_call

MIB = 1024 * 1024
KILLS = 6
CLIENTS = 4
SEED = 20261120


def files(server, bucket):
    """The files of a bucket's bytes."""
    folder = server.data / "buckets" / bucket
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_restart_changes_nothing(fresh):
    s3 = fresh.client("s3", "root")
    s3.create_bucket(Bucket="kept", ObjectLockEnabledForBucket=True)
    here = {"Bucket": "kept", "Key": "ä/k"}
    one = s3.put_object(**here, Body=b"one", Metadata={"a": "b"}, Tagging="t=1")["VersionId"]
    two = s3.put_object(**here, Body=b"two", ObjectLockLegalHoldStatus="ON")["VersionId"]
    upload = s3.create_multipart_upload(Bucket="kept", Key="parts")["UploadId"]
    part = {"Bucket": "kept", "Key": "parts", "UploadId": upload}
    first = s3.upload_part(**part, PartNumber=1, Body=b"p" * 5 * MIB)["ETag"]
    own = {"AWS": f"arn:aws:iam::{SELLER_ACCOUNT}:root"}
    allow = {"Effect": "Allow", "Principal": own, "Action": "s3:*", "Resource": "arn:aws:s3:::kept"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    s3.put_bucket_policy(Bucket="kept", Policy=policy)
    page = s3.list_object_versions(Bucket="kept", MaxKeys=1)
    for end in (fresh.stop, fresh.kill, fresh.stop):
        end()
        fresh.start()
        s3 = fresh.client("s3", "root")
        assert bytes_of(s3, VersionId=one, bucket="kept", key="ä/k") == b"one"
        head = s3.head_object(**here)
        assert (head["VersionId"], head["ObjectLockLegalHoldStatus"]) == (two, "ON")
        assert s3.head_object(**here, VersionId=one)["Metadata"] == {"a": "b"}
        assert code(s3.delete_object, **here, VersionId=two) == "AccessDenied"
        assert [row["ETag"] for row in s3.list_parts(**part)["Parts"]] == [first]
        assert s3.get_bucket_policy(Bucket="kept")["Policy"] == policy
        again = s3.list_object_versions(Bucket="kept", MaxKeys=1)
        for told in (page, again):
            told.pop("ResponseMetadata")
            told["ResponseMetadata"] = None
        assert again == page
    last = s3.upload_part(**part, PartNumber=2, Body=b"end")["ETag"]
    rows = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": last}]
    s3.complete_multipart_upload(**part, MultipartUpload={"Parts": rows})
    assert bytes_of(s3, "kept", "parts") == b"p" * 5 * MIB + b"end"
    # two versions and two parts, each in a file of its own, for nobody else to read or run
    assert len(files(fresh, "kept")) == 4
    folder = fresh.data / "buckets/kept"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_bytes_that_nobody_refers_to_go_at_the_next_start(fresh):
    s3 = fresh.client("s3", "root")
    s3.create_bucket(Bucket="swept")
    for body in (b"old", b"new"):
        s3.put_object(Bucket="swept", Key="k", Body=body)
    s3.put_object(Bucket="swept", Key="gone", Body=b"x")
    s3.copy_object(Bucket="swept", Key="copy", CopySource="swept/gone")
    s3.delete_object(Bucket="swept", Key="gone")
    assert code(s3.put_object, Bucket="swept", Key="k", Body=b"no", IfNoneMatch="*") == (
        "PreconditionFailed"
    )  # fmt: skip
    kept = files(fresh, "swept")
    # those who read the old bytes are given their time
    assert len(kept) == 4
    fresh.kill()
    folder = fresh.data / "buckets/swept"
    (folder / "00000000-0000-4000-8000-000000000000").write_bytes(b"never referred to")
    (folder / f"{kept[0]}#1").write_bytes(b"half of")
    fresh.start()
    s3 = fresh.client("s3", "root")
    assert len(files(fresh, "swept")) == 2
    assert (bytes_of(s3, "swept", "k"), bytes_of(s3, "swept", "copy")) == (b"new", b"x")


@pytest.fixture
def disk():
    """A small file system in memory."""
    if os.geteuid() != 0:
        pytest.skip("SKIPPED: needs root to mount a file system")
    with temp_folder() as folder:
        place = pathlib.Path(folder) / "disk"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", place]
        mounted = subprocess.run(mount, capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip(f"SKIPPED: no file system can be mounted: {mounted.stderr.strip()}")
        try:
            yield place
        finally:
            subprocess.run(["umount", place], check=True)


def test_objects_that_fill_the_disk_do_not_stop_the_recording(disk):
    settings = {
        "OPENTRAIL_JOURNAL__SEGMENT_BYTES": str(17 * MIB),
        "OPENTRAIL_JOURNAL__RESERVE_BYTES": str(2 * MIB),
    }
    server = Server(disk / "data", "--demo", env=settings)
    server.log = disk.parent / "server.log"
    server.start()
    try:
        s3, body = server.client("s3", "root"), random.Random(7).randbytes(5 * MIB)
        s3.create_bucket(Bucket="full")
        upload = s3.create_multipart_upload(Bucket="full", Key="parts")["UploadId"]
        kept = 0
        while kept < 100:
            try:
                s3.put_object(Bucket="full", Key=f"{kept}", Body=body)
            except s3.exceptions.ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503
                break
            kept += 1
        assert 5 < kept < 24
        part = {"Bucket": "full", "Key": "parts", "UploadId": upload, "PartNumber": 1}
        assert code(s3.upload_part, **part, Body=body) == "ServiceUnavailable"
        assert code(s3.upload_part_copy, **part, CopySource="full/0") == "ServiceUnavailable"
        # everything else goes on, and is recorded
        iam = server.client("iam", "root")
        asked = request_id(iam.create_user(UserName="after-the-disk-was-full"))
        event_of(server, "CreateUser", asked, who="root")
        rows = s3.list_objects_v2(Bucket="full")["Contents"]
        assert len(rows) == kept and bytes_of(s3, "full", "0") == body
        # what is copied by reference needs no room, and deleting makes some
        s3.copy_object(Bucket="full", Key="copy", CopySource="full/0")
        for at in range(4):
            s3.delete_object(Bucket="full", Key=f"{at}")
        server.kill()
        server.start()
        s3 = server.client("s3", "root")
        s3.put_object(Bucket="full", Key="again", Body=body)
        assert bytes_of(s3, "full", "copy") == body
        server.stop()
    finally:
        if server.alive():
            server.kill()


class Writer(threading.Thread):
    """Puts, overwrites, copies and deletes its own keys until the server is gone."""

    def __init__(self, server, number, dice):
        super().__init__()
        self.server, self.number, self.dice = server, number, dice
        # by key: what each may hold now, None for no object; one entry once it is answered
        self.keys = {}
        self.answered, self.failure = 0, None

    def run(self):
        try:
            self.write()
        except (Closed, ConnectionError, TimeoutError):
            pass
        except BaseException as failure:
            self.failure = failure

    def write(self):
        wire, keys = Wire(self.server.port), self.server.keys("root")
        while True:
            key = f"{self.number}/{self.dice.randrange(6)}"
            before = self.keys.get(key, {None})
            kind = self.dice.choice(["put", "put", "put", "copy", "delete"])
            size = self.dice.choice([0, 1, 1000, 70_000, 2 * MIB])
            body, headers, after, method = self.dice.randbytes(size), {}, None, "PUT"
            if kind == "put":
                after = hashlib.md5(body).hexdigest()
            elif kind == "copy":
                held = {k: v for k, v in self.keys.items() if len(v) == 1 and None not in v and k != key}
                if not held:
                    continue
                source, hashes = self.dice.choice(sorted(held.items()))
                body, headers, [after] = b"", {"x-amz-copy-source": f"kills/{source}"}, hashes
            else:
                body, method = b"", "DELETE"
            self.keys[key] = before | {after}
            call = s3_call(self.server, keys, method, path_of("kills", key), body, headers)
            reply = wire.ask(call, again=False)
            assert reply.status in (200, 204), reply.body
            self.keys[key] = {after}
            self.answered += 1


def test_no_answered_object_is_lost_by_kills(fresh, capsys):
    """A ledger outside the server: after each kill every key holds what was answered last, whole."""
    fresh.client("s3", "root").create_bucket(Bucket="kills")
    dice, ledger, answered = random.Random(SEED), {}, 0
    for _ in range(KILLS):
        writers = [Writer(fresh, number, random.Random(dice.random())) for number in range(CLIENTS)]
        for writer in writers:
            prefix = f"{writer.number}/"
            writer.keys = {key: held for key, held in ledger.items() if key.startswith(prefix)}
            writer.start()
        time.sleep(dice.uniform(0.2, 0.7))
        fresh.kill()
        for writer in writers:
            writer.join()
            if writer.failure:
                raise writer.failure
            ledger |= writer.keys
            answered += writer.answered
        fresh.start()
        s3 = fresh.client("s3", "root")
        rows = s3.list_objects_v2(Bucket="kills").get("Contents", [])
        there = {row["Key"]: row["ETag"].strip('"') for row in rows}
        for key, held in ledger.items():
            assert there.get(key) in held, f"{key}: {there.get(key)} is none of {held}"
            if key in there:
                assert hashlib.md5(bytes_of(s3, "kills", key)).hexdigest() == there[key], key
        assert set(there) <= set(ledger)
        # each object has its file, copies share one, and what was under way has left none
        sizes = {row["ETag"] for row in rows if row["Size"]}
        assert len(files(fresh, "kills")) >= len(sizes)
        names = files(fresh, "kills")
        assert not [name for name in names if "#" in name]
        assert len(names) <= sum(1 for row in rows if row["Size"])
        ledger = {key: {there.get(key)} for key in ledger}
    with capsys.disabled():
        print(f"\nkills: seed {SEED}, {KILLS} kills, {answered} answered calls")
    assert answered > 10 * KILLS
