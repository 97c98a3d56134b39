"""Checkpoints of the journal: what they prove once it was changed, cut or put back."""

import base64
import json
import re
import shutil

import pytest

from raw import find_events
from running import SELLER_ACCOUNT, Server

FORM = re.compile(
    r"(?P<origin>opentrail/\d{12}/[0-9a-f]{16})\n(?P<size>[1-9]\d*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\n— (?P<name>\S+) (?P<signature>[A-Za-z0-9+/]+=*)\n"
)


class World:
    """A data folder with an older copy of its journal, a checkpoint, and a life after both."""

    def __init__(self, folder):
        self.folder = folder
        self.server = Server(folder / "data", "--demo").start()
        self.calls("before")
        self.server.stop()
        shutil.copytree(self.server.data / "journal", folder / "older")
        self.server.start()
        self.calls("between")
        self.key = self.server.command("checkpoint", "--key", who="root").stdout.strip()
        self.note = folder / "checkpoint"
        self.note.write_text(self.server.command("checkpoint", who="root").stdout)
        self.calls("since")

    def calls(self, stem, count=3):
        for number in range(count):
            self.server.client("iam", "root").create_user(UserName=f"{stem}-{number}")

    def restore(self, older):
        shutil.rmtree(self.server.data / "journal")
        shutil.copytree(older, self.server.data / "journal")

    def verify(self, note=None, key=None, code=1):
        arguments = ["--checkpoint", note or self.note, "--data", self.server.data]
        arguments += ["--key", key or self.key, "--json"]
        done = self.server.command("verify", *arguments, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    if world.server.alive():
        world.server.stop()


def test_the_form_is_that_of_signed_checkpoints(world):
    said = FORM.fullmatch(world.note.read_text())
    assert said and said["name"] == said["origin"]
    assert said["origin"].split("/")[1] == SELLER_ACCOUNT
    name, key_hash, key = world.key.split("+", 2)
    assert name == said["origin"] and base64.b64decode(key)[0] == 1
    assert base64.b64decode(said["signature"])[:4].hex() == key_hash


def test_it_covers_every_call_that_was_answered_before(world):
    world.calls("fresh", 1)
    note = world.server.command("checkpoint", who="root").stdout
    size = int(FORM.fullmatch(note)["size"])
    created = find_events(world.server, {"EventName": "CreateUser"}, who="root")
    assert created, "the test shows nothing without an event"
    last = world.server.command("checkpoint", who="root").stdout
    assert int(FORM.fullmatch(last)["size"]) > size


def test_what_was_not_touched_is_clean_running_and_at_rest(world):
    told = world.verify(code=0)
    assert told["verdict"] == "clean" and told["keyIsPinned"]
    world.server.stop()
    assert world.verify(code=0)["verdict"] == "clean"
    world.server.start()
    world.calls("more")
    assert world.verify(code=0)["verdict"] == "clean"


def test_a_checkpoint_of_a_folder_at_rest_is_as_good(world):
    world.server.stop()
    note = world.folder / "at-rest"
    note.write_text(world.server.command("checkpoint", "--data", world.server.data).stdout)
    key = world.server.command("checkpoint", "--key", "--data", world.server.data).stdout.strip()
    assert key == world.key
    assert world.verify(note, code=0)["verdict"] == "clean"


def test_an_older_copy_is_found(world):
    world.server.stop()
    world.restore(world.folder / "older")
    assert world.verify()["verdict"] == "cut off"


def test_an_older_copy_that_has_gone_on_is_found(world):
    world.server.stop()
    world.restore(world.folder / "older")
    world.server.start()
    world.calls("other", 12)
    assert world.verify()["verdict"] == "rewritten"


def test_a_journal_that_is_taken_away_is_found(world):
    world.server.stop()
    for segment in (world.server.data / "journal").glob("*.seg"):
        segment.unlink()
    assert world.verify()["verdict"] == "cut off"


def test_a_flipped_bit_is_found_and_named(world):
    world.server.stop()
    segment = min((world.server.data / "journal").glob("*.seg"))
    body = bytearray(segment.read_bytes())
    at = body.index(b"before-1")
    body[at] ^= 1
    segment.write_bytes(body)
    told = world.verify()
    assert told["verdict"] == "damaged" and segment.name in told["words"]
    done = world.server.command("checkpoint", "--data", world.server.data, check=False)
    assert done.returncode == 1 and "damaged: nothing is signed" in done.stderr


def test_another_folders_journal_is_found(world, make_server):
    other = make_server("--demo")
    for number in range(20):
        other.client("iam", "root").create_user(UserName=f"other-{number}")
    other.stop()
    world.server.stop()
    world.restore(other.data / "journal")
    assert world.verify()["verdict"] in ("rewritten", "cut off")


def test_only_a_checkpoint_of_the_trusted_key_counts(world):
    text = world.note.read_text()
    size = FORM.fullmatch(text)["size"]
    changed = world.folder / "changed"
    changed.write_text(text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n"))
    assert world.verify(changed)["verdict"] == "untrusted"
    changed.write_text("nothing of that kind\n")
    assert world.verify(changed)["verdict"] == "untrusted"
    published = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert world.verify(key=published)["verdict"] == "untrusted"


def test_without_a_pinned_key_the_report_says_so(world):
    arguments = ["--checkpoint", world.note, "--data", world.server.data]
    done = world.server.command("verify", *arguments)
    assert "clean" in done.stdout and "pin it with --key" in done.stderr


def test_only_the_operators_account_may_have_one(world):
    done = world.server.command("checkpoint", who="buyer", check=False)
    assert done.returncode == 1 and "AccessDenied" in done.stderr
