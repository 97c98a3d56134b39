"""A role of one account that somebody of another account assumes: one call, two accounts' events."""

import json

import pytest
from botocore.exceptions import ClientError

from events import assert_envelope, event_of, lookup
from raw import find_events
from running import BUYER_ACCOUNT, SELLER_ACCOUNT, request_id

BOB = f"arn:aws:iam::{BUYER_ACCOUNT}:user/Bob"
# what may differ between the two copies of one call
OWN = {"eventID", "recipientAccountId", "userIdentity"}


def trusting(server, name, principal):
    """The ARN of a role in the seller's account that trusts `principal`."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = server.client("iam", "root")
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]


@pytest.fixture(scope="module")
def copies(demo):
    """The answer that Bob got, his account's event of it, and that of the role's owner."""
    arn = trusting(demo, "for-bob", BOB)
    answer = demo.client("sts", "buyer").assume_role(RoleArn=arn, RoleSessionName="visit")
    asked = request_id(answer)
    bobs = event_of(demo, "AssumeRole", asked, who="buyer")
    owners = event_of(demo, "AssumeRole", asked, who="root")
    return answer, bobs, owners


def test_both_accounts_have_an_event_of_the_one_call(demo, copies):
    answer, bobs, owners = copies
    for event in (bobs, owners):
        shared = event.pop("sharedEventID")
        assert_envelope(event)
        event["sharedEventID"] = shared
        assert event["requestID"] == request_id(answer)
    assert bobs["sharedEventID"] == owners["sharedEventID"]
    assert bobs["eventID"] != owners["eventID"]
    assert bobs["sharedEventID"] not in (bobs["eventID"], owners["eventID"])
    assert bobs["recipientAccountId"] == BUYER_ACCOUNT
    assert owners["recipientAccountId"] == SELLER_ACCOUNT
    assert {name for name in bobs | owners if bobs.get(name) != owners.get(name)} == OWN


def test_the_caller_is_whole_at_home_and_an_account_to_the_owner(demo, copies):
    _, bobs, owners = copies
    bob = demo.client("iam", "buyer").get_user(UserName="Bob")["User"]
    assert bobs["userIdentity"] == {
        "type": "IAMUser",
        "principalId": bob["UserId"],
        "arn": BOB,
        "accountId": BUYER_ACCOUNT,
        "accessKeyId": demo.keys("buyer")["aws_access_key_id"],
        "userName": "Bob",
    }
    assert list(owners["userIdentity"].items()) == [
        ("type", "AWSAccount"),
        ("principalId", bob["UserId"]),
        ("accountId", BUYER_ACCOUNT),
    ]


def test_what_was_asked_and_answered_is_in_both(demo, copies):
    answer, bobs, owners = copies
    for event in (bobs, owners):
        assert event["requestParameters"]["roleSessionName"] == "visit"
        given = event["responseElements"]["credentials"]
        assert given["accessKeyId"] == answer["Credentials"]["AccessKeyId"]
        assert "secretAccessKey" not in given
        assert [resource["accountId"] for resource in event["resources"]] == [SELLER_ACCOUNT]


def test_each_account_looks_up_its_own_copy_only(demo, copies):
    _, bobs, owners = copies
    for who, own, other in (("buyer", bobs, owners), ("root", owners, bobs)):
        client = demo.client("cloudtrail", who)
        assert len(lookup(client, "EventId", own["eventID"])) == 1
        assert lookup(client, "EventId", other["eventID"]) == []
    # Bob's key and name are his account's business
    owner = demo.client("cloudtrail", "root")
    (item,) = lookup(owner, "EventId", owners["eventID"])
    assert "AccessKeyId" not in item and item.get("Username") != "Bob"


def test_what_the_visitor_does_then_is_the_owners(demo, copies):
    keys = copies[0]["Credentials"]
    answer = demo.client("sts", keys).get_caller_identity()
    assert answer["Account"] == SELLER_ACCOUNT
    event = event_of(demo, "GetCallerIdentity", request_id(answer), who="root")
    assert event["userIdentity"]["type"] == "AssumedRole"
    assert event["userIdentity"]["accountId"] == SELLER_ACCOUNT
    assert "sharedEventID" not in event


def test_within_one_account_there_is_one_event(demo):
    arn = f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller"
    asked = request_id(demo.client("sts").assume_role(RoleArn=arn, RoleSessionName="home"))
    assert "sharedEventID" not in event_of(demo, "AssumeRole", asked)
    assert len(told(demo, asked)) == 1


@pytest.mark.parametrize("principal", [f"arn:aws:iam::{SELLER_ACCOUNT}:root", "nobody at all"])
def test_a_refusal_is_the_callers_alone(demo, unique, principal):
    arn = f"arn:aws:iam::{SELLER_ACCOUNT}:role/not-there"
    if principal.startswith("arn:"):
        arn = trusting(demo, unique("not-for-bob"), principal)
    with pytest.raises(ClientError) as failure:
        demo.client("sts", "buyer").assume_role(RoleArn=arn, RoleSessionName="visit")
    response = failure.value.response
    assert response["Error"]["Code"] == "AccessDenied"
    event = event_of(demo, "AssumeRole", request_id(response), who="buyer")
    assert_envelope(event, failed=True)
    assert event["errorCode"] == "AccessDenied"
    # STS writes no parameters of a role that was not given
    assert event["requestParameters"] is None and event["responseElements"] is None
    assert len(told(demo, request_id(response))) == 1


def told(server, asked):
    """The records of all accounts with this request id."""
    events = map(json.loads, find_events(server, {"EventName": "AssumeRole"}))
    return [event for event in events if event["requestID"] == asked]
