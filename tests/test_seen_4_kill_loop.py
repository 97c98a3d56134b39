"""What must be seen, 4: kill and restart under load, with a checker that is checked itself."""

import os

import pytest

import kill_loop

LOOPS = int(os.environ.get("OPENTRAIL_KILL_LOOPS", "200"))


def test_kills_under_load_lose_and_invent_nothing(capsys):
    with capsys.disabled():
        answered = kill_loop.run(LOOPS)
    assert answered > LOOPS * 20, f"only {answered} calls in {LOOPS} loops: that is no load"


# so that a flush or a merge is under way at most kills
FLUSHING = {
    "OPENTRAIL_LAKE__FLUSH_EVENTS": "200",
    "OPENTRAIL_LAKE__FLUSH_SECS": "1",
    "OPENTRAIL_LAKE__MERGE_FILES": "3",
    "OPENTRAIL_LAKE__FILE_EVENTS": "20000",
}


def test_kills_while_events_move_into_the_lake_lose_and_double_nothing(capsys):
    loops = LOOPS // 4
    with capsys.disabled():
        answered = kill_loop.run(loops, settings=FLUSHING)
    assert answered > loops * 20, f"only {answered} calls in {loops} loops: that is no load"


def event(agent, name="CreateUser", request_id="r-1", **members):
    return {
        "eventType": "AwsApiCall",
        "eventName": name,
        "userAgent": agent,
        "requestID": request_id,
        "requestParameters": {"userName": "u"},
        "responseElements": {},
    } | members


def ledger():
    made = kill_loop.Ledger()
    made.sent = {"a": "CreateUser", "b": "CreateUser"}
    made.answered = {"a": "r-1"}
    return made


CONTROLS = {
    "nothing wrong": ([event("a")], {"user u"}, None),
    "lost": ([], set(), "lost: CreateUser a r-1"),
    "other request id": ([event("a", request_id="r-2")], {"user u"}, "was answered as r-1"),
    "invented": ([event("a"), event("c")], {"user u"}, "nobody sent CreateUser r-1 c"),
    "twice": ([event("a"), event("a")], {"user u"}, "two events for a"),
    "event without change": ([event("a")], set(), "an event without its change: user u"),
    "change without event": (
        [event("a", errorCode="EntityAlreadyExists")],
        {"user u"},
        "a change without its event: user u",
    ),
    "in flight is not lost": ([event("a"), event("b")], {"user u"}, None),
}


@pytest.mark.parametrize("case", CONTROLS)
def test_the_checker_sees_what_it_must(case):
    events, names, wanted = CONTROLS[case]
    found = ledger().violations(events, names)
    assert (not found) if wanted is None else any(wanted in words for words in found)


def test_the_checker_sees_a_record_metered_twice():
    def metered(agent, record_id):
        usage = {"customerIdentifier": "c", "dimension": "d", "timestamp": "t"}
        results = [{"usageRecord": usage, "meteringRecordId": record_id, "status": "Success"}]
        answer = {"results": results, "unprocessedRecords": []}
        return event(agent, "BatchMeterUsage", responseElements=answer)

    good = ledger().violations([metered("a", "m-1"), metered("b", "m-1")], set())
    bad = ledger().violations([metered("a", "m-1"), metered("b", "m-2")], set())
    assert good == [] and len(bad) == 1
