"""History out of the lake: the same answers as out of memory, and a table that others read."""

import json
import pathlib
import subprocess
import sys

import duckdb
import polars
import pytest
from deltalake import DeltaTable

from events import lookup
from raw import find_details, find_events
from records import counted, exact, record
from running import SELLER_ACCOUNT, wait_until

# so small that everything is in files, and files are merged, within a second or two
SMALL = {
    "OPENTRAIL_LAKE__FLUSH_EVENTS": "40",
    "OPENTRAIL_LAKE__FLUSH_SECS": "1",
    "OPENTRAIL_LAKE__FILE_EVENTS": "1000",
    "OPENTRAIL_LAKE__MERGE_FILES": "3",
}
EVENTS = 700
SOURCES = ["imports.example.com", "other.example.com"]
REGIONS = ["us-east-1", "eu-west-1"]


def made(number):
    """A record whose members vary, each in its own rhythm."""
    resources = [{"accountId": SELLER_ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:b{number % 9}"}]
    identity = {"type": "IAMUser", "userName": f"user-{number % 7}", "accessKeyId": f"AKIA{number % 5}"}
    return record(
        number,
        eventTime=f"2026-11-{1 + number % 19:02}T{number % 24:02}:{number % 60:02}:00Z",
        eventName=f"Name{number % 11}",
        eventSource=SOURCES[number % 2],
        awsRegion=REGIONS[number % 3 % 2],
        readOnly=number % 4 == 0,
        userIdentity=identity,
        resources=resources if number % 2 else [],
        requestParameters={"n": number, "text": 'é "quoted" \\ \u2028'},
    )


@pytest.fixture(scope="module")
def records():
    return [made(number) for number in range(EVENTS)]


@pytest.fixture(scope="module")
def imported(records, tmp_path_factory):
    path = tmp_path_factory.mktemp("records") / "records.json"
    path.write_text(json.dumps({"Records": records}, ensure_ascii=False))
    return path


def lake(server):
    return pathlib.Path(server.data) / "lake" / "events"


def rows(server):
    """How many rows the table has, by another engine's word."""
    files = DeltaTable(str(lake(server))).file_uris()
    if not files:
        return 0
    return duckdb.sql(f"select count(*) from read_parquet({files})").fetchall()[0][0]


def flushed(server):
    wait_until(lambda: rows(server) > EVENTS, 30, "every imported event in the lake")
    return server


@pytest.fixture
def server(make_server, imported):
    server = make_server("--demo", env=SMALL)
    server.command("import", imported, who="root")
    return flushed(server)


def ours(records, **members):
    wanted = [one for one in records if all(one[name] == value for name, value in members.items())]
    wanted = [one for one in wanted if one["awsRegion"] == "us-east-1"]
    return sorted(one["eventID"] for one in wanted)


def ids(items):
    return sorted(item["EventId"] for item in items)


def asked(server, key, value):
    return lookup(server.client("cloudtrail", "seller"), key, value, pages=100)


@pytest.mark.parametrize("restarted", [False, True])
def test_every_attribute_answers_as_the_records_say(server, records, restarted):
    if restarted:
        server.kill()
        server.start()
    for number in range(11):
        name = f"Name{number}"
        assert ids(asked(server, "EventName", name)) == ours(records, eventName=name)
    for source in SOURCES:
        assert ids(asked(server, "EventSource", source)) == ours(records, eventSource=source)
    for number in range(7):
        wanted = [one for one in records if one["userIdentity"]["userName"] == f"user-{number}"]
        assert ids(asked(server, "Username", f"user-{number}")) == ours(wanted)
    for number in range(5):
        wanted = [one for one in records if one["userIdentity"]["accessKeyId"] == f"AKIA{number}"]
        assert ids(asked(server, "AccessKeyId", f"AKIA{number}")) == ours(wanted)
    for number in range(9):
        name = f"arn:b{number}"
        wanted = [one for one in records if any(r["ARN"] == name for r in one["resources"])]
        assert ids(asked(server, "ResourceName", name)) == ours(wanted)
    wanted = ours([one for one in records if one["resources"]])
    assert ids(asked(server, "ResourceType", "AWS::S3::Bucket")) == wanted
    for value in (True, False):
        found = asked(server, "ReadOnly", str(value).lower())
        found = [item for item in found if item["EventSource"] in SOURCES]
        assert ids(found) == ours(records, readOnly=value)
    for one in records[:50]:
        found = asked(server, "EventId", one["eventID"])
        assert ids(found) == ours([one])


def test_pages_are_newest_first_and_hold_each_event_once(server, records):
    items = asked(server, "EventSource", SOURCES[0])
    times = [item["EventTime"] for item in items]
    assert times == sorted(times, reverse=True)
    assert len({item["EventId"] for item in items}) == len(items)


def test_records_come_back_to_the_byte(server, records):
    texts = {json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in records}
    found = {text for text in find_events(server) if json.loads(text)["eventSource"] in SOURCES}
    assert found == texts


def test_searches_with_patterns_reach_into_the_lake(server, records):
    found = find_details(server, {"EventName": "name1*", "Who": "user-3"})
    wanted = [
        one
        for one in records
        if one["eventName"].startswith("Name1") and one["userIdentity"]["userName"] == "user-3"
    ]
    texts = [event["CloudTrailEvent"] for event in found]
    assert counted(texts) == counted(map(json.dumps, wanted))


def test_a_second_import_finds_its_records_in_the_lake(server, imported, records):
    done = server.command("import", imported, who="root")
    assert f"{EVENTS} duplicate" in done.stdout + done.stderr or '"duplicate": 700' in done.stdout
    assert len(asked(server, "EventSource", SOURCES[0])) == len(ours(records, eventSource=SOURCES[0]))


def test_other_engines_read_the_table(server, records):
    table = DeltaTable(str(lake(server)))
    files = table.file_uris()
    assert len(files) < 12, "small files were merged"
    query = f"select eventid, eventname, useridentity.username, eventjson from read_parquet({files})"
    found = {row[0]: row for row in duckdb.sql(query).fetchall()}
    for one in records:
        eventid, name, user, text = found[one["eventID"]]
        assert (name, user) == (one["eventName"], one["userIdentity"]["userName"])
        assert exact(text) == exact(json.dumps(one))
    seen = polars.read_delta(str(lake(server)), columns=["eventid", "eventtime", "resources"])
    assert seen.height == seen["eventid"].n_unique()
    assert seen["eventtime"].dtype == polars.Datetime("us", "UTC")


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_what_connect_prints_can_be_pasted(server, engine):
    printed = server.command("connect", engine, "--data", server.data).stdout
    done = subprocess.run(
        [sys.executable, "-c", printed], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Name3" in done.stdout


def test_a_lake_that_is_gone_is_made_again_from_the_journal(server, records):
    before = counted(find_events(server, {"EventSource": SOURCES[0]}))
    server.stop()
    for path in lake(server).rglob("*"):
        if path.is_file():
            path.unlink()
    server.start()
    assert counted(find_events(server, {"EventSource": SOURCES[0]})) == before
    flushed(server)


def test_a_journal_older_than_its_lake_is_refused(server, make_server):
    server.stop()
    young = make_server("--demo")
    young.stop()
    (pathlib.Path(young.data) / "lake").rename(young.data.with_name("put-away"))
    (pathlib.Path(server.data) / "lake").rename(pathlib.Path(young.data) / "lake")
    with pytest.raises(AssertionError):
        young.start()
    assert "Move the folder lake away" in young.log.read_text()
