#!/usr/bin/env python3
"""Kills the server while trails deliver, and holds the bucket against an outside ledger.

usage: kill_delivery.py [KILLS]

Clients call in two Regions, a trail delivers every second, the sandbox's clock is moved an hour at
a random moment, and at another the server is killed: while it cuts, builds, puts, tells or signs.
Every other kill waits for the first byte of a delivery and strikes while that is under way.
Every call carries a user agent of its own, which its event repeats. After the last kill:

- every answered call is in a log file, with the request id that was answered;
- every event in a log file belongs to a call that was sent, is what the server's search tells, byte
  for byte, and is there once; a store of the user's own may hold it again, with the same bytes;
- no hour is without its digest, each log file is in one digest, and validate-logs finds all valid;
- in the built-in store there are no bytes without an object.
"""

import collections
import json
import os
import pathlib
import random
import sys
import threading
import time

import trails
from raw import Closed, Wire, find_details, json_call
from running import SELLER_ACCOUNT, Server, temp_folder, wait_until
from second_store import Forwarder, Moto, configuration

REGIONS = ["us-east-1", "eu-west-1"]
SETTINGS = {
    "OPENTRAIL_REGIONS": json.dumps(REGIONS),
    "OPENTRAIL_TRAILS__DELIVERY_INTERVAL_SECS": "1",
}
CLIENTS = 2
# a second of load is a slot; what was cut before the kill is delivered after it
LOAD_SECS = (0.1, 1.3)
# a delivery takes some ten milliseconds
UNDER_WAY_SECS = (0.0, 0.05)
RESTART_SECS_MAX = 5.0
# a bucket of so many kills is checked as a whole, and the next begins on a new folder
KILLS_PER_FOLDER = 25
# what the server logs when a kill hit between an object's bytes and the word that it is there
SWEPT = "never acknowledged"
CHECKER = "kill-delivery/check"


class Ledger:
    """What was sent and what was answered, kept outside the server."""

    def __init__(self):
        self.sent = {}
        self.answered = {}

    def violations(self, records):
        """What the records of the log files contradict; pure."""
        found, seen = [], {}
        for record in records:
            agent = record["userAgent"]
            if not agent.startswith("kill-delivery/") or agent == CHECKER:
                continue
            if agent not in self.sent:
                found.append(f"nobody sent {record['eventName']} {agent}")
            if seen.setdefault(agent, record)["eventID"] != record["eventID"]:
                found.append(f"two events for {agent}")
        for agent, request_id in self.answered.items():
            if agent not in seen:
                found.append(f"lost: {self.sent[agent]} {agent} {request_id}")
            elif seen[agent]["requestID"] != request_id:
                found.append(f"{agent} was answered as {request_id}: {seen[agent]['requestID']}")
        return found


class Client(threading.Thread):
    """Makes calls until its connection dies or it is told to stop."""

    def __init__(self, trial, label, calls):
        super().__init__(name=label)
        self.server, self.ledger, self.stopped = trial.server, trial.ledger, trial.stopped
        self.keys, self.label, self.calls = trial.server.keys("root"), label, calls
        self.wire = Wire(trial.server.port, timeout=20.0)
        self.failure = None

    def run(self):
        try:
            for count, (service, operation, body, region) in enumerate(self.calls):
                if self.stopped.is_set():
                    break
                self.call(f"kill-delivery/{self.label}-{count}", service, operation, body, region)
        except (Closed, OSError):
            pass
        except Exception as failure:  # a broken client must fail the run, not end quietly
            self.failure = failure
        self.wire.close()

    def call(self, agent, service, operation, body, region):
        """Sends one call, noted before it leaves and again when it was answered."""
        self.ledger.sent[agent] = operation
        head = {"User-Agent": agent}
        request = json_call(self.server, self.keys, service, operation, body, region, head)
        reply = self.wire.ask(request, again=False)
        if reply.status != 200:
            raise AssertionError(f"{operation}: {reply.status} {reply.body[:500]}")
        self.ledger.answered[agent] = reply.request_id


def reads():
    """Calls without end, in one Region after the other."""
    while True:
        for region in REGIONS:
            yield "license-manager", "ListLicenseConfigurations", {}, region


def an_hour(stopped, dice):
    """Moves the clock by an hour, at some moment of the load."""
    # this wait is part of the load: the moment of the move is what is random
    stopped.wait(dice.uniform(0, LOAD_SECS[1]))
    yield "opentrail", "SetClock", {"AdvanceSeconds": 3600}, "us-east-1"


class Trial:
    """Many kills on one data folder, with one trail to one store."""

    def __init__(self, folder, seed, moto=None):
        self.dice, self.ledger, self.moto = random.Random(seed), Ledger(), moto
        self.wire = Forwarder(moto.port) if moto else None
        self.stopped = threading.Event()
        self.slowest = 0.0
        arguments, elsewhere = ["--demo"], None
        if moto:
            config = configuration(folder, self.wire.url, "kill-*", delivery_interval_secs=1)
            arguments += ["--config", str(config)]
            elsewhere = {"AWS_ENDPOINT_URL_S3": moto.url}
        data = pathlib.Path(folder) / "data"
        self.server = Server(data, *arguments, env=SETTINGS).start()
        self.began, self.elsewhere = trails.now(self.server), elsewhere
        flags = ["--is-multi-region-trail", "--enable-log-file-validation"]
        self.arn = trails.make_trail(self.server, "killed", "kill-logs", *flags, env=elsewhere)

    @property
    def bucket(self):
        """The bucket, by a client for the port of the present process."""
        s3 = self.moto.s3() if self.moto else self.server.client("s3", "root")
        return trails.Bucket(s3, "kill-logs")

    def once(self, number):
        """Load, kill, restart."""
        self.stopped = threading.Event()
        mover = an_hour(self.stopped, random.Random(self.dice.getrandbits(64)))
        clients = [Client(self, f"{number}-clock", mover)]
        clients += [Client(self, f"{number}-{at}", reads()) for at in range(CLIENTS)]
        for client in clients:
            client.start()
        # this wait is the load itself: the moment of the kill is what is random
        self.stopped.wait(self.dice.uniform(*LOAD_SECS))
        if number % 2:
            self.wait_for_delivery()
        self.server.kill()
        self.stopped.set()
        for client in clients:
            client.join()
            if client.failure:
                raise client.failure
        self.server.start()
        self.slowest = max(self.slowest, self.server.start_secs)
        assert self.server.start_secs <= RESTART_SECS_MAX, f"restart {self.server.start_secs} s"

    def wait_for_delivery(self):
        """Returns at a random moment after the first byte of the next object has left the server."""
        if self.wire:
            self.wire.watched = "PUT /kill-logs/AWSLogs/"
            self.wire.noticed.clear()
            began = self.wire.noticed.is_set
        else:
            folder = self.server.data / "buckets" / "kill-logs"
            before = set(os.listdir(folder)) if folder.exists() else set()
            began = lambda: folder.exists() and set(os.listdir(folder)) - before
        wait_until(began, 10.0, "a delivery")
        self.stopped.wait(self.dice.uniform(*UNDER_WAY_SECS))

    def finish(self):
        """Lets everything arrive; returns the bucket."""
        _, self.wanted = self.search()
        self.ended = trails.advance(self.server, "1h10m")
        bucket = self.bucket
        trails.wait_for_events(bucket, self.wanted)
        trails.wait_for_digests(bucket, REGIONS, self.ended)
        return bucket

    def search(self):
        """The texts of all records by Region and id, and the ids since the trail began."""
        told, wanted = collections.defaultdict(dict), set()
        rows = list(find_details(self.server, headers={"User-Agent": CHECKER}))
        for row in sorted(rows, key=lambda row: row["Sequence"]):
            record = json.loads(row["CloudTrailEvent"])
            if record["eventName"] == "StartLogging":
                wanted = set()
            wanted.add(record["eventID"])
            told[SELLER_ACCOUNT, record["awsRegion"]][record["eventID"]] = row["CloudTrailEvent"]
        return told, wanted

    def check(self):
        """Holds bucket, ledger and chains against each other; returns the number of events."""
        bucket = self.finish()
        files = {key: log.body for key, log in bucket.logs().items()}
        told, _ = self.search()
        wrong = trails.violations(told, files, self.wanted, again=self.moto is not None)
        records = [r for log in bucket.logs().values() for r in log.document["Records"]]
        wrong += self.ledger.violations(records)
        wrong += trails.digest_violations(bucket)
        trails.report(wrong)
        for region in REGIONS:
            self.validate(bucket, region)
        return len(records)

    def validate(self, bucket, region):
        times = bucket.digest_times()[SELLER_ACCOUNT, region]
        trails.assert_hourly(times)
        assert times[0] - self.began < trails.HOUR / 60, f"the chain begins at {times[0]}"
        verdict = trails.validate(
            self.server, self.arn, region, self.began, self.ended, env=self.elsewhere
        )
        digests = {key: d for key, d in bucket.digests().items() if f"-Digest/{region}/" in key}
        listed = {entry["s3Object"] for d in digests.values() for entry in d.document["logFiles"]}
        verdict.assert_valid(digests, listed)
        for key, log in bucket.logs().items():
            ids = {record["eventID"] for record in log.document["Records"]}
            if f"/CloudTrail/{region}/" in key and ids & self.wanted:
                assert key in listed, f"no digest lists {key}"

    def assert_no_strays(self):
        """Checks that after a start the built-in store holds the bytes of its objects and no more."""
        self.server.stop()
        self.server.start()
        folder = self.server.data / "buckets" / "kill-logs"

        def difference():
            kept = [path.stat().st_size for path in folder.iterdir()]
            objects = [size for size in self.bucket.sizes().values() if size]
            found = collections.Counter(kept)
            found.subtract(objects)
            return {size: count for size, count in found.items() if count}

        # the trail goes on meanwhile
        wait_until(lambda: not difference(), 10.0, f"a file for each object ({difference()})")


def one_folder(kills, seed, say, second_store):
    """Kills so many times on one data folder, then checks all that was delivered."""
    with temp_folder() as folder:
        moto = Moto() if second_store else None
        trial = Trial(folder, seed, moto)
        try:
            for number in range(1, kills + 1):
                trial.once(number)
            events, files = trial.check(), len(trial.bucket.logs())
            if not moto:
                trial.assert_no_strays()
            say(
                f"kill delivery: {kills} kills, {'second' if moto else 'built-in'} store, "
                f"{len(trial.ledger.answered)} calls answered, {events} events in {files} files, "
                f"{trial.server.output().count(SWEPT)} kills between bytes and word, "
                f"slowest restart {trial.slowest:.2f} s"
            )
            trial.server.stop()
        finally:
            if trial.server.alive():
                trial.server.kill()
            if moto:
                trial.wire.stop()
                moto.stop()
        return trial


def run(kills, seed=None, say=print):
    """Runs so many kills, every fourth folder with the second store; returns the answered calls."""
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    say(f"kill delivery: seed {seed}")
    dice, began = random.Random(seed), time.monotonic()
    done, answered, folders = 0, 0, 0
    while done < kills:
        count, folders = min(KILLS_PER_FOLDER, kills - done), folders + 1
        trial = one_folder(count, dice.getrandbits(32), say, folders % 4 == 2)
        done, answered = done + count, answered + len(trial.ledger.answered)
    spent = time.monotonic() - began
    say(f"kill delivery: {kills} kills, {answered} calls answered, 0 lost, {spent:.0f} s")
    return answered


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
