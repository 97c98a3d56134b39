"""The three questions of every event: root or user, temporary credentials, another AWS service."""

import json

import pytest

import people
from events import assert_envelope, event_of, item_of
from raw import Wire, json_call
from running import REGION, request_id, wait_until

HEADER = "x-amz-opentrail-invoked-by"
SERVICE = "cloudformation.amazonaws.com"
OPERATION = "ListLicenseConfigurations"


def answers(event):
    """Answers the three questions from the event alone."""
    identity = event["userIdentity"]
    context = identity.get("sessionContext", {})
    issuer = context.get("sessionIssuer", {}).get("type")
    temporary = {
        "AssumedRole": "a role",
        "FederatedUser": "a federated user",
    }.get(identity.get("type"), "a user's session" if context else None)
    return {
        "root or user": issuer or identity.get("type"),
        "temporary credentials of": temporary,
        "another AWS service": identity.get("invokedBy"),
    }


def named(root_or_user, temporary=None, service=None):
    return {
        "root or user": root_or_user,
        "temporary credentials of": temporary,
        "another AWS service": service,
    }


def through(server, keys, service=SERVICE):
    """A call that a service says to make for whoever signs."""
    call = json_call(server, keys, "license-manager", OPERATION, {}, headers={HEADER: service})
    return Wire(server.port).ask(call)


CALLERS = {
    "root": (people.root, named("Root")),
    "user": (people.user, named("IAMUser")),
    "role": (people.assumed_role, named("Role", "a role")),
    "federated": (people.federated, named("IAMUser", "a federated user")),
    "session": (people.user_session, named("IAMUser", "a user's session")),
}


def test_all_three_are_answered_from_events(demo):
    """The calls of five callers and of a service, told apart by their events alone."""
    found, wanted = {}, {}
    for kind, (make, expected) in CALLERS.items():
        caller = make(demo)
        answer = demo.client("license-manager", caller.keys).list_license_configurations()
        found[kind] = answers(event_of(demo, OPERATION, request_id(answer)))
        wanted[kind] = expected
    reply = through(demo, demo.keys("seller"))
    assert reply.status == 200, reply.body
    found["service"] = answers(event_of(demo, OPERATION, reply.request_id))
    wanted["service"] = named("IAMUser", service=SERVICE)
    assert found == wanted


def test_a_service_hides_where_it_was_asked_from(demo):
    reply = through(demo, demo.keys("seller"))
    item = item_of(demo, OPERATION, reply.request_id)
    event = json.loads(item["CloudTrailEvent"])
    identity = event["userIdentity"]
    assert identity["invokedBy"] == SERVICE and identity["userName"] == "Alice"
    assert list(identity) == [key for key in people.IDENTITY_ORDER if key in identity]
    assert event["sourceIPAddress"] == event["userAgent"] == SERVICE
    assert event["additionalEventData"]["opentrail:sourceIPAddress"] == "127.0.0.1"
    assert "tlsDetails" not in event
    assert_envelope(event | {"sourceIPAddress": "127.0.0.1"})
    assert item["Username"] == "Alice"
    # without a service in between nothing of this is there
    answer = demo.client("license-manager").list_license_configurations()
    plain = event_of(demo, OPERATION, request_id(answer))
    assert "invokedBy" not in plain["userIdentity"]
    assert "opentrail:sourceIPAddress" not in plain.get("additionalEventData", {})


def test_who_may_only_read_speaks_for_no_service(demo):
    keys = demo.keys("auditor")
    plain = json_call(demo, keys, "license-manager", OPERATION, {})
    assert Wire(demo.port).ask(plain).status == 200
    reply = through(demo, keys)
    assert reply.code == "AccessDeniedException", reply.body
    event = event_of(demo, OPERATION, reply.request_id)
    assert event["errorCode"].startswith("AccessDenied")
    assert "opentrail:ActAsService" in event["errorMessage"]
    assert event["userIdentity"]["userName"] == "Auditor"


# how a call ends that has no permission, before or when anybody asks for it
ENDS = {
    "denied": (OPERATION, {}),
    "not served": ("ListLicenses", {}),
    "no such operation": ("Nothing", {}),
    "not to be decoded": (OPERATION, b'{"MaxResults":'),
}


@pytest.mark.parametrize("case", ENDS)
def test_nobody_passes_for_a_service_without_the_permission(demo, case):
    """Else every key could leave events that answer the third question wrongly."""
    operation, body = ENDS[case]
    call = json_call(
        demo, demo.keys("auditor"), "license-manager", operation, body, headers={HEADER: SERVICE}
    )
    reply = Wire(demo.port).ask(call)
    assert 400 <= reply.status < 500
    event = event_of(demo, operation, reply.request_id)
    assert "invokedBy" not in event["userIdentity"], event
    assert event["sourceIPAddress"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("service", "operation"),
    [("cloudtrail", "LookupEvents"), ("opentrail", "FindEvents"), ("opentrail", "GetClock")],
)
def test_the_permission_holds_for_every_kind_of_operation(demo, service, operation):
    keys, wire = demo.keys("auditor"), Wire(demo.port)
    assert wire.ask(json_call(demo, keys, service, operation, {})).status == 200
    said = json_call(demo, keys, service, operation, {}, headers={HEADER: SERVICE})
    reply = wire.ask(said)
    assert reply.status in (400, 403) and reply.code == "AccessDeniedException", reply.body


def test_an_unsigned_word_for_a_service_is_refused(demo):
    call = json_call(demo, demo.keys("seller"), "license-manager", OPERATION, {})
    line = f"\r\n{HEADER}: {SERVICE}\r\n".encode()
    reply = Wire(demo.port).ask(call.replace(b"\r\n", line, 1))
    assert reply.status in (400, 403), reply.body
    event = wait_until(lambda: event_of(demo, OPERATION, reply.request_id))
    assert "invokedBy" not in event["userIdentity"]
    assert event["sourceIPAddress"] == "127.0.0.1"


@pytest.mark.parametrize("name", ["evil.example.com", "x.amazonaws.com.evil.example", ""])
def test_only_services_are_services(demo, name):
    """Nobody hides behind a name that is no AWS service's."""
    reply = through(demo, demo.keys("seller"), name)
    event = event_of(demo, OPERATION, reply.request_id, region=REGION)
    assert "invokedBy" not in event["userIdentity"]
    assert event["sourceIPAddress"] == "127.0.0.1"
