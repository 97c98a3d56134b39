"""The Catalog API on SaaS products: reading, change sets and their life."""

import json

import pytest
from botocore.exceptions import ClientError

from events import event_of, lookup
from raw import find_events, own_call
from running import SELLER_ACCOUNT, request_id, wait_until

CATALOG = "AWSMarketplace"
SAAS = "SaaSProduct@1.0"


class Shop:
    """The seller's catalogue on one server."""

    def __init__(self, server):
        self.server = server
        self.client = server.client("marketplace-catalog")
        listed = self.client.list_entities(Catalog=CATALOG, EntityType="SaaSProduct")
        self.product = next(
            row for row in listed["EntitySummaryList"] if "demo" in row["Name"].lower()
        )

    def entity(self, identifier=None):
        return self.client.describe_entity(
            Catalog=CATALOG, EntityId=identifier or self.product["EntityId"]
        )

    def change(self, kind="UpdateInformation", identifier=None, details=None, **more):
        entity = {"Type": SAAS}
        if identifier != "none":
            entity["Identifier"] = identifier or self.product["EntityId"]
        document = {"ShortDescription": "Another text"} if details is None else details
        return {"ChangeType": kind, "Entity": entity, "DetailsDocument": document} | more

    def start(self, *changes, **more):
        return self.client.start_change_set(Catalog=CATALOG, ChangeSet=list(changes), **more)

    def describe(self, answer):
        return self.client.describe_change_set(Catalog=CATALOG, ChangeSetId=answer["ChangeSetId"])

    def cancel(self, answer):
        return self.client.cancel_change_set(Catalog=CATALOG, ChangeSetId=answer["ChangeSetId"])

    def later(self, seconds):
        self.server.command("clock", "advance", f"{seconds}s", who="root")

    def ended(self, answer):
        """Lets the change set run to its end on the sandbox's clock."""
        self.later(60)
        return wait_until(
            lambda: (found := self.describe(answer))["Status"] not in ("PREPARING", "APPLYING")
            and found,
            5.0,
            "the change set's end",
        )

    def refused(self, code, status, call):
        with pytest.raises(ClientError) as failure:
            call()
        response = failure.value.response
        assert response["Error"]["Code"] == code, response
        assert response["ResponseMetadata"]["HTTPStatusCode"] == status, response
        return response


@pytest.fixture
def shop(fresh):
    return Shop(fresh)


def test_the_demo_product(demo):
    shop = Shop(demo)
    described = shop.entity()
    assert described["EntityType"] == SAAS
    identifier, _, revision = described["EntityIdentifier"].partition("@")
    assert identifier == shop.product["EntityId"] and int(revision) >= 1
    assert described["EntityArn"] == (
        f"arn:aws:aws-marketplace:us-east-1:{SELLER_ACCOUNT}:AWSMarketplace/SaaSProduct/{identifier}"
    )
    details = described["DetailsDocument"]
    assert json.loads(described["Details"]) == details
    assert {row["Key"] for row in details["Dimensions"]} == {"requests", "gb"}
    code = demo.env("seller")["OPENTRAIL_DEMO_PRODUCT_CODE"]
    assert details["Description"]["ProductCode"] == code
    assert shop.product["EntityType"] == "SaaSProduct"
    assert shop.product["SaaSProductSummary"]["ProductTitle"] == shop.product["Name"]


def test_a_change_set_goes_its_way(shop):
    before = shop.entity()
    started = shop.start(shop.change(), ChangeSetName="new words")
    assert started["ChangeSetArn"].endswith(f":AWSMarketplace/ChangeSet/{started['ChangeSetId']}")
    described = shop.describe(started)
    assert described["Status"] == "PREPARING"
    assert described["ChangeSetName"] == "new words"
    ended = shop.ended(started)
    assert ended["Status"] == "SUCCEEDED", ended
    assert "FailureCode" not in ended
    after = shop.entity()
    assert after["DetailsDocument"]["Description"]["ShortDescription"] == "Another text"
    number = lambda entity: int(entity["EntityIdentifier"].partition("@")[2])  # noqa: E731
    assert number(after) == number(before) + 1
    listed = shop.client.list_change_sets(Catalog=CATALOG)["ChangeSetSummaryList"]
    row = next(row for row in listed if row["ChangeSetId"] == started["ChangeSetId"])
    assert row["Status"] == "SUCCEEDED" and row["EntityIdList"] == [shop.product["EntityId"]]


def test_the_events_of_a_change_set(shop):
    started = shop.start(shop.change(ChangeName="Words"), ChangeSetName="seen")
    event = event_of(shop.server, "StartChangeSet", request_id(started))
    assert event["eventSource"] == "marketplacecatalog.amazonaws.com"
    assert event["readOnly"] is False
    parameters = event["requestParameters"]
    assert parameters["catalog"] == CATALOG and parameters["changeSetName"] == "seen"
    change = parameters["changeSet"][0]
    assert change["changeType"] == "UpdateInformation" and change["changeName"] == "Words"
    assert change["entity"] == {"type": SAAS, "identifier": shop.product["EntityId"]}
    assert change["detailsDocument"] == {"ShortDescription": "Another text"}
    assert event["responseElements"] == {
        "changeSetId": started["ChangeSetId"],
        "changeSetArn": started["ChangeSetArn"],
    }
    shop.ended(started)

    def status_events():
        return [
            found
            for text in find_events(shop.server, {"EventName": "ChangeSetStatusChange"})
            if (found := json.loads(text))["serviceEventDetails"]["ChangeSetId"]
            == started["ChangeSetId"]
        ]

    ended = wait_until(
        lambda: [e for e in status_events() if e["serviceEventDetails"]["Status"] == "SUCCEEDED"],
        what="the end state's own event",
    )[0]
    assert ended["eventType"] == "AwsServiceEvent"
    assert ended["requestParameters"] is None and ended["responseElements"] is None
    assert "type" not in ended["userIdentity"]


def test_reads_are_recorded_with_null_answers(shop):
    described = shop.entity()
    event = event_of(shop.server, "DescribeEntity", request_id(described))
    assert event["requestParameters"] == {
        "catalog": CATALOG,
        "entityId": shop.product["EntityId"],
    }
    assert event["responseElements"] is None and event["readOnly"] is True


def test_c13_one_change_set_at_a_time(shop):
    first = shop.start(shop.change())
    second = lambda: shop.start(shop.change(details={"ShortDescription": "2"}))  # noqa: E731
    shop.refused("ResourceInUseException", 423, second)
    assert shop.ended(first)["Status"] == "SUCCEEDED"
    assert second()["ChangeSetId"] != first["ChangeSetId"]


def test_c15_a_stale_revision_names_the_latest(shop):
    shop.ended(shop.start(shop.change()))
    latest = shop.entity()["EntityIdentifier"]
    stale = f"{shop.product['EntityId']}@1"
    response = shop.refused(
        "ValidationException", 422, lambda: shop.start(shop.change(identifier=stale))
    )
    assert latest in response["Error"]["Message"] or latest.partition("@")[2] in (
        response["Error"]["Message"]
    )
    current = shop.start(shop.change(identifier=latest))
    assert shop.ended(current)["Status"] == "SUCCEEDED"


def dimension(key):
    return {
        "Key": key,
        "Name": f"Dimension {key}",
        "Description": "Counted",
        "Unit": "Units",
        "Types": ["ExternallyMetered"],
    }


def test_c16_a_duplicate_dimension_fails_alone_and_all(shop):
    started = shop.start(
        shop.change("AddDimensions", details=[dimension("gb")]),
        shop.change("UpdateInformation", details={"ShortDescription": "Never seen"}),
    )
    ended = shop.ended(started)
    assert (ended["Status"], ended["FailureCode"]) == ("FAILED", "CLIENT_ERROR")
    errors = [change.get("ErrorDetailList", []) for change in ended["ChangeSet"]]
    assert [row["ErrorCode"] for row in errors[0]] == ["INVALID_DIMENSION"]
    assert errors[1] == []
    description = shop.entity()["DetailsDocument"]["Description"]
    assert description["ShortDescription"] != "Never seen"


def test_a_new_dimension_can_be_metered(shop):
    assert shop.ended(shop.start(shop.change("AddDimensions", details=[dimension("seats")])))[
        "Status"
    ] == "SUCCEEDED"
    env = shop.server.env("seller")
    record = {
        "Timestamp": shop_now(shop),
        "CustomerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "Dimension": "seats",
        "Quantity": 1,
    }
    answer = shop.server.client("meteringmarketplace").batch_meter_usage(
        ProductCode=env["OPENTRAIL_DEMO_PRODUCT_CODE"], UsageRecords=[record]
    )
    assert answer["Results"][0]["Status"] == "Success"


def test_what_falls_due_is_there_right_after_the_clock_was_set(shop):
    """No other call in between, and none of the catalogue's, has to bring it about."""
    shop.start(shop.change("AddDimensions", details=[dimension("jumps")]))
    env, metering = shop.server.env("seller"), shop.server.client("meteringmarketplace")
    moved = own_call(shop.server, "SetClock", {"AdvanceSeconds": 3600})
    record = {
        "Timestamp": int(moved["Now"]),
        "CustomerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "Dimension": "jumps",
        "Quantity": 1,
    }
    answer = metering.batch_meter_usage(
        ProductCode=env["OPENTRAIL_DEMO_PRODUCT_CODE"], UsageRecords=[record]
    )
    assert answer["Results"][0]["Status"] == "Success"


def shop_now(shop):
    return int(own_call(shop.server, "GetClock", {})["Now"])


def test_c17_cancelling(shop):
    first = shop.start(shop.change())
    assert shop.cancel(first)["ChangeSetId"] == first["ChangeSetId"]
    assert shop.describe(first)["Status"] == "CANCELLED"
    second = shop.start(shop.change())
    shop.ended(second)
    shop.refused("ResourceInUseException", 423, lambda: shop.cancel(second))


def test_c17_an_applying_change_set_is_not_cancelled(make_server):
    shop = Shop(make_server("--demo", env={"OPENTRAIL_SANDBOX__APPLYING_SECONDS": "3600"}))
    started = shop.start(shop.change())
    shop.later(30)
    assert shop.describe(started)["Status"] == "APPLYING"
    shop.refused("ResourceInUseException", 423, lambda: shop.cancel(started))


def test_a_product_made_by_references(shop):
    started = shop.start(
        shop.change("CreateProduct", identifier="none", details={}, ChangeName="P"),
        shop.change(
            "AddDimensions", identifier="$P.Entity.Identifier", details=[dimension("users")]
        ),
    )
    ended = shop.ended(started)
    assert ended["Status"] == "SUCCEEDED", ended
    made = ended["ChangeSet"][0]["Entity"]["Identifier"].partition("@")[0]
    details = shop.entity(made)["DetailsDocument"]
    assert [row["Key"] for row in details["Dimensions"]] == ["users"]
    assert details["Description"]["ProductCode"]


def limited(shop, name, *statements):
    """The shop as a user of the seller's who may do all but what the statements say."""
    iam = shop.server.client("iam", "root")
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [allow, *statements]}
    iam.put_user_policy(
        UserName=name, PolicyName="limited", PolicyDocument=json.dumps(document)
    )
    there = Shop(shop.server)
    there.client = shop.server.client("marketplace-catalog", keys)
    return there


def test_a_denied_product_among_others_refuses_the_whole_set(shop):
    made = shop.ended(
        shop.start(shop.change("CreateProduct", identifier="none", details={}, ChangeName="P"))
    )
    second = made["ChangeSet"][0]["Entity"]["Identifier"].partition("@")[0]
    deny = {
        "Effect": "Deny",
        "Action": "aws-marketplace:StartChangeSet",
        "Resource": shop.entity(second)["EntityArn"],
    }
    there = limited(shop, "limited", deny)
    one, other = shop.change(), shop.change(identifier=second)
    revised = shop.change(identifier=shop.entity(second)["EntityIdentifier"])
    of_another_type = other | {"Entity": {"Type": "AmiProduct@1.0", "Identifier": second}}
    for changes in ([one, other], [other, one], [one, revised]):
        response = shop.refused("AccessDeniedException", 403, lambda c=changes: there.start(*c))
        event = event_of(shop.server, "StartChangeSet", request_id(response))
        assert event["errorCode"].startswith("AccessDenied")
        assert event["userIdentity"]["userName"] == "limited"
    with pytest.raises(ClientError):
        there.start(one, of_another_type)
    listed = shop.client.list_change_sets(Catalog=CATALOG)["ChangeSetSummaryList"]
    assert len(listed) == 1
    assert there.ended(there.start(one))["Status"] == "SUCCEEDED"


def test_references_pass_the_gateway_of_a_limited_user(shop):
    """What a change set makes has no ARN to be denied yet; the parameters show the reference."""
    deny = {
        "Effect": "Deny",
        "Action": "aws-marketplace:StartChangeSet",
        "Resource": shop.entity()["EntityArn"],
    }
    there = limited(shop, "maker", deny)
    reference = "$P.Entity.Identifier"
    started = there.start(
        shop.change("CreateProduct", identifier="none", details={}, ChangeName="P"),
        shop.change("AddDimensions", identifier=reference, details=[dimension("users")]),
    )
    event = event_of(shop.server, "StartChangeSet", request_id(started))
    changes = event["requestParameters"]["changeSet"]
    assert [row["entity"].get("identifier") for row in changes] == [None, reference]
    assert shop.ended(started)["Status"] == "SUCCEEDED"


def test_the_same_token_is_the_same_change_set(shop):
    change = shop.change()
    one = shop.start(change, ClientRequestToken="token-1")
    two = shop.start(change, ClientRequestToken="token-1")
    assert one["ChangeSetId"] == two["ChangeSetId"]
    other = shop.change(details={"ShortDescription": "other"})
    shop.refused(
        "ValidationException", 422, lambda: shop.start(other, ClientRequestToken="token-1")
    )


INVALID = {
    "another catalogue": lambda s: s.client.list_entities(Catalog="X", EntityType="SaaSProduct"),
    "no change": lambda s: s.start(),
    "an unknown change type": lambda s: s.start(s.change("MakeCoffee")),
    "21 changes": lambda s: s.start(*[s.change(identifier=f"prod-{at}") for at in range(21)]),
    "a change type twice": lambda s: s.start(s.change(), s.change()),
    "both kinds of details": lambda s: s.start(s.change(Details="{}")),
}


@pytest.mark.parametrize("case", INVALID)
def test_what_is_refused_at_once(demo, case):
    shop = Shop(demo)
    shop.refused("ValidationException", 422, lambda: INVALID[case](shop))


def test_what_is_not_there(demo):
    shop = Shop(demo)
    shop.refused("ResourceNotFoundException", 404, lambda: shop.entity("prod-nothing00000"))
    nothing = {"ChangeSetId": "0" * 25}
    shop.refused("ResourceNotFoundException", 404, lambda: shop.describe(nothing))
    shop.refused("ResourceNotFoundException", 404, lambda: shop.cancel(nothing))
    buyer = demo.client("marketplace-catalog", "buyer")
    with pytest.raises(ClientError) as failure:
        buyer.describe_entity(Catalog=CATALOG, EntityId=shop.product["EntityId"])
    code = failure.value.response["Error"]["Code"]
    assert code in ("ResourceNotFoundException", "AccessDeniedException")


def test_lists_are_filtered_sorted_and_paged(shop):
    for number in range(3):
        shop.ended(
            shop.start(shop.change(details={"ShortDescription": str(number)}),
                       ChangeSetName=f"set {number}")
        )  # fmt: skip
    client = shop.client
    names, token = [], {}
    while True:
        page = client.list_change_sets(Catalog=CATALOG, MaxResults=2, **token)
        names += [row["ChangeSetName"] for row in page["ChangeSetSummaryList"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert names == ["set 2", "set 1", "set 0"]
    one = client.list_change_sets(
        Catalog=CATALOG, FilterList=[{"Name": "ChangeSetName", "ValueList": ["set 1"]}]
    )
    assert [row["ChangeSetName"] for row in one["ChangeSetSummaryList"]] == ["set 1"]
    entities = client.list_entities(
        Catalog=CATALOG,
        EntityType="SaaSProduct",
        EntityTypeFilters={
            "SaaSProductFilters": {"EntityId": {"ValueList": [shop.product["EntityId"]]}}
        },
    )
    assert len(entities["EntitySummaryList"]) == 1


def test_a_change_set_survives_a_restart(shop):
    started = shop.start(shop.change())
    shop.server.stop()
    shop.server.start()
    again = Shop(shop.server)
    assert again.describe(started)["Status"] in ("PREPARING", "APPLYING", "SUCCEEDED")
    assert again.ended(started)["Status"] == "SUCCEEDED"


def test_both_names_of_the_source_find_the_events(demo):
    shop = Shop(demo)
    answer = shop.entity()
    event_of(demo, "DescribeEntity", request_id(answer))
    client = demo.client("cloudtrail", "root")
    for source in ("marketplacecatalog.amazonaws.com", "catalog.marketplace.amazonaws.com"):
        found = lookup(client, "EventSource", source)
        assert found and {item["EventSource"] for item in found} == {
            "marketplacecatalog.amazonaws.com"
        }
