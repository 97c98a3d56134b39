"""Metering of the made-up month: jobs that send every hour, and what goes wrong with them.

The market keeps its own books while it takes records, as the service does, so what each analysis
has to say is known from what was done and never read out of the events.
"""

import collections
import dataclasses
import datetime
from decimal import Decimal

from month_events import (
    BUYER, DAY, HOME, HOUR, METERING, MINUTE, SECOND, SECOND_SELLER, SELLER, Caller, at, shown,
)  # fmt: skip

ALPHA, BETA, GAMMA, DELTA = "alphacode0001", "betacode0001", "gammacode0001", "deltacode0001"
LICENSE = "arn:aws:license-manager::294406891311:license:l-%032x"
JOB = Caller(SELLER, "AssumedRole", "MeteringJob", "hourly")
METER = Caller(SECOND_SELLER, "IAMUser", "Meter")
GONE, NEVER, LATER = "cust-gone", "888899990000", "999900001111"


@dataclasses.dataclass(frozen=True)
class Usage:
    """What one buyer used of one dimension in one hour, as the seller means to send it."""

    seller: str
    product: str
    customer: str
    dimension: str
    hour: datetime.datetime
    quantity: Decimal
    form: str = "words"
    whole: bool = False
    shares: tuple = ()

    @property
    def key(self):
        return self.seller, self.product, self.customer, self.dimension, self.hour

    def record(self, moment):
        """The usage record as an event holds it."""
        record = {"dimension": self.dimension, "timestamp": written(moment, self.form)}
        if self.product.startswith("arn:"):
            record["licenseArn"] = self.product
        if not self.customer.isdigit():
            record["customerIdentifier"] = self.customer
        else:
            spelled = "ID" if self.form in ("iso", "epoch") else "Id"
            record[f"customerAWSAccount{spelled}"] = self.customer
        if self.whole:
            record["quantity"] = int(self.quantity)
        else:
            record["quantityAsDecimal"] = str(self.quantity)
        if self.shares:
            record["usageAllocations"] = [
                {"allocatedUsageQuantityAsDecimal": str(quantity)}
                | ({"tags": [{"key": k, "value": v} for k, v in tags]} if tags else {})
                for quantity, tags in self.shares
            ]
        return record


def written(moment, form):
    """A time of usage in one of the forms that records have."""
    if form == "epoch":
        return int(moment.timestamp())
    if form == "iso":
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    space = "\u202f" if form == "narrow" else " "
    hour = (moment.hour - 1) % 12 + 1
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment:%b} {moment.day}, {moment.year} {hour}:{moment:%M:%S}{space}{half}"


@dataclasses.dataclass
class Call:
    """A call that a job is going to make."""

    moment: datetime.datetime
    caller: Caller
    usages: list
    error: str = None
    forced: dict = dataclasses.field(default_factory=dict)
    region: str = HOME
    bare: bool = False


class Market:
    """Takes records as the service does, and keeps the seller's ledger beside it."""

    def __init__(self, month):
        self.month = month
        self.calls = []
        self.scheduled = {}
        self.taken = {}
        self.honoured = {}
        self.sends = collections.defaultdict(list)
        self.outcomes = collections.defaultdict(lambda: [0, Decimal(0)])
        self.ledger = {}
        self.findings = []

    def find(self, finding, key):
        """Plants a difference between the ledger and the trail."""
        self.findings.append((finding, key))

    def perform(self):
        """Makes all calls in the order of their time."""
        for call in sorted(self.calls, key=lambda call: call.moment):
            self._perform(call)

    def _perform(self, call):
        results, unprocessed, records = [], [], []
        for usage in call.usages:
            moment = usage.hour + self.month.random.randrange(3600) * SECOND
            record = usage.record(moment)
            records.append(record)
            outcome = self._outcome(call, usage)
            self._book(call, usage, outcome)
            if outcome == "Unprocessed":
                unprocessed.append(record)
                continue
            result = {"usageRecord": record, "status": outcome}
            if outcome == "Success":
                result["meteringRecordId"] = self.month.id()
            results.append(result)
        request = {"usageRecords": records}
        if call.usages and not call.usages[0].product.startswith("arn:"):
            request["productCode"] = call.usages[0].product
        answer = {"results": results, "unprocessedRecords": unprocessed}
        self.month.call(call.moment, call.caller, METERING, "BatchMeterUsage",
                        None if call.bare else request, answer, call.error, region=call.region)  # fmt: skip

    def _outcome(self, call, usage):
        if call.error:
            return "RequestFailed"
        if usage.key in call.forced:
            return call.forced[usage.key]
        kept = self.taken.setdefault(usage.key, usage.quantity)
        return "Success" if kept == usage.quantity else "DuplicateRecord"

    def _book(self, call, usage, outcome):
        if not self.month.within(usage.hour):
            return
        self.sends[usage.key].append((outcome, usage.quantity))
        if outcome == "Success":
            self.honoured.setdefault(usage.key, (usage.quantity, call.moment))
        count = self.outcomes[shown(call.moment)[:10], outcome, call.error]
        count[0] += 1
        count[1] += usage.quantity


def plant(month):
    """Plans the whole month with its faults, performs it, and says what must be seen of it."""
    market = Market(month)
    schedule(market)
    faults = Faults(market)
    faults.refused()
    faults.missed()
    faults.late()
    faults.doubtful()
    faults.rates()
    market.perform()
    faults.amounts()
    buyers(month)
    registrations(month)
    oddities(month)
    return market


def schedule(market):
    """What the jobs send when nothing goes wrong, from two days before to a day after the month."""
    hour = market.month.begins - 2 * DAY
    while hour < market.month.ends + DAY:
        for job, caller, offset in [("alpha", JOB, 0), ("beta", JOB, 20), ("gamma", METER, 120)]:
            moment = hour + HOUR + 5 * MINUTE + offset * SECOND
            usages = list(due(market.month, job, hour))
            market.scheduled[job, hour] = Call(moment, caller, usages)
            market.calls.append(market.scheduled[job, hour])
            for usage in usages:
                if market.month.within(hour):
                    market.ledger[usage.key] = usage.quantity
        hour += HOUR


def due(month, job, hour):
    """The usage of an hour; at three in the morning everybody rests, which is sent as zero."""

    def amount(step):
        quantity = month.random.randrange(5000, 15000, step)
        return Decimal(0) if hour.hour == 3 else Decimal(quantity) / 1000

    if job == "alpha":
        for customer in ["cust-a", "cust-b", BUYER, GONE]:
            if customer == GONE and hour >= at("2026-10-21 16:00"):
                continue
            yield Usage(SELLER, ALPHA, customer, "gb", hour, amount(1))
            if customer != BUYER or hour < at("2026-10-30 12:00"):
                whole = amount(1000)
                yield Usage(SELLER, ALPHA, customer, "requests", hour, whole, whole=True)
        if hour >= month.ends:
            yield Usage(SELLER, ALPHA, LATER, "gb", hour, amount(1))
    elif job == "beta":
        for number, customer in enumerate([BUYER, "555566667777", "666677778888"], 1):
            quantity, shares = amount(500), ()
            if number == 1 and hour.hour == 12:
                quantity = max(quantity, Decimal(6))
                both = (("team", "a"), ("project", "x"))
                shares = ((Decimal("1.5"), both), (Decimal(2), (("team", "b"),)),
                          (quantity - Decimal("3.5"), ()))  # fmt: skip
            yield Usage(SELLER, LICENSE % number, customer, "seats", hour, quantity, "narrow",
                        shares=shares)  # fmt: skip
    else:
        form = "iso" if hour.day % 2 else "epoch"
        yield Usage(SECOND_SELLER, GAMMA, "777788889999", "hosts", hour, amount(1000), form,
                    whole=True)  # fmt: skip


class Faults:
    """Everything that is wrong with the month, each with the rows that must tell of it."""

    def __init__(self, market):
        self.market, self.month = market, market.month
        self.failed = collections.defaultdict(lambda: [0, 0, Decimal(0)])

    def usage(self, job, when, customer, dimension=None):
        """What the schedule holds for one buyer at an hour."""
        for usage in self.market.scheduled[job, at(when)].usages:
            if usage.customer == customer and dimension in (None, usage.dimension):
                return usage
        raise KeyError((job, when, customer, dimension))

    def again(self, usage, moment, caller=None, **more):
        """Sends something outside of the schedule."""
        caller = caller or (METER if usage.seller == SECOND_SELLER else JOB)
        self.market.calls.append(Call(moment, caller, [usage], **more))

    def skip(self, job, usage):
        """Takes a record out of the schedule; a call without records is not made."""
        call = self.market.scheduled[job, usage.hour]
        call.usages.remove(usage)
        if not call.usages:
            self.market.calls.remove(call)

    def fail(self, call, code):
        """A call that is refused as a whole."""
        call.error = code
        row = self.failed[code]
        row[0] += 1
        row[1] += 0 if call.bare else len(call.usages)
        row[2] += sum(usage.quantity for usage in call.usages)

    def gap(self, usage, hours=1):
        self.month.expect("A08", **subject(usage), gap_begins=shown(usage.hour),
                          gap_ends=shown(usage.hour + hours * HOUR), hours_missing=hours)  # fmt: skip

    def refused(self):
        """A04, A05, A06, A07: what was sent and not taken."""
        market = self.market
        for job, when, customer, dimension, more, booked in [
            ("alpha", "2026-10-03 10:00", "cust-a", "gb", Decimal(5), True),
            ("alpha", "2026-10-03 11:00", "cust-b", "requests", Decimal(-2), False),
            ("beta", "2026-10-20 15:00", BUYER, "seats", Decimal("1.5"), True),
        ]:
            usage = self.usage(job, when, customer, dimension)
            other = dataclasses.replace(usage, quantity=usage.quantity + more)
            moment = usage.hour + HOUR + 20 * MINUTE
            self.again(other, moment)
            self.month.expect("A04", eventtime=shown(moment), **subject(usage),
                              usage_hour=shown(usage.hour), kept=usage.quantity,
                              refused=other.quantity, under_billed=more)  # fmt: skip
            if booked:
                market.ledger[usage.key] = other.quantity
            market.find("duplicate", usage.key)
        same = self.usage("alpha", "2026-10-04 10:00", "cust-a", "requests")
        same = dataclasses.replace(same, whole=False, quantity=same.quantity.quantize(Decimal("1.00")))
        self.again(same, same.hour + 2 * HOUR)

        for when, retried in [("2026-10-06 12:00", False), ("2026-10-06 14:00", True)]:
            usage = self.usage("alpha", when, "cust-b", "gb")
            call = market.scheduled["alpha", usage.hour]
            call.forced[usage.key] = "Unprocessed"
            if retried:
                self.again(usage, call.moment + 10 * MINUTE)
                continue
            self.month.expect("A05", eventtime=shown(call.moment), **subject(usage),
                              usage_hour=shown(usage.hour), quantity=usage.quantity)  # fmt: skip
            self.gap(usage)
            market.find("rejected", usage.key)
        self.unsubscribed()
        self.batches()

    def unsubscribed(self):
        """A buyer who left; thirty hours of it are sent for nothing."""
        hour, lost, calls, last = at("2026-10-20 10:00"), Decimal(0), [], {}
        while hour < at("2026-10-21 16:00"):
            call = self.market.scheduled["alpha", hour]
            calls.append(call.moment)
            for usage in call.usages:
                if usage.customer == GONE:
                    call.forced[usage.key] = "CustomerNotSubscribed"
                    lost += usage.quantity
                    last[usage.dimension] = usage
                    self.market.find("rejected", usage.key)
            hour += HOUR
        self.month.expect("A06", seller=SELLER, product_ref=ALPHA, customer=GONE, records=60,
                          first_refused=shown(calls[0]), last_refused=shown(calls[-1]),
                          quantity_lost=lost)  # fmt: skip
        for usage in last.values():
            self.stopped(usage, at("2026-10-20 09:00"))

    def stopped(self, usage, hour):
        newest = at("2026-10-31 23:00")
        silent = int((newest - hour).total_seconds()) // 3600
        self.month.expect("A37", **subject(usage), last_hour=shown(hour), hours_silent=silent,
                          product_last=shown(newest))  # fmt: skip

    def batches(self):
        """Whole calls that fail, for four reasons; what they held is mostly sent again."""
        market = self.market
        usage = self.usage("alpha", "2026-10-08 09:00", "cust-a", "gb")
        call = market.scheduled["alpha", usage.hour]
        wrong = dataclasses.replace(usage, dimension="GB")
        market.calls.append(Call(call.moment + 3 * MINUTE, JOB, list(call.usages)))
        call.usages = [*call.usages, wrong]
        self.fail(call, "InvalidUsageDimensionException")
        self.drift(wrong, call.moment, 1)

        usage = self.usage("beta", "2026-10-09 09:00", "666677778888")
        self.skip("beta", usage)
        late = Call(usage.hour + 27 * HOUR, JOB, [usage])
        market.calls.append(late)
        self.fail(late, "TimestampOutOfBoundsException")
        self.gap(usage)
        market.find("rejected", usage.key)

        call = market.scheduled["alpha", at("2026-10-10 10:00")]
        market.calls.append(Call(call.moment + MINUTE, JOB, list(call.usages)))
        self.fail(call, "ThrottlingException")
        self.rate(call.moment, SELLER, 1, 1)

        auditor = Caller(SELLER, "IAMUser", "Auditor")
        nobody = Call(at("2026-10-10 12:30"), auditor, [], bare=True)
        market.calls.append(nobody)
        self.fail(nobody, "AccessDeniedException")
        self.failed["AccessDeniedException"][0] += 1
        self.month.call(at("2026-10-10 12:40"), auditor, METERING, "BatchMeterUsage",
                        {"usageRecords": "none"}, error="AccessDeniedException")  # fmt: skip

    def drift(self, usage, first, records):
        self.month.expect("A22", seller=usage.seller, product_ref=usage.product, records=records,
                          dimension=usage.dimension, first_sent=shown(first),
                          quantity=usage.quantity * records)  # fmt: skip

    def rate(self, moment, account, calls, throttled):
        self.month.expect("A33", call_second=shown(moment), account=account, calls=calls, quota=10,
                          eventname="BatchMeterUsage", throttled=throttled)  # fmt: skip

    def missed(self):
        """A08, A38: records and calls that were never made."""
        hours = ["2026-10-14 01:00", "2026-10-14 02:00", "2026-10-14 03:00"]
        usages = [self.usage("alpha", when, "cust-b", "requests") for when in hours]
        self.gap(usages[0], 3)
        usages.append(self.usage("gamma", "2026-10-15 05:00", "777788889999"))
        self.gap(usages[3])
        for job, usage in zip(["alpha"] * 3 + ["gamma"], usages, strict=True):
            self.skip(job, usage)
            self.market.find("missing", usage.key)
        self.outage(SECOND_SELLER, "2026-10-15 06:00", 1)

    def outage(self, seller, when, hours):
        begins = at(when)
        self.month.expect("A38", seller=seller, outage_begins=shown(begins),
                          outage_ends=shown(begins + hours * HOUR), hours_missing=hours)  # fmt: skip

    def late(self):
        """A09, A10: a job that slept, records that came hours late, and the end of the month."""
        catch_up = at("2026-10-12 07:05")
        for job in ["alpha", "beta"]:
            for number in range(3):
                call = self.market.scheduled[job, at("2026-10-12 03:00") + number * HOUR]
                call.moment = catch_up + number * SECOND
                for usage in call.usages:
                    self.delayed(usage, call.moment, "2 to 6 h")
        self.outage(SELLER, "2026-10-12 04:00", 3)
        for job, when, customer, dimension, delay, bucket in [
            ("alpha", "2026-10-16 08:00", BUYER, "gb", 605, "6 to 24 h"),
            ("gamma", "2026-10-18 00:00", "777788889999", "hosts", 1567, "over 24 h"),
        ]:
            usage = self.usage(job, when, customer, dimension)
            self.skip(job, usage)
            moment = usage.hour + delay * MINUTE
            self.again(usage, moment)
            self.delayed(usage, moment, bucket)
        self.outage(SECOND_SELLER, "2026-10-18 01:00", 1)

        usages = [
            self.usage("alpha", "2026-10-31 22:00", "cust-a", dimension)
            for dimension in ["gb", "requests"]
        ]
        after = Call(at("2026-11-01 07:10"), JOB, usages)
        self.market.calls.append(after)
        self.fail(after, "TimestampOutOfBoundsException")
        for usage in usages:
            self.skip("alpha", usage)
            self.gap(usage)
            self.market.find("rejected", usage.key)
            row = subject(usage)
            self.month.expect("A10", eventtime=shown(after.moment), **row, quantity=usage.quantity,
                              outcome="RequestFailed", errorcode=after.error)  # fmt: skip
        before = self.usage("alpha", "2026-09-30 20:00", "cust-a", "gb")
        self.again(before, at("2026-10-01 08:00"), error="TimestampOutOfBoundsException")

    def delayed(self, usage, moment, bucket):
        delay = int((moment - usage.hour).total_seconds()) // 60
        self.month.expect("A09", **subject(usage), usage_hour=shown(usage.hour), delay_min=delay,
                          first_accepted=shown(moment), bucket=bucket)  # fmt: skip
        self.market.find("late", usage.key)

    def doubtful(self):
        """A11, A12, A22, A35, A37: taken, and wrong all the same."""
        market = self.market
        for when in ["2026-10-13 10:00", "2026-10-13 11:00"]:
            usage = self.usage("beta", when, BUYER)
            twin = dataclasses.replace(usage, product=BETA, form="words", shares=())
            self.again(twin, usage.hour + HOUR + 6 * MINUTE)
            self.month.expect("A11", seller=SELLER, customer=BUYER, dimension="seats",
                              usage_hour=shown(usage.hour), quantity=2 * usage.quantity,
                              product_refs=f"{usage.product} {BETA}")  # fmt: skip
            market.find("unbooked", twin.key)

        usage = self.usage("alpha", "2026-10-17 14:00", "cust-b", "gb")
        spike = dataclasses.replace(usage, quantity=Decimal(400))
        call = market.scheduled["alpha", usage.hour]
        call.usages[call.usages.index(usage)] = spike
        self.month.expect("A12", **subject(usage), usage_hour=shown(usage.hour),
                          quantity=spike.quantity)  # fmt: skip
        market.ledger[usage.key] = spike.quantity

        first = None
        for when in ["2026-10-11 10:00", "2026-10-11 11:00"]:
            usage = self.usage("alpha", when, "cust-a", "requests")
            typo = dataclasses.replace(usage, dimension="reqests", quantity=Decimal(7))
            first = first or typo.hour + HOUR + 6 * MINUTE
            self.again(typo, typo.hour + HOUR + 6 * MINUTE)
            market.find("unbooked", typo.key)
        self.drift(typo, first, 2)
        self.stopped(typo, typo.hour)
        self.stopped(self.usage("alpha", "2026-10-30 11:00", BUYER, "requests"), at("2026-10-30 11:00"))

        usage = self.usage("gamma", "2026-10-22 10:00", "777788889999")
        self.again(usage, usage.hour + HOUR + 10 * MINUTE, region="us-west-2")
        self.month.expect("A35", call_day="2026-10-22", seller=SECOND_SELLER,
                          product_ref=GAMMA, regions="us-east-1 us-west-2", records=25)  # fmt: skip
        self.misbooked()

    def misbooked(self):
        """Where only the seller's own books are wrong."""
        ledger = self.market.ledger
        for when, more in [("2026-10-25 08:00", 1), ("2026-10-25 09:00", -1), ("2026-10-26 08:00", 1)]:
            usage = self.usage("alpha", when, "cust-a", "gb")
            ledger[usage.key] += Decimal(more) / 1000000
            self.market.find("differing", usage.key)
        for when in ["2026-10-27 08:00", "2026-10-27 09:00"]:
            usage = self.usage("beta", when, "555566667777")
            del ledger[usage.key]
            self.market.find("unbooked", usage.key)

    def rates(self):
        """A33, A34: a burst of retries, and a job that nobody has seen before."""
        usage = self.usage("alpha", "2026-10-24 11:00", "cust-a", "requests")
        for _ in range(12):
            self.again(usage, at("2026-10-24 12:30"))
        self.rate(at("2026-10-24 12:30"), SELLER, 12, 0)
        night = Caller(SELLER, "AssumedRole", "NightJob", "new")
        usage = self.usage("alpha", "2026-10-27 23:00", "cust-a", "requests")
        for number in range(2):
            self.again(usage, at("2026-10-28 00:30") + number * HOUR, night)
        self.month.expect("A34", eventname="BatchMeterUsage", identity=night.identity,
                          first_seen="2026-10-28 00:30:00", calls=2)  # fmt: skip
        usage = self.usage("beta", "2026-10-20 12:00", BUYER)
        self.again(usage, usage.hour + 2 * HOUR)

    def amounts(self):
        """A01, A02, A03, A07, A13, A36: sums over what the market has taken."""
        market, month = self.market, self.month
        totals = collections.defaultdict(lambda: [Decimal(0), 0])
        for key, (quantity, _) in market.honoured.items():
            month.expect("A01", **named(key), usage_hour=shown(key[4]), quantity=quantity)
            totals[key[:4]][0] += quantity
            totals[key[:4]][1] += 1
        for key, (quantity, hours) in totals.items():
            month.expect("A02", **named(key), quantity=quantity, hours=hours,
                         usage_month="2026-10")  # fmt: skip
        for (day, outcome, code), (records, quantity) in market.outcomes.items():
            month.expect("A03", call_day=day, outcome=outcome, errorcode=code,
                         records=records, quantity=quantity)  # fmt: skip
        for code, (calls, records, quantity) in self.failed.items():
            month.expect("A07", errorcode=code, calls=calls, records_blocked=records,
                         quantity_blocked=quantity)  # fmt: skip
        self.shares()
        self.balance()

    def shares(self):
        for (job, hour), call in self.market.scheduled.items():
            for usage in call.usages if self.month.within(hour) else []:
                sums = collections.Counter()
                for quantity, tags in usage.shares:
                    for tag in tags or [(None, None)]:
                        sums[tag] += quantity
                for (tag, value), quantity in sums.items():
                    self.month.expect("A13", seller=SELLER, customer=usage.customer, tag_key=tag,
                                      dimension=usage.dimension, usage_hour=shown(hour),
                                      tag_value=value, quantity=quantity)  # fmt: skip

    def balance(self):
        totals = collections.defaultdict(lambda: [Decimal(0)] * 3)
        for key, sends in self.market.sends.items():
            total = totals[key[:4]]
            if key not in self.market.honoured:
                total[1] += sends[-1][1]
                continue
            kept = self.market.honoured[key][0]
            total[0] += kept
            refused = [quantity for outcome, quantity in sends if outcome == "DuplicateRecord"]
            total[2] += refused[-1] - kept if refused else 0
        for key, (honoured, never, lost) in totals.items():
            self.month.expect("A36", **named(key), usage_month="2026-10",
                              honoured=honoured, never_honoured=never, lost_to_duplicates=lost)  # fmt: skip


def subject(usage):
    """The columns that say whose usage of what a row is about."""
    return named(usage.key)


def named(key):
    seller, product, customer, dimension = key[:4]
    return {
        "seller": seller, "product_ref": product, "customer": customer, "dimension": dimension,
    }  # fmt: skip


def buyers(month):
    """A16: servers and containers of a buyer that meter themselves."""
    server = Caller(BUYER, "AssumedRole", "App", "i-0000000000000001")
    pod = Caller(BUYER, "AssumedRole", "Pod", "botocore-session-1")
    hour, quantity = at("2026-10-05 00:00"), 0
    for number in range(48):
        moment = hour + number * HOUR + MINUTE
        request = {"productCode": DELTA, "timestamp": written(moment, "words"),
                   "usageDimension": "cpu", "usageQuantity": number % 3}  # fmt: skip
        answer = {"meteringRecordId": month.id()}
        quantity += number % 3
        for _ in range(2 if number % 10 == 1 else 1):
            month.call(moment, server, METERING, "MeterUsage", request, answer)
    for error in ["CustomerNotEntitledException", "DryRunOperation"]:
        request = {"productCode": DELTA, "usageDimension": "cpu", "usageQuantity": 100}
        month.call(at("2026-10-07 01:00"), server, METERING, "MeterUsage", request, error=error)
    month.expect("A16", buyer=BUYER, product_code=DELTA, eventname="MeterUsage", dimension="cpu",
                 caller=server.arn, calls=55, errors=2, quantity=quantity)  # fmt: skip
    for number in range(3):
        month.call(at("2026-10-08 01:00") + number * MINUTE, pod, METERING, "RegisterUsage",
                   {"productCode": DELTA, "publicKeyVersion": 1}, {"signature": "eyJhbGciOiJQ..."})  # fmt: skip
    month.expect("A16", buyer=BUYER, product_code=DELTA, eventname="RegisterUsage", dimension=None,
                 caller=pod.arn, calls=3, errors=0, quantity=None)  # fmt: skip


def registrations(month):
    """A14, A15: who came to register, and who could not."""

    def resolve(when, account=None, identifier=None, product=ALPHA):
        answer = {"customerIdentifier": identifier or "", "productCode": product}
        if account:
            answer |= {"customerAWSAccountId": account, "licenseArn": LICENSE % int(account[0])}
        month.call(at(when), JOB, METERING, "ResolveCustomer",
                   {"registrationToken": "HIDDEN_DUE_TO_SECURITY_REASONS"}, answer)  # fmt: skip

    resolve("2026-09-30 10:00", "123412341234")
    resolve("2026-10-02 10:00", NEVER)
    resolve("2026-10-02 11:00", NEVER)
    month.expect("A14", seller=SELLER, customer_account=NEVER, customer_identifier=None,
                 product_code=ALPHA, resolved_at="2026-10-02 10:00:00")  # fmt: skip
    resolve("2026-10-03 10:00", identifier="cust-nobody")
    month.expect("A14", seller=SELLER, customer_account=None, customer_identifier="cust-nobody",
                 product_code=ALPHA, resolved_at="2026-10-03 10:00:00")  # fmt: skip
    resolve("2026-10-04 10:00", identifier="cust-a")
    resolve("2026-10-05 10:00", BUYER, product=BETA)
    resolve("2026-10-31 22:00", LATER)
    for when, error in [
        ("2026-10-06 10:00", "InvalidTokenException"), ("2026-10-06 11:00", "InvalidTokenException"),
        ("2026-10-07 10:00", "ExpiredTokenException"), ("2026-11-01 00:00", "ExpiredTokenException"),
    ]:  # fmt: skip
        month.call(at(when), JOB, METERING, "ResolveCustomer",
                   {"registrationToken": "HIDDEN_DUE_TO_SECURITY_REASONS"}, error=error)  # fmt: skip
    for day, error, calls in [
        ("2026-10-06", "InvalidTokenException", 2), ("2026-10-07", "ExpiredTokenException", 1),
    ]:  # fmt: skip
        month.expect("A15", call_day=day, seller=SELLER, errorcode=error, calls=calls)


def oddities(month):
    """A record of no time at all, in a call that is well: it counts where its call does."""
    moment, quantity = at("2026-10-29 10:00"), Decimal(3)
    record = {"dimension": "gb", "timestamp": "Feb 31, 2026 4:32:50 PM", "quantity": 3,
              "customerIdentifier": "cust-odd"}  # fmt: skip
    month.call(moment, JOB, METERING, "BatchMeterUsage", {"productCode": ALPHA, "usageRecords": [record]},
               {"results": [{"usageRecord": record, "status": "Success"}], "unprocessedRecords": []})  # fmt: skip
    row = named((SELLER, ALPHA, "cust-odd", "gb"))
    month.expect("A01", **row, usage_hour=None, quantity=quantity)
    month.expect("A02", **row, usage_month=None, quantity=quantity, hours=1)
    month.expect("A36", **row, usage_month=None, honoured=quantity, never_honoured=0,
                 lost_to_duplicates=0)  # fmt: skip
    day = next(row for row in month.expected["A03"]
               if (row["call_day"], row["outcome"]) == ("2026-10-29", "Success"))  # fmt: skip
    day["records"] += 1
    day["quantity"] += quantity
