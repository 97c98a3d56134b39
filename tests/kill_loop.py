#!/usr/bin/env python3
"""Kills the server under load, restarts it, and holds what it knows against an outside ledger.

usage: kill_loop.py [LOOPS]

Several clients make signed calls that create and delete users and license configurations and
meter usage. Every call carries a user agent of its own, which its event repeats; so each event
can be matched with the call that was sent. After each `kill -9` and restart:

- every answered call has exactly one event, with the request id that was answered;
- every event belongs to a call that was sent, and no call has two;
- the users and configurations that are listed are those that the events created and did not
  delete: no change without its event, no event without its change;
- a metering record that was acknowledged keeps its id.
"""

import datetime
import json
import pathlib
import random
import sys
import threading
import time
from urllib.parse import urlencode

from raw import Closed, Wire, find_details, form_call, json_call
from running import Server, temp_folder, wait_until

CLIENTS = 4
LOAD_SECS = (0.2, 1.0)
RESTART_SECS_MAX = 5.0
# a journal of so many kills is checked as a whole, and the next begins on a new folder
KILLS_PER_FOLDER = 25
CHECKER = "kill-loop/check"
CAUGHT_UP_SECS_MAX = 10.0


class Ledger:
    """What was sent and what was answered, kept outside the server."""

    def __init__(self, metered=None):
        self.sent = {}
        self.answered = {}
        self.metered = {} if metered is None else metered

    def absorb(self, other):
        """Takes over what another ledger holds."""
        self.sent |= other.sent
        self.answered |= other.answered

    def violations(self, events, listed, before=frozenset()):
        """What the server's events and lists contradict; the heart of the test, and pure.

        `before` holds the names that were there before the first of the events.
        """
        found = []
        seen = {}
        for event in events:
            agent = event.get("userAgent")
            if event["eventType"] == "AwsServiceEvent" or agent == CHECKER:
                continue
            if agent not in self.sent:
                found.append(f"nobody sent {event['eventName']} {event.get('requestID')} {agent}")
            elif agent in seen:
                found.append(f"two events for {agent}")
            seen[agent] = event
            found += self.metering_violations(event)
        for agent, request_id in self.answered.items():
            if agent not in seen:
                found.append(f"lost: {self.sent[agent]} {agent} {request_id}")
            elif seen[agent]["requestID"] != request_id:
                found.append(f"{agent} was answered as {request_id}: {seen[agent]['requestID']}")
        folded = fold(events, before)
        found += [f"a change without its event: {name}" for name in sorted(listed - folded)]
        found += [f"an event without its change: {name}" for name in sorted(folded - listed)]
        return found

    def metering_violations(self, event):
        if event["eventName"] != "BatchMeterUsage" or not event["responseElements"]:
            return
        for result in event["responseElements"]["results"]:
            usage = result["usageRecord"]
            key = (usage["customerIdentifier"], usage["dimension"], usage["timestamp"])
            known = self.metered.setdefault(key, result["meteringRecordId"])
            if known != result["meteringRecordId"]:
                yield f"{key} was metered as {known} and as {result['meteringRecordId']}"


def fold(events, before=frozenset()):
    """The names that the events, in their order, leave behind."""
    names = set(before)
    for event in events:
        if event.get("errorCode"):
            continue
        parameters, name = event["requestParameters"], event["eventName"]
        if name == "CreateUser":
            names.add("user " + parameters["userName"])
        elif name == "DeleteUser":
            names.discard("user " + parameters["userName"])
        elif name == "CreateLicenseConfiguration":
            names.add(event["responseElements"]["licenseConfigurationArn"])
        elif name == "DeleteLicenseConfiguration":
            names.discard(parameters["licenseConfigurationArn"])
    return names


class Client(threading.Thread):
    """Makes calls until its connection dies or it is told to stop."""

    def __init__(self, server, ledger, label, stop, dice):
        super().__init__(name=label)
        self.server, self.ledger, self.label = server, ledger, label
        self.stopped, self.dice = stop, dice
        self.keys = server.keys("root")
        self.env = server.env("seller")
        self.wire = Wire(server.port, timeout=20.0)
        self.count = 0
        self.failure = None

    def run(self):
        try:
            while not self.stopped.is_set():
                self.round()
        except (Closed, OSError):
            pass
        except Exception as failure:  # a broken client must fail the run, not end quietly
            self.failure = failure
        self.wire.close()

    def round(self):
        name = f"{self.label}-{self.count}"
        self.iam("CreateUser", UserName=name)
        self.meter()
        made = self.licence(
            "CreateLicenseConfiguration", Name=name, LicenseCountingType="vCPU", LicenseCount=1
        )
        self.meter()
        if self.dice.random() < 0.95:
            self.iam("DeleteUser", UserName=name)
            arn = made.json["LicenseConfigurationArn"]
            self.licence("DeleteLicenseConfiguration", LicenseConfigurationArn=arn)

    def meter(self):
        hours = metering_hours()
        record = {
            "Timestamp": self.dice.choice(hours),
            "CustomerIdentifier": self.env["OPENTRAIL_DEMO_CUSTOMER_ID"],
            "Dimension": self.dice.choice(["requests", "gb"]),
            "Quantity": 7,
        }
        code = self.env["OPENTRAIL_DEMO_PRODUCT_CODE"]
        body = {"ProductCode": code, "UsageRecords": [record]}
        seller = self.server.keys("seller")
        self.call(
            "BatchMeterUsage",
            lambda agent: json_call(
                self.server, seller, "meteringmarketplace", "BatchMeterUsage", body, headers=agent
            ),
        )

    def iam(self, operation, **parameters):
        form = urlencode({"Action": operation, "Version": "2010-05-08"} | parameters)
        self.call(
            operation,
            lambda agent: form_call(self.server, self.keys, "iam", form, headers=agent),
        )

    def licence(self, operation, **parameters):
        return self.call(
            operation,
            lambda agent: json_call(
                self.server, self.keys, "license-manager", operation, parameters, headers=agent
            ),
        )

    def call(self, operation, request):
        """Sends one call, noted before it leaves and again when it was answered."""
        self.count += 1
        agent = f"kill-loop/{self.label}-{self.count}"
        self.ledger.sent[agent] = operation
        reply = self.wire.ask(request({"User-Agent": agent}), again=False)
        if reply.status != 200:
            raise AssertionError(f"{operation}: {reply.status} {reply.body[:500]}")
        self.ledger.answered[agent] = reply.request_id
        return reply


def metering_hours():
    """Hours that may be metered now, as epoch seconds: of this month, less than 22 hours old."""
    now = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - datetime.timedelta(hours=age) for age in range(22)]
    return [int(hour.timestamp()) for hour in hours if hour.month == now.month]


def listed(server):
    """The users and configurations that the server lists, in the terms of `fold`."""
    agent = {"User-Agent": CHECKER}
    keys, wire = server.keys("root"), Wire(server.port, timeout=30.0)
    names, marker = set(), {}
    while True:
        form = urlencode({"Action": "ListUsers", "Version": "2010-05-08", "MaxItems": 1000} | marker)
        text = wire.ask(form_call(server, keys, "iam", form, headers=agent)).body.decode()
        names |= {"user " + part.partition("<")[0] for part in text.split("<UserName>")[1:]}
        if "<Marker>" not in text:
            break
        marker = {"Marker": text.partition("<Marker>")[2].partition("<")[0]}
    token = {}
    while True:
        call = json_call(
            server, keys, "license-manager", "ListLicenseConfigurations", token, headers=agent
        )
        answer = wire.ask(call).json
        rows = answer.get("LicenseConfigurations", [])
        names |= {row["LicenseConfigurationArn"] for row in rows}
        if not answer.get("NextToken"):
            break
        token = {"NextToken": answer["NextToken"]}
    wire.close()
    return names


class Loop:
    """A run of many kills on one data folder."""

    def __init__(self, folder, seed, settings):
        self.dice = random.Random(seed)
        self.whole = Ledger()
        self.recent = Ledger(self.whole.metered)
        # a client that is cut off between making and deleting leaves a configuration behind
        quota = {"OPENTRAIL_SANDBOX__LICENSE_CONFIGURATIONS_MAX": "100000"}
        self.server = Server(pathlib.Path(folder) / "data", "--demo", env=quota | settings).start()
        self.given = frozenset(listed(self.server))
        self.before = self.given
        self.last_sequence = max(sequence for sequence, _ in self.found(None))
        self.slowest = 0.0

    def once(self, number):
        """Load, kill, restart, check."""
        stop = threading.Event()
        began = time.time()
        clients = [self.client(f"{number}-{at}", stop) for at in range(CLIENTS)]
        for client in clients:
            client.start()
        # this wait is the load itself: the moment of the kill is what is random
        stop.wait(self.dice.uniform(*LOAD_SECS))
        self.server.kill()
        stop.set()
        for client in clients:
            client.join()
            if client.failure:
                raise client.failure
        self.server.start()
        self.slowest = max(self.slowest, self.server.start_secs)
        assert self.server.start_secs <= RESTART_SECS_MAX, f"restart {self.server.start_secs} s"
        self.check_recent(began - 2)

    def client(self, label, stop=None):
        dice = random.Random(self.dice.getrandbits(64))
        return Client(self.server, self.recent, label, stop or threading.Event(), dice)

    def caught_up(self):
        """Returns when what was answered up to now can be found.

        Within a second, as other tests hold; here a disk that stalls for once is no failure.
        """
        agent = {"User-Agent": CHECKER}
        form = "Action=GetCallerIdentity&Version=2011-06-15"
        call = form_call(self.server, self.server.keys("root"), "sts", form, headers=agent)
        asked, began = Wire(self.server.port).ask(call).request_id, int(time.time()) - 2
        filter = {"EventName": "GetCallerIdentity", "StartTime": began}

        def seen():
            rows = find_details(self.server, filter, headers=agent)
            return any(asked in row["CloudTrailEvent"] for row in rows)

        wait_until(seen, deadline_secs=CAUGHT_UP_SECS_MAX, what="the checker's own call")

    def found(self, since):
        """The events from `since` on with their sequence numbers, in order."""
        self.caught_up()
        filter = {"StartTime": int(since)} if since else {}
        rows = find_details(self.server, filter, headers={"User-Agent": CHECKER})
        return sorted(
            ((row["Sequence"], json.loads(row["CloudTrailEvent"])) for row in rows),
            key=lambda row: row[0],
        )

    def check_recent(self, since):
        """Holds what happened since the last check against the ledger."""
        rows = [row for row in self.found(since) if row[0] > self.last_sequence]
        self.last_sequence = max([self.last_sequence, *(sequence for sequence, _ in rows)])
        names = listed(self.server)
        wrong = self.recent.violations([event for _, event in rows], names, self.before)
        report(wrong)
        self.whole.absorb(self.recent)
        self.recent = Ledger(self.whole.metered)
        self.before = frozenset(names)
        self.clean(names - self.given)

    def check_whole(self):
        """Holds all events since the beginning against all that was ever sent."""
        everything = Ledger(self.whole.metered)
        everything.absorb(self.whole)
        everything.absorb(self.recent)
        rows = [event for _, event in self.found(None)]
        report(everything.violations(rows, listed(self.server), self.given))

    def clean(self, names):
        """Deletes what the kill left behind, by calls that count like all others."""
        client = self.client(f"clean-{self.last_sequence}")
        for name in sorted(names):
            if name.startswith("user "):
                client.iam("DeleteUser", UserName=name.removeprefix("user "))
            else:
                client.licence("DeleteLicenseConfiguration", LicenseConfigurationArn=name)
        client.wire.close()


def report(wrong):
    assert not wrong, f"{len(wrong)} violations, such as:\n" + "\n".join(wrong[:20])


def run(loops, seed=None, say=print, settings=None):
    """Runs the loops; returns the number of acknowledged calls, all of which were kept."""
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    say(f"kill loop: seed {seed}")
    dice, began = random.Random(seed), time.monotonic()
    done, sent, answered, slowest = 0, 0, 0, 0.0
    while done < loops:
        count = min(KILLS_PER_FOLDER, loops - done)
        loop = one_folder(count, dice.getrandbits(32), settings or {})
        done, slowest = done + count, max(slowest, loop.slowest)
        sent, answered = sent + len(loop.whole.sent), answered + len(loop.whole.answered)
        say(f"kill loop: {done} of {loops} kills, {answered} calls answered")
    say(
        f"kill loop: {loops} kills, {sent} calls sent, {answered} answered, 0 lost, 0 unknown, "
        f"0 half, slowest restart {slowest:.2f} s, {time.monotonic() - began:.0f} s"
    )
    return answered


def one_folder(kills, seed, settings):
    """Kills so many times on one data folder, then checks all of its events."""
    with temp_folder() as folder:
        loop = Loop(folder, seed, settings)
        try:
            for number in range(1, kills + 1):
                loop.once(number)
            loop.check_whole()
            loop.server.stop()
        finally:
            if loop.server.alive():
                loop.server.kill()
        return loop


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
