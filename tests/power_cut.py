#!/usr/bin/env python3
"""Power cuts: what the journal acknowledged must be there when the power is back.

usage (as root): power_cut.py [LOOPS] [--binary PATH]

Each loop mounts a small ext4, lets the example `append_ledger` append to a journal on it, and shuts
the file system down at a random moment without writing back anything: what had not reached the disk
is gone, as in a power cut. Then it mounts again and compares what is left with what had been
acknowledged in all loops so far. A second run leaves out every sync: it has to lose acknowledged
frames, or the test would show nothing.

Where it cannot run (not root, no loop device, no mkfs.ext4) it says SKIPPED and why.
"""
import argparse
import fcntl
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
NO_LOG_FLUSH = 2
IMAGE_BYTES = 192 << 20
CALLERS = 8  # of append_ledger: each has one frame under way at most
ROOT = pathlib.Path(__file__).resolve().parent.parent


def why_not():
    """Returns why power cuts cannot be staged here, or None."""
    if os.geteuid() != 0:
        return "needs root to mount a file system"
    for tool in ("mkfs.ext4", "mount", "umount", "losetup"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if subprocess.run(["losetup", "--find"], capture_output=True).returncode != 0:
        return "no loop device is free"
    return None


class Disk:
    """A small ext4 in a file, whose power can be cut."""

    def __init__(self, work):
        self.image, self.mount = work / "disk.img", work / "mnt"
        self.mount.mkdir()

    def make(self):
        self.image.unlink(missing_ok=True)
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)

    def on(self):
        done = subprocess.run(
            ["mount", "-o", "loop", self.image, self.mount], capture_output=True, text=True
        )
        return done.returncode == 0 or done.stderr.strip()

    def cut(self):
        folder = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(folder)

    def off(self):
        subprocess.run(["umount", self.mount], check=True)


class Ledger(threading.Thread):
    """Takes down, outside of the disk, what the example says was acknowledged."""

    def __init__(self, command):
        super().__init__()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines, self.seen = [], threading.Condition()
        self.start()

    def run(self):
        for line in self.process.stdout:
            with self.seen:
                if line.endswith("\n"):
                    self.lines.append(line.rstrip("\n"))
                self.seen.notify()

    def wait_for(self, count):
        """Waits until so many frames were acknowledged, or the example has ended."""
        with self.seen:
            self.seen.wait_for(lambda: len(self.lines) >= count or not self.is_alive(), timeout=20)

    def end(self):
        self.join()
        errors = self.process.stderr.read()
        self.process.wait()
        return self.lines, errors


def check(binary, folder):
    """Returns what is left, and the complaint about it, if any."""
    done = subprocess.run([binary, folder, "--check"], capture_output=True, text=True)
    complaint = done.stderr.strip() if done.returncode else ""
    return set(done.stdout.splitlines()), complaint


class Tally:
    """What the loops have shown so far."""

    def __init__(self):
        self.cuts = self.acknowledged = self.lost = self.unanswered = self.torn = 0
        self.complaints = []


def cut_once(binary, disk, flags, acknowledged, tally):
    """One life of the journal. Returns everything acknowledged so far that is still there."""
    folder = disk.mount / "data"
    ledger = Ledger([binary, folder, *flags])
    ledger.wait_for(random.randint(1, 400))
    time.sleep(random.random() * 0.01)  # any moment of a commit, not only the one behind an answer
    disk.cut()
    lines, errors = ledger.end()
    disk.off()
    tally.cuts += 1
    tally.acknowledged += len(lines)
    tally.torn += "cut " in errors
    if not lines:
        tally.complaints.append(f"nothing was acknowledged: {errors.strip()}")
    mounted = disk.on()
    if mounted is not True:
        raise SystemExit(f"cannot mount again: {mounted}")
    left, complaint = check(binary, folder)
    if complaint:
        tally.complaints.append(complaint)
    acknowledged |= set(lines)
    tally.lost += len(acknowledged - left)
    extra = len(left - acknowledged)
    tally.unanswered += extra
    if extra > CALLERS:
        tally.complaints.append(f"{extra} frames are there that nobody waits for")
    return left


def run(binary, work, loops, flags):
    """Cuts the power again and again; the journal of the control starts anew each time."""
    disk, tally, acknowledged = Disk(work), Tally(), set()
    disk.make()
    disk.on()
    try:
        for _ in range(loops):
            acknowledged = cut_once(binary, disk, flags, acknowledged, tally)
            if flags or usage(disk.mount) > 0.6:
                shutil.rmtree(disk.mount / "data", ignore_errors=True)
                acknowledged = set()
    finally:
        disk.off()
    return tally


def usage(folder):
    figures = os.statvfs(folder)
    return 1 - figures.f_bavail / figures.f_blocks


def tell(name, tally, begun):
    print(
        f"{name}: {tally.cuts} cuts, {tally.acknowledged} acknowledged, {tally.lost} lost, "
        f"{tally.unanswered} kept unanswered, {tally.torn} torn tails cut, "
        f"{len(tally.complaints)} complaints, {time.monotonic() - begun:.1f} s",
        flush=True,
    )


def build():
    command = ["cargo", "build", "-q", "-p", "journal", "--example", "append_ledger"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return pathlib.Path(target) / "debug" / "examples" / "append_ledger"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("loops", nargs="?", type=int, default=60)
    parser.add_argument("--binary", type=pathlib.Path, help="a built append_ledger")
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    if reason := why_not():
        print(f"SKIPPED: {reason}")
        return 0
    seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
    random.seed(seed)
    print(f"seed {seed}")
    binary = (arguments.binary or build()).resolve()
    with tempfile.TemporaryDirectory() as kept:
        synced, control = pathlib.Path(kept) / "synced", pathlib.Path(kept) / "control"
        synced.mkdir()
        control.mkdir()
        begun = time.monotonic()
        kept_all = run(binary, synced, arguments.loops, [])
        tell("synced", kept_all, begun)
        begun = time.monotonic()
        lossy = run(binary, control, max(3, arguments.loops // 10), ["--no-sync"])
        tell("control without sync", lossy, begun)
    for complaint in kept_all.complaints[:10]:
        print(f"FAILED: {complaint}")
    if kept_all.lost:
        print(f"FAILED: {kept_all.lost} acknowledged frames are gone")
    if not lossy.lost:
        print("FAILED: the control lost nothing, so these cuts show nothing")
    return 1 if kept_all.complaints or kept_all.lost or not lossy.lost else 0


if __name__ == "__main__":
    sys.exit(main())
