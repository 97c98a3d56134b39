"""Importing beside other work: what is a duplicate, what is told of it, and each record once."""

import collections
import json
import threading

import pytest

from events import event_of
from raw import Wire, find_details, json_call, own_call
from records import counted, record
from running import request_id


@pytest.fixture
def server(make_server):
    return make_server("--demo")


def take(server, *records):
    """Imports records, given as dicts; the answer of ImportEvents."""
    return own_call(server, "ImportEvents", {"Records": list(map(json.dumps, records))})


def found(server, name):
    return list(find_details(server, {"EventName": name}))


def without_id(number):
    made = record(number, eventName="Nameless")
    del made["eventID"]
    return made


def test_records_without_an_id_are_told_by_their_text(server):
    first, second = without_id(1), without_id(2)
    answer = take(server, first, second, first)
    assert (answer["New"], answer["Duplicate"]) == (2, 1)
    answer = take(server, second, first, without_id(3))
    assert (answer["New"], answer["Duplicate"]) == (1, 2)
    texts = [event["CloudTrailEvent"] for event in found(server, "Nameless")]
    wanted = [first, second, without_id(3)]
    assert counted(texts) == counted(map(json.dumps, wanted))


def test_one_id_with_two_contents_is_two_events(server):
    one = record(1, eventName="Twice")
    other = one | {"errorCode": "AccessDenied"}
    assert take(server, one)["New"] == 1
    assert take(server, other)["New"] == 1
    again = take(server, one, other)
    assert (again["New"], again["Duplicate"]) == (0, 2)
    got = own_call(server, "GetEvent", {"EventId": one["eventID"]})["Events"]
    for events in (got, found(server, "Twice")):
        texts = [event["CloudTrailEvent"] for event in events]
        assert counted(texts) == counted(map(json.dumps, [one, other]))
        assert all(event["Imported"] is True for event in events)


def test_what_is_imported_can_be_told_from_what_happened_here(server):
    """A forged record of a call that this server serves does not pass for one."""
    forged = record(1, eventSource="sts.amazonaws.com", eventName="GetCallerIdentity")
    take(server, forged)
    own = event_of(
        server, "GetCallerIdentity", request_id(server.client("sts").get_caller_identity())
    )
    told = {
        json.loads(event["CloudTrailEvent"])["eventID"]: event["Imported"]
        for event in found(server, "GetCallerIdentity")
    }
    assert told == {forged["eventID"]: True, own["eventID"]: False}
    for event_id, imported in told.items():
        events = own_call(server, "GetEvent", {"EventId": event_id})["Events"]
        assert [event["Imported"] for event in events] == [imported]


def test_the_event_of_an_import_does_not_repeat_the_records(server):
    marked = record(1, eventName="Marked", requestParameters={"mark": "mark-of-the-record"})
    take(server, marked)
    told = found(server, "ImportEvents")
    assert len(told) == 1
    text = told[0]["CloudTrailEvent"]
    assert "mark-of-the-record" not in text and "Marked" not in text
    assert len(text) < 4096 and told[0]["Imported"] is False
    assert json.loads(text)["responseElements"]["new"] == 1
    event_id = json.loads(text)["eventID"]
    assert "mark-of-the-record" not in str(own_call(server, "GetEvent", {"EventId": event_id}))


class Tail(threading.Thread):
    """Follows one event name through TailEvents until it has seen enough."""

    def __init__(self, server, name, enough):
        super().__init__()
        self.server, self.enough = server, enough
        self.filter = {"EventName": name, "Account": "all", "Region": "all"}
        self.last = own_call(server, "TailEvents", {"Filter": self.filter})["LastSequence"]
        self.pages, self.texts = [], []
        self.start()

    def run(self):
        body = {"Filter": self.filter, "WaitSeconds": 1}
        # one more page than needed at the end: whatever came twice would be on it
        rest = 1
        while rest and len(self.pages) < 500:
            answer = own_call(self.server, "TailEvents", body | {"AfterSequence": self.last})
            self.last = answer["LastSequence"]
            self.pages.append(len(answer["Events"]))
            self.texts += [event["CloudTrailEvent"] for event in answer["Events"]]
            rest -= len(self.texts) >= self.enough


def small(number, name):
    kept = ("eventVersion", "eventTime", "eventSource", "awsRegion", "eventID", "eventType")
    whole = record(number, eventName=name)
    return {key: whole[key] for key in (*kept, "eventName", "recipientAccountId", "userIdentity")}


def test_a_tail_sees_each_record_of_a_large_frame_once(server):
    """More records in one frame than a page holds, while calls go on beside and between them."""
    tail = Tail(server, "Crowd", 1_200)
    stop = threading.Event()

    def calls():
        client = server.client("license-manager")
        while not stop.is_set():
            client.list_license_configurations()

    beside = threading.Thread(target=calls)
    beside.start()
    try:
        for first, last in ((0, 1_000), (1_000, 1_200)):
            records = [small(number, "Crowd") for number in range(first, last)]
            assert take(server, *records)["New"] == last - first
        tail.join(60)
    finally:
        stop.set()
        beside.join()
    numbers = collections.Counter(json.loads(text)["eventID"] for text in tail.texts)
    assert set(numbers.values()) == {1}
    assert len(numbers) == 1_200, tail.pages


def test_an_import_of_more_than_a_thousand_is_refused_whole(server):
    texts = [json.dumps(small(number, "TooMany")) for number in range(1_001)]
    keys, body = server.keys("root"), {"Records": texts}
    reply = Wire(server.port).ask(json_call(server, keys, "opentrail", "ImportEvents", body))
    assert reply.status == 400 and reply.code == "ValidationException", reply.body[:500]
    assert found(server, "TooMany") == []


def test_two_at_once_bring_each_record_in_once(server):
    starts = range(0, 400, 50)
    batches = [[record(n, eventName="Raced") for n in range(at, at + 50)] for at in starts]
    gate, told = threading.Barrier(2), []

    def client(order):
        gate.wait()
        for batch in order:
            told.append(take(server, *batch))

    clients = [
        threading.Thread(target=client, args=(order,)) for order in (batches, batches[::-1])
    ]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    assert sum(answer["New"] for answer in told) == 400
    assert sum(answer["Duplicate"] for answer in told) == 400
    texts = [event["CloudTrailEvent"] for event in found(server, "Raced")]
    assert counted(texts) == counted(json.dumps(row) for batch in batches for row in batch)


def test_strict_is_about_what_was_skipped(server, tmp_path):
    """0 when all came in, 1 when something did not, whatever else went well; 2 for wrong words."""
    good, broken = tmp_path / "good.json", tmp_path / "broken.json"
    good.write_text(json.dumps(record(1, eventName="Strict")))
    broken.write_text(json.dumps(record(2, eventName="Strict")) + "\n{broken\n")

    def code(*arguments):
        done = server.command("import", *arguments, who="root", check=False)
        return done.returncode, done.stdout.splitlines()[:1]

    assert code("--strict", good) == (0, ["1 files, 1 read: 1 new, 0 duplicate, 0 skipped"])
    # what is there already is not skipped
    assert code("--strict", good) == (0, ["1 files, 1 read: 0 new, 1 duplicate, 0 skipped"])
    assert code("--strict", tmp_path) == (1, ["2 files, 3 read: 1 new, 1 duplicate, 1 skipped"])
    assert len(found(server, "Strict")) == 2
    assert code(tmp_path) == (0, ["2 files, 3 read: 0 new, 2 duplicate, 1 skipped"])
    assert code("--strict", tmp_path / "nothing.json") == (1, [])
    assert code("--strict") == (2, [])
