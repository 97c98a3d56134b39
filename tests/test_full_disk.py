"""A disk that is full: refused in time, told by the health, and nothing acknowledged is lost."""

import json
import os
import pathlib
import subprocess

import pytest

from events import lookup
from figures import figures, get, total
from raw import Wire, find_events, json_call
from records import counted, record
from running import Server, temp_folder, wait_until

MIB = 1 << 20
DISK_MIB = 64
# the smallest that the largest frame fits into: one in use and one spare fill most of the disk
SMALL = {
    "OPENTRAIL_JOURNAL__SEGMENT_BYTES": str(17 * MIB),
    "OPENTRAIL_JOURNAL__RESERVE_BYTES": str(2 * MIB),
}


@pytest.fixture
def disk():
    """A small file system in memory."""
    if os.geteuid() != 0:
        pytest.skip("SKIPPED: needs root to mount a file system")
    with temp_folder() as folder:
        place = pathlib.Path(folder) / "disk"
        place.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", place],
            capture_output=True, text=True,
        )  # fmt: skip
        if mounted.returncode != 0:
            pytest.skip(f"SKIPPED: no file system can be mounted: {mounted.stderr.strip()}")
        try:
            yield place
        finally:
            subprocess.run(["umount", place], check=True)


@pytest.fixture
def server(disk):
    running = Server(disk / "data", "--demo", env=SMALL)
    # the server's own words go elsewhere: they are no part of what fills the disk
    running.log = disk.parent / "server.log"
    try:
        yield running.start()
        running.stop()
    finally:
        if running.alive():
            running.kill()


class Filler:
    """Imports records until the server refuses, and remembers what was acknowledged."""

    def __init__(self, server):
        self.server, self.keys, self.kept = server, server.keys("root"), []
        self.wire = Wire(server.port, timeout=30.0)

    def ask(self, service, operation, body):
        return self.wire.ask(json_call(self.server, self.keys, service, operation, body))

    def once(self, size=900_000):
        text = json.dumps(record(len(self.kept) + 1, eventName="Ballast", odd="x" * size))
        reply = self.ask("opentrail", "ImportEvents", {"Records": [text]})
        if reply.status == 200:
            assert reply.json["New"] == 1
            self.kept.append(text)
        return reply

    def until_refused(self):
        """Fills the last gaps with smaller and smaller records, until not even one byte goes."""
        for size in (900_000, 90_000, 9_000, 900, 1):
            reply = self.once(size)
            while reply.status == 200:
                reply = self.once(size)
            assert (reply.status, reply.code) == (503, "ServiceUnavailable"), reply.body


READS = [
    ("cloudtrail", "LookupEvents"), ("opentrail", "FindEvents"), ("opentrail", "GetClock"),
    ("license-manager", "ListResourceInventory"), ("opentrail", "Nothing"),
]  # fmt: skip


def stored(server):
    return counted(find_events(server, {"EventName": "Ballast"}))


def room(disk):
    free = os.statvfs(disk)
    return free.f_bavail * free.f_frsize


def test_a_full_disk_refuses_and_recovers(disk, server):
    assert get(server, "/_health").status == 200
    # the first segment and its spare are there: no room for a third
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * (room(disk) - 10 * MIB))
    filler = Filler(server)
    filler.until_refused()
    assert sum(map(len, filler.kept)) > 4 * MIB

    # what cannot be recorded is not answered: reads neither, nor refusals
    for service, operation in READS:
        # a small frame may still find a gap; not many do
        replies = (filler.ask(service, operation, {}) for _ in range(20))
        reply = next((reply for reply in replies if reply.status == 503), None)
        assert reply, f"{operation} goes on being answered"
        assert (reply.status, reply.code) == (503, "ServiceUnavailable"), (operation, reply.body)
    health = get(server, "/_health")
    assert health.status == 503 and b"full" in health.body
    assert total(figures(server), "opentrail_journal_full") == 1

    ballast.unlink()
    wait_until(lambda: filler.once().status == 200, 10.0, "the end of the refusals")
    wait_until(lambda: get(server, "/_health").status == 200, 10.0, "the health")
    assert stored(server) == counted(filler.kept)
    server.kill()
    server.start()
    assert stored(server) == counted(filler.kept)
    assert lookup(server.client("cloudtrail", "root"), "EventName", "Ballast")
