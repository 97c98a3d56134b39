"""What must be seen, 3: importing real log files loses no record and no field."""

import gzip
import json
import pathlib

import pytest

from events import lookup
from raw import find_events, own_call
from records import Digits, counted, exact, record, records_in, reported, spelled
from running import ROOT, SELLER_ACCOUNT

FIXTURES = ROOT.parent / "shared" / "fixtures"


def with_raw(number, raw):
    """The text of a record that holds `raw`, digit by digit, under `odd`."""
    return json.dumps(record(number))[:-1] + f',"odd":{raw}}}'


ODD_VALUES = [
    "1.0", "1e3", "-0.0", "12345678901234567890", "-9223372036854775808", "0.1", "1E-7",
    "123456789.123456789", '"\\u0000\\u001f\\u2028"', '"\\ud83d\\ude00 \\u00e9"', '"😀 é ﷽"',
    '""', "null", "true", "{}", "[]", '{"":""}', '"a\\/b"', '{"a":{"a":{"a":[[[1]]]}}}',
    "[" * 90 + "]" * 90, '"' + "x" * 200_000 + '"',
]  # fmt: skip


def test_the_shared_fixtures_lose_nothing(make_server):
    if not FIXTURES.is_dir():
        pytest.skip("SKIPPED: ../shared/fixtures is not beside this checkout")
    wanted = set()
    for path in sorted(FIXTURES.rglob("*.json*")):
        wanted |= set(map(exact, records_in(path)))
    assert len(wanted) > 300
    server = make_server("--demo")
    done = server.command("import", FIXTURES, who="root")
    figures = reported(done.stdout + done.stderr)
    assert figures["new"] == len(wanted), done.stdout
    assert figures["read"] == figures["new"] + figures["duplicate"]
    # names of another spelling than ours may be records too: only what came in is compared
    stored = counted(find_events(server))
    lost = [item for item in wanted if stored[item] != 1]
    assert not lost, f"{len(lost)} records missing or changed, such as {lost[0]}"


def test_a_second_import_adds_nothing(make_server, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"Records": [record(1), record(2)]}))
    server = make_server("--demo")
    first = server.command("import", tmp_path, who="root")
    second = server.command("import", tmp_path / "a.json", who="root")
    assert reported(first.stdout + first.stderr)["new"] == 2
    figures = reported(second.stdout + second.stderr)
    assert (figures["new"], figures["duplicate"]) == (0, 2)
    found = find_events(server, {"EventSource": "imports.example.com"})
    assert len(found) == 2


def write_corpus(folder):
    """Files in every shape; returns the records that must come in, and how many must not."""
    numbers = iter(range(1, 1_000))
    made = lambda **members: record(next(numbers), **members)  # noqa: E731
    good = []

    def keep(*records):
        good.extend(item if isinstance(item, str) else json.dumps(item) for item in records)
        return list(records)

    (folder / "deep" / "er").mkdir(parents=True)
    write = lambda name, text: (folder / name).write_text(text, encoding="utf-8")  # noqa: E731
    write("log.json", json.dumps({"Records": keep(made(), made())}, separators=(",", ":")))
    write("pretty.json", json.dumps({"Records": keep(made(), made())}, indent=4))
    write("bare.json", json.dumps(keep(made(), made())))
    write("single.json", json.dumps(keep(made())[0]))
    write("deep/er/lines.jsonl", "\n".join(map(json.dumps, keep(made(), made()))) + "\n\n")
    write("bom.json", "\ufeff" + json.dumps({"Records": keep(made())}))
    packed = json.dumps({"Records": keep(made(), made())}).encode()
    (folder / "packed.json.gz").write_bytes(gzip.compress(packed))
    members = [json.dumps(item).encode() + b"\n" for item in keep(made(), made())]
    (folder / "members.json.gz").write_bytes(b"".join(map(gzip.compress, members)))
    write("empty.json", '{"Records":[]}')
    odd = [with_raw(next(numbers), raw) for raw in ODD_VALUES]
    write("odd.json", '{"Records":[' + ",".join(keep(*odd)) + "]}")
    unknown = made(addendum={"reason": "DELIVERY_DELAY"}, brandNew={"x": [1, {"y": None}]})
    write("unknown.json", json.dumps(keep(unknown)))
    same = made()
    write("same.json", json.dumps(keep(same) + [same]))
    write("same-again.json", json.dumps([same]))
    other = dict(same, errorCode="AccessDenied")
    write("other-content.json", json.dumps(keep(other)))
    no_id = made()
    del no_id["eventID"]
    write("no-id.json", json.dumps(keep(no_id)))
    broken = write_broken(folder, keep, made)
    return good, broken


def write_broken(folder, keep, made):
    """Files that are bad, or hold something bad between good records."""
    (folder / "broken.json").write_text('{"Records":[{"eventName":')
    (folder / "binary.json").write_bytes(bytes(range(256)))
    (folder / "cut.json.gz").write_bytes(gzip.compress(b'{"Records":[]}' * 999)[:-20])
    (folder / "no-gzip.json.gz").write_bytes(b"not gzip at all")
    (folder / "deep.json").write_text('{"eventName":"A","x":' + "[" * 100_000 + "]" * 100_000 + "}")
    rows = [json.dumps(row) for row in keep(made(), made())]
    (folder / "mixed.jsonl").write_text(f"{rows[0]}\n{{oops\n17\n{rows[1]}\n")
    inner = keep(made())
    (folder / "mixed.json").write_text(
        json.dumps({"Records": [1, "x", None, {"no": "event"}] + inner})
    )
    return 5 + 2 + 4


def test_every_shape_and_oddity_comes_back_exactly(make_server, tmp_path):
    good, broken = write_corpus(tmp_path)
    server = make_server("--demo")
    done = server.command("import", tmp_path, who="root", check=False)
    figures = reported(done.stdout + done.stderr)
    stored = counted(find_events(server, {"EventSource": "imports.example.com"}))
    assert stored == counted(good)
    assert figures["new"] == len(good)
    assert figures["duplicate"] == 2
    assert figures["skipped"] >= broken
    for name in ("broken.json", "cut.json.gz", "no-gzip.json.gz", "binary.json", "mixed.jsonl"):
        assert name in done.stdout + done.stderr, f"{name} is not named among what was skipped"


def test_looked_up_and_shown_as_stored(make_server, tmp_path):
    server = make_server("--demo")
    text = with_raw(77, '{"b":1.50,"a":[1e2,12345678901234567890]}')
    (tmp_path / "one.json").write_text(text)
    server.command("import", tmp_path, who="root")
    event_id = json.loads(text)["eventID"]
    items = lookup(server.client("cloudtrail", "root"), "EventId", event_id)
    assert len(items) == 1
    assert exact(items[0]["CloudTrailEvent"]) == exact(text)
    got = own_call(server, "GetEvent", {"EventId": event_id})["Events"]
    assert [event["CloudTrailEvent"] for event in got] == [items[0]["CloudTrailEvent"]]
    assert got[0]["RecipientAccountId"] == SELLER_ACCOUNT


def test_two_records_with_one_id_are_both_shown(make_server, tmp_path):
    server = make_server("--demo")
    one, two = record(5), record(5, errorCode="Other")
    (tmp_path / "two.json").write_text(json.dumps([one, two]))
    server.command("import", tmp_path, who="root")
    got = own_call(server, "GetEvent", {"EventId": one["eventID"]})["Events"]
    texts = [event["CloudTrailEvent"] for event in got]
    assert counted(texts) == counted([json.dumps(one), json.dumps(two)])


def test_standard_input_and_restart(make_server, tmp_path):
    server = make_server("--demo")
    rows = "".join(json.dumps(record(number)) + "\n" for number in range(1, 41))
    done = server.command("import", "-", who="root", input=rows)
    assert reported(done.stdout + done.stderr)["new"] == 40
    before = counted(find_events(server, {"EventSource": "imports.example.com"}))
    server.stop()
    server.start()
    assert counted(find_events(server, {"EventSource": "imports.example.com"})) == before
    assert sum(before.values()) == 40


def test_only_those_who_may_can_import(make_server, tmp_path):
    server = make_server("--demo")
    path = pathlib.Path(tmp_path / "one.json")
    path.write_text(json.dumps(record(1)))
    done = server.command("import", path, who="auditor", check=False)
    assert done.returncode != 0
    assert "AccessDenied" in done.stdout + done.stderr or "not authorized" in done.stderr
    assert find_events(server, {"EventSource": "imports.example.com"}) == []


def test_records_are_spelled_as_they_were_read():
    """The suite's own reader: a digit it dropped would never be missed."""
    text = '{"a":1.0,"b":[1e3,12345678901234567890,null,true],"c":"\\u2028"}'
    again = spelled(json.loads(text, parse_float=Digits, parse_int=Digits))
    assert again == text
    assert exact('{"a":1}') == exact('{"a":1.0}') != exact('{"a":true}')
    assert exact('{"a":12345678901234567890}') != exact('{"a":12345678901234567891}')
