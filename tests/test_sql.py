"""opentrail sql: queries, files, lines, forms, and the shell."""

import csv
import io
import json
import subprocess

import pytest

from running import BINARY, clean_env

ASKED = "SELECT eventname, count(*) AS n, max(eventtime) AS last FROM events GROUP BY 1 ORDER BY 1"


@pytest.fixture(scope="module")
def data(demo):
    """The data folder of the running demo world, with some calls in it."""
    for _ in range(3):
        demo.client("sts", "seller").get_caller_identity()
    return demo.data


def sql(data, *arguments, input=None, code=0):
    done = subprocess.run(
        [BINARY, "sql", "--data", data, *arguments],
        env=clean_env(), input=input, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


def test_an_event_of_just_now_is_there_in_every_form(data):
    rows = json.loads(sql(data, "--output", "json", ASKED))
    found = {row["eventname"]: row["n"] for row in rows}
    assert found["GetCallerIdentity"] >= 3
    lines = [json.loads(line) for line in sql(data, "--output", "jsonl", ASKED).splitlines()]
    assert [line["eventname"] for line in lines] == [row["eventname"] for row in rows]
    table = list(csv.DictReader(io.StringIO(sql(data, "--output", "csv", ASKED))))
    assert [row["eventname"] for row in table] == [row["eventname"] for row in rows]
    assert f"({len(rows)} rows, 3 columns)" in sql(data, ASKED)


def test_files_and_lines_are_taken(data, tmp_path):
    (tmp_path / "question.sql").write_text("SELECT count(*) AS n\nFROM events")
    assert json.loads(sql(data, "--output", "json", tmp_path / "question.sql"))[0]["n"] > 3
    lines = sql(data, "--json", "-", input="SELECT 1 AS one;\nSELECT nix FROM events;\nSELECT 2;\n")
    first, wrong, last = map(json.loads, lines.splitlines())
    assert first == {"columns": ["one"], "rows": [[1]]}
    assert (wrong["line"], wrong["column"]) == (1, 8) and "nix" in wrong["error"]
    assert last == {"columns": ["_col0"], "rows": [[2]]}


def test_what_is_wrong_is_told_with_its_place(data):
    told = sql(data, "SELECT eventname\nFROM nowhere", code=1)
    assert "line 2, column 6" in told and "nowhere" in told
    assert "neither a SELECT nor a file" in sql(data, "nothing", code=1)


def test_the_shell_knows_tables_and_asks_over_lines(data):
    typed = ".tables\n.schema cloudtrail_logs\nSELECT count(*) AS n\nFROM events;\n.mode json\nSELECT 7 AS x;\n.quit\n"
    shown = sql(data, input=typed)
    assert "cloudtrail_logs" in shown and "readonly  varchar" in shown
    assert "(1 row, 1 column)" in shown and '"x": 7' in shown
