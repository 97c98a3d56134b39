"""What must be seen of the lake, 6: reports find each planted fault of a month, and invent none.

The month is made by `metering_month.py`, which knows what it planted; it is imported like any trail
bucket, and `opentrail report` is asked for October. Every analysis must give exactly the planted
rows. DuckDB over the raw files, by queries of the same text, is the second engine.
"""

import collections
import csv
import html.parser
import io
import json
import pathlib
import re

import duckdb
import pytest

import metering_month
import second_engine
from month_events import shown
from running import serving, temp_folder

# JSON that each engine prints with blanks of its own
BODIES = ["details", "sent", "roles"]
KINDS = ["metering", "catalog", "license"]
MONTH = ["--month", metering_month.MONTH]
FINDINGS = ["missing", "rejected", "duplicate", "differing", "late", "unbooked"]


@pytest.fixture(scope="module")
def month():
    """A made-up month in a folder, and what was planted in it."""
    with temp_folder() as folder:
        folder = pathlib.Path(folder)
        yield folder, metering_month.generate(folder)


@pytest.fixture(scope="module")
def server(month):
    """A server that has imported the month."""
    folder, _ = month
    with serving("--demo") as server:
        server.command("import", folder / "AWSLogs", who="root", timeout=300)
        yield server


@pytest.fixture(scope="module")
def reports(server, month):
    """All analyses of the month by number, out of the three reports, and the comparison."""
    _, planted = month
    analyses = {}
    for kind in KINDS:
        against = ["--against", planted.ledger] if kind == "metering" else []
        report = json.loads(asked(server, kind, *MONTH, *against, "--output", "json"))
        assert (report["report"], report["period"]) == (kind, metering_month.MONTH)
        analyses |= {analysis["id"]: analysis for analysis in report["analyses"]}
    return analyses


def asked(server, *arguments, check=True):
    """What `opentrail report` prints about the server's data folder."""
    done = server.command("report", *arguments, "--data", server.data, check=check, timeout=300)
    return done.stdout if check else done


def plain(value):
    """A value in one spelling, whoever printed it."""
    if value is None:
        return None
    text = str(value)
    if re.fullmatch(r"-?\d+\.\d+", text):
        text = text.rstrip("0").rstrip(".")
    text = re.sub(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+$", r"\1", text)
    return re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", text)


def counted(rows, columns):
    """Rows as a bag of the values in these columns."""
    return collections.Counter(tuple(plain(row[column]) for column in columns) for row in rows)


@pytest.mark.parametrize("analysis", metering_month.ANALYSES)
def test_each_planted_row_is_found_and_none_invented(analysis, reports, month):
    _, planted = month
    rows, wanted = reports[analysis]["rows"], planted.expected[analysis]
    columns = sorted(wanted[0])
    assert set(columns) <= set(reports[analysis]["columns"])
    found, wanted = counted(rows, columns), counted(wanted, columns)
    assert wanted - found == collections.Counter(), f"not found, of {columns}"
    assert found - wanted == collections.Counter(), f"invented, of {columns}"


def test_the_neighbours_of_the_month_have_their_own(server, month):
    """What is of September is in September's report: the refusal of 1 October among it."""
    report = json.loads(asked(server, "metering", "--month", "2026-09", "--only", "A10,A02",
                              "--output", "json"))  # fmt: skip
    sums, late = (analysis["rows"] for analysis in report["analyses"])
    assert [row["usage_month"] for row in sums] == ["2026-09"] * len(sums) and sums
    assert [(row["eventtime"], row["usage_ts"][:13]) for row in late] == [
        ("2026-10-01 08:00:00", "2026-09-30 20")
    ]


def test_the_ledger_every_difference_is_named(reports, month):
    _, planted = month
    columns = ["finding", "product", "customer", "dimension", "usage_hour"]
    wanted = [
        dict(zip(columns, [finding, *key[1:4], shown(key[4])], strict=True))
        for finding, key in planted.findings
    ]
    assert counted(reports["ledger"]["rows"], columns) == counted(wanted, columns)
    assert sorted({row["finding"] for row in wanted}) == sorted(FINDINGS)
    title = reports["ledger"]["title"]
    assert "0 of other months" in title and re.search(r"\b8\d\d\d records", title)


def test_the_ledger_in_another_order_and_spelling(server, month, tmp_path, reports):
    _, planted = month
    rows = list(csv.DictReader(open(planted.ledger, newline="")))
    other = tmp_path / "books.csv"
    with open(other, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Usage Quantity", "note", "BUYER", "Timestamp", "Product-Code", "DIMENSION"])
        for row in rows:
            hour = row["hour"].replace(" ", "T")[:14] + "59:59Z"
            writer.writerow([row["quantity"] + (".0" if "." not in row["quantity"] else "0"), "a;b",
                             row["customer"], hour, row["product"], row["dimension"]])  # fmt: skip
    report = json.loads(asked(server, "metering", *MONTH, "--only", "A15", "--against", other,
                              "--output", "json"))  # fmt: skip
    assert report["analyses"][0]["rows"] == reports["ledger"]["rows"]


def test_a_second_engine_gives_the_same_rows(server, reports, month, tmp_path):
    folder, _ = month
    queries = {}
    for kind in KINDS:
        printed = asked(server, kind, *MONTH, "--sql")
        parts = re.split(r"^-- (A\d\d) .*\n", printed, flags=re.MULTILINE)
        queries |= dict(zip(parts[1::2], parts[2::2], strict=True))
    assert sorted(queries) == metering_month.ANALYSES
    connection = duckdb.connect()
    second_engine.load(connection, folder, tmp_path / "events.jsonl")
    for name, query in queries.items():
        rows = second_engine.rows(connection, query.strip().removesuffix(";"))
        for row in rows:
            row |= {column: cut(row[column], 10) for column in row if column.endswith("_day")}
            row |= {column: cut(row[column], 7) for column in row if column.endswith("_month")}
        columns = [column for column in reports[name]["columns"] if column not in BODIES]
        assert counted(rows, columns) == counted(reports[name]["rows"], columns), name


def cut(text, letters):
    return None if text is None else text[:letters]


class Page(html.parser.HTMLParser):
    """What a page is made of: its elements, and whether each was closed."""

    def __init__(self):
        super().__init__()
        self.open, self.elements, self.text = [], collections.Counter(), []

    def handle_starttag(self, tag, attributes):
        self.elements[tag] += 1
        names = {name for name, _ in attributes}
        assert not names & {"src", "srcset", "onload", "onclick", "style", "xlink:href"}, names
        if tag not in ("meta", "rect", "line", "polyline", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("rect", "line", "polyline", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_one_page_that_needs_nothing_else(server, month):
    _, planted = month
    text = asked(server, "metering", *MONTH, "--only", "A01,A02,A03,A07,A31", "--against",
                 planted.ledger, "--output", "html")  # fmt: skip
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert page.elements["svg"] == 5 and page.elements["table"] == 6
    assert not page.elements.keys() & {"script", "link", "img", "iframe", "object", "form"}
    assert "http" not in text.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    assert "CustomerNotSubscribed" in "".join(page.text)


def test_tables_on_the_terminal(server, month):
    _, planted = month
    printed = asked(server, "license", *MONTH, "--only", "a24,long-lived-tokens")
    assert "A24 limit-loosened: " in printed and "A28 long-lived-tokens: " in printed
    assert "hard limit off" in printed and "A23" not in printed
    assert printed.rstrip().endswith("to look into: 3 limit-loosened, 3 long-lived-tokens")
    printed = asked(server, "metering", *MONTH, "--only", "A01", "--limit", "2")
    assert f"… and {len(planted.expected['A01']) - 2} more" in printed


def test_csv_for_spreadsheets(server, reports):
    text = asked(server, "metering", *MONTH, "--only", "A09", "--output", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = reports["A09"]["columns"]
    assert list(rows[0]) == columns
    assert counted(rows, columns) == counted(reports["A09"]["rows"], columns)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["metering", "--month", "2026-13"], "is no month"),
        (["metering", "--only", "A39"], "there is no analysis"),
        (["metering", "--only", "A24"], "is not in this report, but in: license"),
        (["weather"], "there is no report"),
        (["license", "--against", "nowhere.csv"], "a ledger is compared with what was metered"),
        (["metering", "--against", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_cannot_be_asked(server, arguments, words):
    done = asked(server, *arguments, check=False)
    assert done.returncode == 1 and words in done.stderr
