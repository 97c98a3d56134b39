"""BatchMeterUsage by the conformance cases C1 to C10, under a clock that is moved."""

import datetime

import pytest
from botocore.exceptions import ClientError

from events import event_of, utc_now
from raw import own_call
from running import request_id

HOUR = datetime.timedelta(hours=1)
SECOND = datetime.timedelta(seconds=1)


class Meter:
    """The seller's side of one server."""

    def __init__(self, server):
        self.server = server
        self.env = server.env("seller")
        self.client = server.client("meteringmarketplace")

    def now(self):
        clock = own_call(self.server, "GetClock", {})
        return datetime.datetime.fromtimestamp(int(clock["Now"]), datetime.UTC)

    def set_clock(self, moment):
        self.server.command("clock", "set", moment.strftime("%Y-%m-%dT%H:%M:%SZ"), who="root")

    def by_code(self, timestamp, dimension="gb", **more):
        customer = {"CustomerIdentifier": self.env["OPENTRAIL_DEMO_CUSTOMER_ID"]}
        return {"Timestamp": timestamp, "Dimension": dimension} | customer | more

    def by_license(self, timestamp, dimension="gb", **more):
        return {
            "Timestamp": timestamp,
            "Dimension": dimension,
            "CustomerAWSAccountId": self.env["OPENTRAIL_DEMO_BUYER_ACCOUNT"],
            "LicenseArn": self.env["OPENTRAIL_DEMO_LICENSE_ARN"],
        } | more

    def send(self, *records, code=True):
        product = {"ProductCode": self.env["OPENTRAIL_DEMO_PRODUCT_CODE"]} if code else {}
        return self.client.batch_meter_usage(UsageRecords=list(records), **product)

    def statuses(self, *records, code=True):
        return [result["Status"] for result in self.send(*records, code=code)["Results"]]

    def refused(self, wanted, *records, **how):
        with pytest.raises(ClientError) as failure:
            self.send(*records, **how)
        response = failure.value.response
        assert response["Error"]["Code"] == wanted, response
        event = event_of(self.server, "BatchMeterUsage", request_id(response))
        assert event["errorCode"] == wanted and event["responseElements"] is None


@pytest.fixture
def meter(fresh):
    """A seller at noon in the middle of a month, so that no window's edge is near."""
    made = Meter(fresh)
    noon = made.now().replace(day=20, hour=12, minute=30, second=0)
    if noon < made.now():
        noon = (noon.replace(day=1) + datetime.timedelta(days=45)).replace(day=20)
    made.set_clock(noon)
    return made


def test_c1_25_records_then_26(meter):
    now = meter.now()
    records = [meter.by_code(now - at * HOUR, Quantity=1) for at in range(22)]
    records += [meter.by_code(now - at * HOUR, "requests", Quantity=1) for at in range(3)]
    answer = meter.send(*records)
    assert [result["Status"] for result in answer["Results"]] == ["Success"] * 25
    assert [row["UsageRecord"]["Timestamp"] for row in answer["Results"]] == [
        record["Timestamp"] for record in records
    ]
    meter.refused("ValidationException", *records, records[0])


def test_c2_the_same_record_again_is_a_success_and_nothing_more(meter):
    record = meter.by_code(meter.now(), Quantity=17)
    first = meter.send(record)["Results"][0]
    again = meter.send(record)["Results"][0]
    decimal = dict(record)
    del decimal["Quantity"]
    third = meter.send(decimal | {"QuantityAsDecimal": "17.00"})["Results"][0]
    assert [row["Status"] for row in (first, again, third)] == ["Success"] * 3
    ids = {row["MeteringRecordId"] for row in (first, again, third)}
    assert len(ids) == 1
    # other minutes of the hour are the same hour
    assert meter.statuses(record | {"Timestamp": meter.now() - 20 * 60 * SECOND}) == ["Success"]


def test_c3_another_quantity_is_a_duplicate_and_the_first_stays(meter):
    record = meter.by_code(meter.now(), Quantity=5)
    stored = meter.send(record)["Results"][0]
    other = meter.send(record | {"Quantity": 6})["Results"][0]
    assert other["Status"] == "DuplicateRecord"
    assert "MeteringRecordId" not in other
    assert meter.send(record)["Results"][0]["MeteringRecordId"] == stored["MeteringRecordId"]


def test_within_one_batch_the_list_order_decides(meter):
    record = meter.by_code(meter.now(), Quantity=5)
    found = meter.statuses(record, record | {"Quantity": 6}, record)
    assert found == ["Success", "DuplicateRecord", "Success"]


def test_c4_one_stale_record_refuses_the_batch(meter):
    now = meter.now()
    good = meter.by_code(now, Quantity=5)
    stale = meter.by_code(now - 30 * HOUR, Quantity=5)
    meter.refused("TimestampOutOfBoundsException", good, stale)
    assert meter.statuses(good | {"Quantity": 9}) == ["Success"]


def test_c5_the_month_ends_at_six(meter):
    first = (meter.now().replace(day=1) + datetime.timedelta(days=32)).replace(
        day=1, hour=5, minute=59, second=0
    )
    before = first.replace(hour=0, minute=0) - datetime.timedelta(minutes=30)
    meter.set_clock(first)
    assert meter.statuses(meter.by_code(before, Quantity=1)) == ["Success"]
    meter.set_clock(first + 2 * 60 * SECOND)
    meter.refused("TimestampOutOfBoundsException", meter.by_code(before, "requests", Quantity=1))


def test_c6_the_window_is_24_hours(meter):
    # the clock runs while the call is on its way: five seconds are room enough
    young = meter.now() - 24 * HOUR + 5 * SECOND
    assert meter.statuses(meter.by_code(young, Quantity=1)) == ["Success"]
    old = meter.now() - 24 * HOUR
    meter.refused("TimestampOutOfBoundsException", meter.by_code(old, "requests", Quantity=1))


def test_usage_of_the_future(meter):
    near = meter.now() + 4 * 60 * SECOND
    assert meter.statuses(meter.by_code(near, Quantity=1)) == ["Success"]
    far = meter.now() + 2 * HOUR
    meter.refused("TimestampOutOfBoundsException", meter.by_code(far, Quantity=1))


TAG_A, TAG_B = [{"Key": "team", "Value": "a"}], [{"Key": "team", "Value": "b"}]
WRONG_ALLOCATIONS = {
    "sum off by a millionth": (
        {"QuantityAsDecimal": "10"},
        [{"AllocatedUsageQuantityAsDecimal": "9.999999", "Tags": TAG_A}],
    ),
    "kinds mixed": (
        {"QuantityAsDecimal": "10"},
        [{"AllocatedUsageQuantity": 10, "Tags": TAG_A}],
    ),
    "two untagged": (
        {"Quantity": 10},
        [{"AllocatedUsageQuantity": 4}, {"AllocatedUsageQuantity": 6}],
    ),
    "a tag set twice": (
        {"Quantity": 10},
        [
            {"AllocatedUsageQuantity": 4, "Tags": TAG_A},
            {"AllocatedUsageQuantity": 6, "Tags": TAG_A},
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG_ALLOCATIONS)
def test_c7_wrong_allocations_store_nothing(meter, case):
    quantity, shares = WRONG_ALLOCATIONS[case]
    good = meter.by_code(meter.now() - HOUR, Quantity=5)
    bad = meter.by_code(meter.now(), UsageAllocations=shares, **quantity)
    meter.refused("InvalidUsageAllocationsException", good, bad)
    assert meter.statuses(good | {"Quantity": 6}) == ["Success"]


def test_allocations_that_add_up(meter):
    shares = [
        {"AllocatedUsageQuantity": 4, "Tags": TAG_A},
        {"AllocatedUsageQuantity": 5, "Tags": TAG_B},
        {"AllocatedUsageQuantity": 1},
    ]
    record = meter.by_code(meter.now(), Quantity=10, UsageAllocations=shares)
    answer = meter.send(record)["Results"][0]
    assert answer["Status"] == "Success"
    assert answer["UsageRecord"]["UsageAllocations"] == shares
    # the same amount with other shares: the first stays
    other = record | {"UsageAllocations": [{"AllocatedUsageQuantity": 10, "Tags": TAG_A}]}
    assert meter.statuses(other) == ["DuplicateRecord"]


def test_too_many_or_illegal_tags(meter):
    for tags in ([{"Key": f"k{at}", "Value": "v"} for at in range(6)], [{"Key": "ü", "Value": "v"}]):
        shares = [{"AllocatedUsageQuantity": 1, "Tags": tags}]
        record = meter.by_code(meter.now(), Quantity=1, UsageAllocations=shares)
        with pytest.raises(ClientError) as failure:
            meter.send(record)
        code = failure.value.response["Error"]["Code"]
        assert code in ("InvalidTagException", "ValidationException")


def test_c8_both_modes_are_two_rows(meter):
    """The service lets a seller bill twice; that is what the analyses are for."""
    one = meter.send(meter.by_code(meter.now(), Quantity=3))["Results"][0]
    two = meter.send(meter.by_license(meter.now(), Quantity=4), code=False)["Results"][0]
    assert one["Status"] == two["Status"] == "Success"
    assert one["MeteringRecordId"] != two["MeteringRecordId"]


def test_c10_zero_then_five(meter):
    assert meter.statuses(meter.by_code(meter.now(), Quantity=0)) == ["Success"]
    assert meter.statuses(meter.by_code(meter.now(), Quantity=5)) == ["DuplicateRecord"]


def test_no_quantity_is_zero(meter):
    assert meter.statuses(meter.by_code(meter.now())) == ["Success"]
    assert meter.statuses(meter.by_code(meter.now(), Quantity=0)) == ["Success"]
    assert meter.statuses(meter.by_code(meter.now(), Quantity=1)) == ["DuplicateRecord"]


SEED = """
[[products]]
owner = "111122223333"
entity_id = "prod-seededseeded1"
product_code = "seeded-code"
title = "Seeded"
dimensions = [{ key = "gb", name = "Gigabytes", unit = "GB" }]

[[buyers]]
account = "444455556666"
customer_identifier = "ended-customer"
product_code = "seeded-code"
license_arn = "arn:aws:license-manager::294406891311:license:l-00000000000000000000000000000001"
agreement_id = "agmt-ended000000000000000001"
starts = "2026-01-01T00:00:00Z"
ends = "%s"
"""


@pytest.mark.parametrize(("minutes", "status"), [(59, "Success"), (61, "CustomerNotSubscribed")])
def test_c9_an_hour_is_left_after_the_end(make_server, tmp_path, minutes, status):
    now = utc_now()
    ended = now - datetime.timedelta(minutes=minutes)
    path = tmp_path / "seed.toml"
    path.write_text(SEED % ended.strftime("%Y-%m-%dT%H:%M:%SZ"))
    server = make_server("--demo", env={"OPENTRAIL_SEED": str(path)})
    record = {
        "Timestamp": max(ended - SECOND, now.replace(day=1, hour=0, minute=0, second=0)),
        "Dimension": "gb",
        "CustomerIdentifier": "ended-customer",
        "Quantity": 1,
    }
    answer = server.client("meteringmarketplace").batch_meter_usage(
        ProductCode="seeded-code", UsageRecords=[record]
    )
    result = answer["Results"][0]
    assert result["Status"] == status
    assert ("MeteringRecordId" in result) == (status == "Success")


def test_the_demo_worlds_second_customer_has_left(meter):
    """Their agreement has ended: the call succeeds, and nothing is metered."""
    left = meter.by_code(meter.now(), Quantity=1) | {"CustomerIdentifier": "DemoCustomer2"}
    result = meter.send(left)["Results"][0]
    assert result["Status"] == "CustomerNotSubscribed" and "MeteringRecordId" not in result


def test_decimals_have_six_places_and_no_leading_zero(meter):
    for number, at in [("0.000001", 0), ("9999999999.999999", 1), ("0", 2)]:
        record = meter.by_code(meter.now() - at * HOUR, QuantityAsDecimal=number)
        assert meter.statuses(record) == ["Success"]
    for number in ("01", "1.0000001", "-1", "1.", ".5", "1e3", "12345678901", ""):
        meter.refused("ValidationException", meter.by_code(meter.now(), QuantityAsDecimal=number))


def test_both_quantities_or_both_customers_are_refused(meter):
    now = meter.now()
    both = meter.by_code(now, Quantity=1, QuantityAsDecimal="1")
    meter.refused("ValidationException", both)
    account = {"CustomerAWSAccountId": meter.env["OPENTRAIL_DEMO_BUYER_ACCOUNT"]}
    meter.refused("ValidationException", meter.by_code(now, Quantity=1, **account))


def test_unknown_names(meter):
    now = meter.now()
    meter.refused("InvalidUsageDimensionException", meter.by_code(now, "nothing", Quantity=1))
    meter.refused("InvalidUsageDimensionException", meter.by_code(now, "GB", Quantity=1))
    stranger = meter.by_code(now, Quantity=1) | {"CustomerIdentifier": "nobody"}
    meter.refused("InvalidCustomerIdentifierException", stranger)
    licence = meter.by_license(now, Quantity=1)
    other = licence["LicenseArn"][:-1] + ("0" if licence["LicenseArn"][-1] != "0" else "1")
    meter.refused("InvalidLicenseException", licence | {"LicenseArn": other}, code=False)


TAGS = {
    "a letter that is none of theirs": [{"Key": "team?", "Value": "x"}],
    "an umlaut in the value": [{"Key": "team", "Value": "\u00e4"}],
    "an empty key": [{"Key": "", "Value": "x"}],
    "a key of 101": [{"Key": "k" * 101, "Value": "x"}],
    "a value of 257": [{"Key": "team", "Value": "v" * 257}],
    "six tags": [{"Key": f"k{number}", "Value": "x"} for number in range(6)],
    "no tag": [],
}


@pytest.mark.parametrize("case", TAGS)
def test_illegal_tags_have_their_own_exception(demo, case):
    """The metering service names this before any rule of the model's does."""
    meter = Meter(demo)
    share = {"AllocatedUsageQuantity": 1, "Tags": TAGS[case]}
    meter.refused(
        "InvalidTagException",
        meter.by_code(meter.now(), "requests", Quantity=1, UsageAllocations=[share]),
    )


def test_only_the_seller_may_meter(meter):
    buyer = meter.server.client("meteringmarketplace", "buyer")
    with pytest.raises(ClientError) as failure:
        buyer.batch_meter_usage(
            ProductCode=meter.env["OPENTRAIL_DEMO_PRODUCT_CODE"],
            UsageRecords=[meter.by_code(meter.now(), Quantity=1)],
        )
    code = failure.value.response["Error"]["Code"]
    assert code in ("InvalidProductCodeException", "AccessDeniedException")


def test_accounts_address_the_customer_too(meter):
    record = meter.by_license(meter.now(), Quantity=2)
    del record["LicenseArn"]
    assert meter.statuses(record) == ["Success"]


def test_faults_on_request(make_server):
    """Clients can prove that they resend what was not processed."""
    server = make_server("--demo", env={"OPENTRAIL_SANDBOX__UNPROCESSED_EVERY": "2"})
    meter = Meter(server)
    now = meter.now()
    records = [meter.by_code(now, "gb", Quantity=1), meter.by_code(now, "requests", Quantity=1)]
    answer = meter.send(*records)
    assert len(answer["Results"]) == 1 and len(answer["UnprocessedRecords"]) == 1
    assert answer["UnprocessedRecords"][0]["Dimension"] == "requests"
    event = event_of(server, "BatchMeterUsage", request_id(answer))
    assert len(event["responseElements"]["unprocessedRecords"]) == 1


def test_older_windows_by_setting(make_server):
    server = make_server("--demo", env={"OPENTRAIL_SANDBOX__WINDOW_HOURS": "6"})
    meter = Meter(server)
    noon = (meter.now().replace(day=1) + datetime.timedelta(days=45)).replace(day=20, hour=12)
    meter.set_clock(noon)
    assert meter.statuses(meter.by_code(noon - 5 * HOUR, Quantity=1)) == ["Success"]
    meter.refused("TimestampOutOfBoundsException", meter.by_code(noon - 7 * HOUR, Quantity=1))


def test_the_ledger_survives_a_restart(meter):
    record = meter.by_code(meter.now(), Quantity=8)
    stored = meter.send(record)["Results"][0]["MeteringRecordId"]
    meter.server.stop()
    meter.server.start()
    again = Meter(meter.server)
    assert again.send(record)["Results"][0]["MeteringRecordId"] == stored
    assert again.statuses(record | {"Quantity": 9}) == ["DuplicateRecord"]
