"""What must be seen of the lake, 1: the same counts and records by SQL, by LookupEvents, by Python."""

import collections
import gzip
import json
import pathlib
import random
import signal
import subprocess
import time

import pytest

from events import lookup
from raw import find_events
from records import exact, record, records_in
from running import BINARY, ROOT, SELLER_ACCOUNT, clean_env

FIXTURES = ROOT.parent / "shared" / "fixtures"
REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]
ACCOUNTS = [SELLER_ACCOUNT, "222233334444"]


def made(number, dice):
    identity = {"type": "IAMUser", "userName": f"user-{dice.randrange(20)}", "accessKeyId": "AKIAX"}
    day = dice.randrange(1, 20)
    return record(
        number,
        eventTime=f"2026-11-{day:02}T{dice.randrange(24):02}:{dice.randrange(60):02}:07Z",
        eventName=f"Name{min(dice.randrange(40), dice.randrange(40))}",
        awsRegion=dice.choice(REGIONS),
        recipientAccountId=dice.choice(ACCOUNTS),
        userIdentity=identity,
        requestParameters={"bucketName": f"b-{dice.randrange(5)}", "deep": {"n": [number, 1.50]}},
        readOnly=dice.random() < 0.7,
    )


def folder_of(one):
    year, month, day = one["eventTime"][:10].split("-")
    account, region = one["recipientAccountId"], one["awsRegion"]
    return pathlib.Path("AWSLogs", account, "CloudTrail", region, year, month, day)


def log_file(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"Records": records}, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode()))


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """A trail bucket: 4,000 events, of which 100 are delivered twice, and what else lies there."""
    dice, root = random.Random(11), tmp_path_factory.mktemp("bucket")
    groups = collections.defaultdict(list)
    for number in range(4000):
        one = made(number, dice)
        groups[folder_of(one)].append(one)
    for place, records in groups.items():
        account, region = place.parts[1], place.parts[3]
        stamp = "".join(place.parts[4:]) + "T0005Z"
        log_file(root / place / f"{account}_CloudTrail_{region}_{stamp}_abcdefgh01234567.json.gz", records)
    again = [one for records in groups.values() for one in records][:100]
    place = folder_of(again[0])
    log_file(root / place / f"{SELLER_ACCOUNT}_CloudTrail_us-east-1_20261101T0010Z_again00000000000.json.gz", again)
    digest = root / "AWSLogs" / SELLER_ACCOUNT / "CloudTrail-Digest" / "us-east-1" / "2026" / "11" / "01"
    digest.mkdir(parents=True)
    (digest / "digest.json.gz").write_bytes(gzip.compress(b"{}"))
    cut = gzip.compress(json.dumps({"Records": again}).encode())[:-200]
    (root / place / f"{SELLER_ACCOUNT}_CloudTrail_us-east-1_20261101T0015Z_cut0000000000000.json.gz").write_bytes(cut)
    return root, [one for records in groups.values() for one in records]


@pytest.fixture
def world(make_server):
    """A demo world at rest."""
    server = make_server("--demo")
    server.stop()
    return server


def imported(server, folder):
    done = server.command("import", "--data", server.data, "--json", folder)
    return json.loads(done.stdout.splitlines()[-1])


def sql(server, query):
    done = server.command("sql", "--data", server.data, "--output", "jsonl", query)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_bucket_is_imported_once_and_counted_alike_everywhere(world, bucket):
    root, records = bucket
    account = imported(world, root)
    assert account["records"] == {"read": 4100, "new": 4000, "duplicate": 100, "broken": 0}
    assert account["files"]["broken"] == 1 and account["files"]["skipped"] == 1
    again = imported(world, root)
    assert again["records"]["new"] == 0 and again["files"]["read"] == 0
    wanted = collections.Counter(one["eventName"] for one in records)
    source = "eventsource = 'imports.example.com'"
    rows = sql(world, f"SELECT eventname, count(*) AS n FROM events WHERE {source} GROUP BY 1")
    assert {row["eventname"]: row["n"] for row in rows} == wanted
    query = (
        "SELECT element_at(requestparameters, 'bucketName') AS b, useridentity.userName AS u, "
        f"count(DISTINCT eventid) AS n FROM events WHERE {source} AND eventtime >= '2026-11-10 00:00:00' "
        "GROUP BY 1, 2"
    )
    later = [one for one in records if one["eventTime"] >= "2026-11-10"]
    wanted = collections.Counter(
        (one["requestParameters"]["bucketName"], one["userIdentity"]["userName"]) for one in later
    )
    assert {(row["b"], row["u"]): row["n"] for row in sql(world, query)} == wanted
    world.start()
    for region in REGIONS:
        client = world.client("cloudtrail", "seller", region)
        found = lookup(client, "EventSource", "imports.example.com", pages=1000)
        texts = sorted(item["CloudTrailEvent"] for item in found)
        mine = [one for one in records if one["awsRegion"] == region]
        mine = [one for one in mine if one["recipientAccountId"] == SELLER_ACCOUNT]
        assert texts == sorted(json.dumps(one, separators=(",", ":")) for one in mine)


def test_the_shared_fixtures_come_back(world):
    if not FIXTURES.is_dir():
        pytest.skip("SKIPPED: ../shared/fixtures is not beside this checkout")
    wanted = collections.Counter()
    for path in sorted(FIXTURES.rglob("*.json*")):
        wanted.update(set(map(exact, records_in(path))))
    account = imported(world, FIXTURES)
    assert account["records"]["new"] == len(wanted)
    world.start()
    stored = collections.Counter(map(exact, find_events(world)))
    lost = [item for item in wanted if stored[item] != 1]
    assert not lost, f"{len(lost)} records missing or changed, such as {lost[0]}"


def test_an_import_that_is_killed_goes_on_without_loss_or_double(world, bucket):
    root, records = bucket
    delay, kills = 0.02, 0
    while True:
        command = [BINARY, "import", "--data", world.data, "--json", root]
        process = subprocess.Popen(command, env=clean_env(), stdout=subprocess.DEVNULL)
        # a little later each time, until a run comes to its end before it is killed
        time.sleep(delay)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        delay, kills = delay + 0.02, kills + 1
    imported(world, root)
    rows = sql(world, "SELECT eventid FROM events WHERE eventsource = 'imports.example.com'")
    assert collections.Counter(row["eventid"] for row in rows) == collections.Counter(
        one["eventID"] for one in records
    )
    assert kills > 2


def test_a_running_server_keeps_its_folder(make_server, bucket):
    server = make_server("--demo")
    done = server.command("import", "--data", server.data, bucket[0], check=False)
    assert done.returncode == 1 and "leave --data out" in done.stderr
