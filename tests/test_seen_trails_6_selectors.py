"""What must be seen of trails, 6: the selectors and a reference model agree on 100,000 cases."""

import collections
import itertools
import json
import os
import random
import subprocess

import pytest

import selectors_cases as cases
import selectors_model as model
from running import BINARY, clean_env

CASES = int(os.environ.get("OPENTRAIL_SELECTORS", "100000"))
SEED = int(os.environ.get("OPENTRAIL_SELECTORS_SEED", random.SystemRandom().getrandbits(32)))
# kinds of sets, in turn: basic ones of trails, advanced ones of trails and of event data stores
FLAGS = [["--basic"], [], [], ["--store"]]


def select(folder, sets, events, *flags, check=True):
    """Runs `opentrail select` on these texts; returns the process."""
    selectors, records = folder / "selectors.json", folder / "events.json"
    selectors.write_text(sets, encoding="utf-8")
    records.write_text(events, encoding="utf-8")
    command = [BINARY, "select", "--selectors", selectors, "--events", records, *flags]
    done = subprocess.run(
        command, env=clean_env(), capture_output=True, encoding="utf-8", timeout=60
    )
    if check:
        assert done.returncode == 0, done.stderr
    return done


class Batch:
    """Some sets of selectors on some events: what the binary says, and what the model says."""

    def __init__(self, number, sets, events, spoiled):
        self.rng = random.Random(f"{SEED} {number}")
        self.flags = FLAGS[number % len(FLAGS)]
        self.basic = "--basic" in self.flags
        self.store = "--store" in self.flags
        self.events = [cases.make_event(self.rng, number) for number in range(events)]
        self.sets = [
            cases.make_set(self.rng, self.basic, self.store, spoiled) for _ in range(sets)
        ]

    def compare(self, folder, tally):
        raw = self.rng.random() < 0.5  # both spellings of other than ASCII: itself and \u escapes
        lines = [json.dumps(one, ensure_ascii=raw) for one in self.sets]
        records = json.dumps({"Records": self.events}, ensure_ascii=raw)
        done = select(folder, "\n".join(lines) + "\n", records, "--each", *self.flags)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert [answer["set"] for answer in answers] == list(range(1, len(self.sets) + 1))
        for selectors, answer in zip(self.sets, answers, strict=True):
            self.compare_set(selectors, answer, tally)

    def compare_set(self, selectors, answer, tally):
        problems = model.problems(selectors, self.basic, self.store)
        if problems or "error" in answer:
            self.assert_refused(selectors, answer, problems)
            tally["refused sets"] += 1
            tally["in words seen"] += model.OURS not in problems
            return
        chosen = set(answer["eventIds"])
        assert len(chosen) == len(answer["eventIds"])
        for event in self.events:
            expected = model.picks(selectors, event, self.basic)
            found = event["eventID"] in chosen
            tally["picked" if expected else "not picked"] += 1
            assert found == expected, self.shown(
                selectors, f"the model picks it: {expected}, opentrail: {found}", event
            )

    def assert_refused(self, selectors, answer, problems):
        error = answer.get("error")
        verdicts = f"the model's problems: {problems}, opentrail's answer: {answer}"
        assert bool(problems) == (error is not None), self.shown(selectors, verdicts)
        # where every problem has words that AWS was seen to use, these are the answer
        fits = model.OURS in problems or any(text in error for text in problems)
        assert fits, self.shown(selectors, verdicts)

    def shown(self, selectors, verdicts, event=None):
        lines = [verdicts, f"seed: {SEED}", f"flags: {self.flags}"]
        lines.append(f"selectors: {json.dumps(selectors)[:20000]}")
        if event:
            lines.append(f"event: {json.dumps(event)}")
        return "\n".join(lines)


def test_both_agree_on_every_case(tmp_path):
    tally = collections.Counter()
    # a case is one event judged by one valid set; sets that are refused come on top
    for number in itertools.count():
        if tally["picked"] + tally["not picked"] >= CASES:
            break
        Batch(number, sets=100, events=100, spoiled=0.2).compare(tmp_path, tally)
    print(f"seed {SEED}: {dict(tally)}")
    # a comparison in which nearly nothing is picked, or nearly everything, shows little
    assert tally["picked"] > CASES / 20
    assert tally["not picked"] > CASES / 4


def test_both_refuse_the_same_sets(tmp_path):
    tally = collections.Counter()
    for number in range(-40, 0):
        Batch(number, sets=500, events=2, spoiled=0.9).compare(tmp_path, tally)
    print(f"seed {SEED}: {dict(tally)}")
    assert tally["refused sets"] > 5000
    assert tally["in words seen"] > 500


EVENT = {"eventName": "StopLogging", "eventID": "e-1", "readOnly": False}
MANAGEMENT = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
WRITES = [{"ReadWriteType": "WriteOnly"}]


@pytest.mark.parametrize(
    ("selectors", "flags"),
    [
        (MANAGEMENT, []),
        (WRITES, ["--basic"]),
        ({"TrailARN": "arn", "AdvancedEventSelectors": MANAGEMENT}, []),
        ({"TrailName": "t", "EventSelectors": WRITES}, []),
    ],
)
def test_the_forms_that_aws_takes_and_answers(tmp_path, selectors, flags):
    reading = EVENT | {"eventCategory": "Data", "eventID": "e-2"}
    lines = f"{json.dumps(EVENT)}\n{json.dumps(reading)}\n"
    assert select(tmp_path, json.dumps(selectors), lines, *flags).stdout == "e-1\n"


@pytest.mark.parametrize(
    ("selectors", "flags", "said"),
    [
        (MANAGEMENT, ["--basic"], "unknown field `FieldSelectors`"),
        (WRITES, [], "unknown field `ReadWriteType`"),
        ({"EventSelector": WRITES}, [], "unknown field `EventSelector`"),
        ({"EventSelectors": WRITES, "AdvancedEventSelectors": MANAGEMENT}, [],
         "either EventSelectors or AdvancedEventSelectors, but not both."),
        ({}, [], "neither EventSelectors nor AdvancedEventSelectors"),
        ([], [], "Specify between 1 and 500 selectors for your trail."),
        (WRITES, ["--basic", "--store"], "AdvancedEventSelectors only"),
    ],
)  # fmt: skip
def test_wrong_files_are_refused_by_name(tmp_path, selectors, flags, said):
    done = select(tmp_path, json.dumps(selectors), json.dumps(EVENT), *flags, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_events_that_are_none_are_named(tmp_path):
    done = select(tmp_path, json.dumps(MANAGEMENT), '{"eventName":"A"}\n{oops\n', check=False)
    assert done.returncode == 1
    assert "line 2" in done.stderr


def test_new_types_are_accepted_on_request(tmp_path):
    kind = "AWS::New::Thing"
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": [kind]},
    ]
    event = EVENT | {"eventCategory": "Data", "resources": [{"type": kind, "ARN": "arn:x"}]}
    sets, events = json.dumps([{"FieldSelectors": fields}]), json.dumps(event)
    assert "resources.type" in select(tmp_path, sets, events, check=False).stderr
    assert select(tmp_path, sets, events, "--any-type").stdout == "e-1\n"
