"""`tail` and `clock show` on a data folder, with and without a server beside it."""

import datetime
import json
import subprocess

import pytest

from events import utc_now
from running import BINARY, clean_env, request_id

STAMP = "%Y-%m-%dT%H:%M:%SZ"


def opentrail(*arguments):
    """Runs a command that has neither endpoint nor credentials."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], env=clean_env(), capture_output=True, text=True, timeout=30
    )


@pytest.fixture(params=["at rest", "beside a server"])
def folder(request, make_server):
    """A data folder with 15 known calls, and their request ids."""
    server = make_server("--demo")
    manager = server.client("license-manager")
    asked = [request_id(manager.list_license_configurations()) for _ in range(15)]
    if request.param == "at rest":
        server.stop()
    return server.data, asked


def tailed(*arguments):
    done = opentrail("tail", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line)["requestID"] for line in done.stdout.splitlines()]


def test_tail_shows_the_last_ten_and_ends(folder):
    data, asked = folder
    assert tailed("--data", data) == asked[-10:]


@pytest.mark.parametrize("limit", [1, 3, 15])
def test_tail_shows_as_many_as_asked(folder, limit):
    data, asked = folder
    assert tailed("--data", data, "--limit", limit) == asked[-limit:]


def test_tail_filters(folder):
    data, asked = folder
    assert tailed("--data", data, "--event", "NoSuchEvent") == []
    assert tailed("--data", data, "--who", "Alice", "--limit", 2) == asked[-2:]


def test_tail_for_people(folder):
    data, _ = folder
    done = opentrail("tail", "--data", data)
    assert done.returncode == 0, done.stderr
    heading, *lines = done.stdout.splitlines()
    assert heading.startswith("TIME") and len(lines) == 10
    assert all("ListLicenseConfigura" in line and "Alice" in line for line in lines)
    assert [line[:20] for line in lines] == sorted(line[:20] for line in lines)


def test_tail_of_many(make_server):
    """More than one page of the search: as many as asked, or a word that there is a limit."""
    server = make_server("--demo")
    rows = "".join(
        json.dumps({"eventName": "Plenty", "eventID": f"{n:032d}", "eventTime": "2026-01-01T00:00:00Z",
                    "eventSource": "x.example.com", "awsRegion": "us-east-1"}) + "\n"
        for n in range(1_200)
    )  # fmt: skip
    server.command("import", "-", who="root", input=rows)
    server.stop()
    done = opentrail("tail", "--data", server.data, "--event", "Plenty", "--limit", 1_100)
    lines = done.stdout.count("Plenty")
    assert lines == 1_100 or (done.returncode != 0 and "--limit" in done.stderr), lines


@pytest.mark.parametrize("command", [["tail"], ["clock", "show"]])
def test_a_folder_that_is_none_is_named(tmp_path, command):
    done = opentrail(*command, "--data", tmp_path / "nothing")
    assert done.returncode == 1
    assert str(tmp_path / "nothing") in done.stderr
    assert not (tmp_path / "nothing").exists()


def shown(data):
    """What `clock show` says of a folder: the time, and the words about it."""
    done = opentrail("clock", "show", "--data", data)
    assert done.returncode == 0, done.stderr
    return datetime.datetime.strptime(done.stdout.strip(), STAMP), done.stderr.strip()


def assert_ahead(data, hours):
    time, words = shown(data)
    distance = time - utc_now().replace(tzinfo=None) - datetime.timedelta(hours=hours)
    assert abs(distance.total_seconds()) < 20
    assert words == (f"{hours * 3600} s ahead of the real time" if hours else "the real time")


def test_clock_show(make_server):
    server = make_server("--demo")
    assert_ahead(server.data, 0)
    server.command("clock", "advance", "3h", who="root")
    assert_ahead(server.data, 3)
    server.command("clock", "advance", "2h", who="root")
    assert_ahead(server.data, 5)
    server.stop()
    assert_ahead(server.data, 5)


def test_only_showing_works_on_a_folder(make_server):
    server = make_server("--demo")
    for words in (["advance", "3h"], ["set", "2027-01-01"]):
        refused = opentrail("clock", *words, "--data", server.data)
        assert refused.returncode == 2 and "--data" in refused.stderr
    assert_ahead(server.data, 0)
