"""One month of metering, listings and licenses, with planted faults, and the seller's ledger.

`generate(folder)` writes log files in AWS's layout and `ledger.csv`, and returns what was planted:
`expected[analysis]` are the rows that A01 to A38 must give for October 2026, those and no others,
and `findings` are the differences between ledger and trail. The days before and after the month are
there too, so that what belongs to a neighbour must be told apart.

    python3 tests/metering_month.py FOLDER [SEED]
"""

import csv
import dataclasses
import pathlib
import sys

import month_catalog
import month_license
import month_metering
from month_events import Events, at, shown

MONTH = "2026-10"
ANALYSES = [f"A{number:02}" for number in range(1, 39)]
HEADINGS = ["product", "customer", "dimension", "hour", "quantity"]


@dataclasses.dataclass
class Planted:
    """What a generated month holds."""

    expected: dict
    findings: list
    ledger: pathlib.Path
    events: int
    files: int


def generate(folder, seed=20261001):
    """Writes the month into a folder and returns what must be found in it."""
    folder = pathlib.Path(folder)
    events = Events(seed, at("2026-10-01 00:00"), at("2026-11-01 00:00"))
    market = month_metering.plant(events)
    month_catalog.plant(events)
    month_license.plant(events)
    for (kind, source, arn, caller_type), calls in events.key_calls.items():
        if "marketplace" in source or source.startswith("license-manager"):
            events.expect("A31", key_kind=kind, eventsource=source, caller=arn,
                          caller_type=caller_type, calls=calls)  # fmt: skip
    files = events.write(folder)
    ledger = folder / "ledger.csv"
    write_ledger(ledger, market, events.random)
    missing = [name for name in ANALYSES if not events.expected[name]]
    assert not missing, f"nothing was planted for {missing}"
    return Planted(dict(events.expected), market.findings, ledger, len(events.events), files)


def write_ledger(path, market, random):
    """The seller's books, in no order, as a program of theirs might export them."""
    rows = [
        [product, customer, dimension, shown(hour), quantity]
        for (_, product, customer, dimension, hour), quantity in market.ledger.items()
    ]
    random.shuffle(rows)
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261001
    planted = generate(sys.argv[1], seed)
    print(f"{planted.events} events in {planted.files} files, {len(planted.findings)} differences")
    for name in ANALYSES:
        print(f"{name}  {len(planted.expected[name])} rows")


if __name__ == "__main__":
    main()
