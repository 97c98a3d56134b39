"""`opentrail verify`: where it looks, whom it trusts, what it prints.

What it finds is in the tamper matrix.
"""

import json

import pytest

from running import Server, wait_until
from trails import (
    DIGEST_KEY,
    INSTANT,
    PATIENCE_SECS,
    Bucket,
    advance,
    cli,
    make_trail,
    wait_for_digests,
)

NAME, HERE = "logs", "us-east-1"


class World:
    """A server with a trail of one Region, three hours of files, and a plain copy of its bucket."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "data", "--demo").start()
        self.arn = make_trail(self.server, "main", NAME, "--enable-log-file-validation")
        for _ in range(3):
            self.server.client("iam", "root").list_users()
            advance(self.server, "1h")
        self.end = advance(self.server, "20m")
        self.s3 = self.server.client("s3", "root")
        self.bucket = Bucket(self.s3, NAME)
        wait_for_digests(self.bucket, [HERE], self.end)
        wait_until(lambda: self.report(code=0)["notProven"], PATIENCE_SECS, "the newest log file")
        self.keys = folder / "keys.json"
        self.command("--save-keys", self.keys)
        self.copy = folder / "copy"
        cli(self.server, "s3", "sync", "--quiet", f"s3://{NAME}", self.copy)

    def command(self, *arguments, code=0, env=None, who="root"):
        done = self.server.command("verify", *arguments, who=who, check=False, env=env)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def report(self, *arguments, code=0, **how):
        return json.loads(self.command("--json", *arguments, code=code, **how).stdout)

    def offline(self, *arguments, code=0):
        """On the copy, with keys from the file, and nowhere to ask."""
        place = ["--folder", self.copy, "--bucket", NAME, "--keys", self.keys]
        env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": ""}
        return self.report(*place, *arguments, code=code, env=env)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("verify"))
    yield world
    world.server.stop()


def test_all_places_tell_the_same(world):
    online = world.report("--keys", world.keys)
    at_rest = world.report("--keys", world.keys, "--data", world.server.data)
    assert online["keys"] == at_rest["keys"] == "pinned"
    names = ["digests", "files", "events", "findings", "chains"]
    assert [online[name] for name in names] == [at_rest[name] for name in names]
    assert online["files"] >= 3 and online["digests"] == 4
    [chain] = online["chains"]
    assert (chain["files"], chain["events"]) == (online["files"], online["events"])


def test_a_plain_copy_proves_all_but_the_newest_hour(world):
    whole, copy = world.report(), world.offline("--end", world.end.strftime(INSTANT))
    assert copy["isClean"] and copy["digests"] == whole["digests"] - 1
    assert copy["chains"][0]["newest"] == "unsigned in this copy"
    newest = max(key for key in world.bucket.keys() if DIGEST_KEY.fullmatch(key))
    sidecar = world.copy / f"{newest}.metadata.json"
    metadata = world.bucket.read(newest).head["Metadata"]
    sidecar.write_text(json.dumps(metadata))
    try:
        kept = world.offline("--end", world.end.strftime(INSTANT))
        assert kept["digests"] == whole["digests"] and kept["files"] == whole["files"]
        sidecar.write_text(json.dumps(metadata | {"signature": "00" * 256}))
        assert not world.offline("--end", world.end.strftime(INSTANT), code=1)["isClean"]
    finally:
        sidecar.unlink()


def test_a_copy_is_not_believed_to_be_of_now_when_it_is_older(world):
    later = "2099-01-01T00:00:00Z"
    told = world.offline("--end", later, code=1)
    assert {finding["kind"] for finding in told["findings"]} == {"newest digests missing"}


def test_keys_come_from_a_file_or_the_report_says_so(world):
    assert "not pinned" in world.command().stdout
    assert "not pinned" in world.command("--data", world.server.data).stdout
    assert "not pinned" not in world.command("--keys", world.keys).stdout
    place = ["--folder", world.copy, "--bucket", NAME]
    assert "--keys" in world.command(*place, code=1).stderr
    # nothing is written over
    assert world.command("--save-keys", world.keys, code=1).stderr
    listed = world.folder / "listed.json"
    keys = cli(world.server, "cloudtrail", "list-public-keys", "--start-time", "2020-01-01")
    listed.write_text(json.dumps(keys))
    assert world.report("--keys", listed)["isClean"]
    other = json.loads(world.keys.read_text())
    other["PublicKeyList"] = [dict(key, Region="eu-west-1") for key in other["PublicKeyList"]]
    listed.write_text(json.dumps(other))
    told = world.report("--keys", listed, "--trail", "main", code=1)
    assert {finding["kind"] for finding in told["findings"]} == {"digest of another key"}


def test_the_events_that_are_proven_are_named(world):
    told = world.report("--events")
    proven = {file["key"]: file["eventIds"] for file in told["proven"]}
    logs = world.bucket.logs()
    waiting = {file["key"] for file in told["notProven"]}
    assert proven.keys() == logs.keys() - waiting and waiting
    for key, event_ids in proven.items():
        assert event_ids == [record["eventID"] for record in logs[key].document["Records"]]
    printed = world.command("--events").stdout
    lines = [line.split("  ") for line in printed.splitlines() if "  s3://" in line]
    assert sorted(line[0] for line in lines) == sorted(sum(proven.values(), []))


def test_a_part_may_be_asked_for(world):
    assert world.report("--trail", world.arn, "--region", HERE)["isClean"]
    assert world.report("--start", "T-2h")["digests"] < world.report()["digests"]
    for nothing in [["--trail", "other", "--bucket", NAME], ["--region", "eu-west-1"]]:
        told = world.report(*nothing, code=1)
        assert {finding["kind"] for finding in told["findings"]} == {"no digests"}, nothing


def test_what_cannot_be_read_is_an_error_and_not_clean(world):
    assert "cannot be listed" in world.command("--bucket", "nothing", code=1).stderr
    gone = world.folder / "gone"
    place = ["--folder", gone, "--bucket", NAME, "--keys", world.keys]
    assert "gone" in world.command(*place, code=1).stderr
    assert world.command("--data", gone, code=1).stderr
    denied = world.command("--bucket", NAME, code=1, who="buyer").stderr
    assert "AccessDenied" in denied


def test_at_rest_the_folders_own_records_are_held_against_the_bucket(world):
    newest = max(key for key in world.bucket.keys() if DIGEST_KEY.fullmatch(key))
    kept = world.bucket.read(newest)
    world.s3.delete_object(Bucket=NAME, Key=newest)
    try:
        told = world.report("--keys", world.keys, "--data", world.server.data, code=1)
        assert newest in {finding["key"] for finding in told["findings"]}
    finally:
        world.s3.put_object(
            Bucket=NAME, Key=newest, Body=kept.body, Metadata=kept.head["Metadata"]
        )
    # and the bytes on disk against the digests
    blobs = world.server.data / "buckets" / NAME
    sizes = {blob: blob.stat().st_size for blob in blobs.iterdir()}
    size = len(world.bucket.read(min(world.bucket.logs())).body)
    blob = next(blob for blob, length in sizes.items() if length == size)
    body = blob.read_bytes()
    blob.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    try:
        told = world.report("--keys", world.keys, "--data", world.server.data, code=1)
        assert len(told["findings"]) == 1
    finally:
        blob.write_bytes(body)
    assert world.report("--keys", world.keys, "--data", world.server.data)["isClean"]
