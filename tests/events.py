"""Looking events up, and what every event must look like."""

import datetime
import json
import re

from running import wait_until

# the order of members that real records keep
MEMBER_ORDER = [
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestParameters",
    "responseElements", "additionalEventData", "requestID", "eventID", "readOnly", "resources",
    "eventType", "apiVersion", "managementEvent", "recipientAccountId", "sharedEventID",
    "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "tlsDetails",
    "sessionCredentialFromConsole",
]  # fmt: skip
ALWAYS = {
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "requestID",
    "eventID", "readOnly", "eventType", "managementEvent", "recipientAccountId", "eventCategory",
}  # fmt: skip
SOMETIMES = {"apiVersion", "additionalEventData", "resources", "tlsDetails"}
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


def attribute(key, value):
    return [{"AttributeKey": key, "AttributeValue": value}]


def lookup(client, key=None, value=None, pages=1, **arguments):
    """The `Events` of one (or several pages of) LookupEvents."""
    if key:
        arguments["LookupAttributes"] = attribute(key, value)
    found = []
    for _ in range(pages):
        answer = client.lookup_events(**arguments)
        found += answer["Events"]
        if "NextToken" not in answer:
            break
        arguments["NextToken"] = answer["NextToken"]
    return found


def item_of(server, name, request_id, who="root", region="us-east-1", deadline_secs=1.0):
    """The LookupEvents item of the call with this request id, waiting for at most a second."""
    client = server.client("cloudtrail", who, region)

    def look():
        for item in lookup(client, "EventName", name, pages=20):
            if json.loads(item["CloudTrailEvent"])["requestID"] == request_id:
                return item
        return None

    return wait_until(look, deadline_secs, f"{name} {request_id}")


def event_of(server, name, request_id, **where):
    """The record of the call with this request id."""
    return json.loads(item_of(server, name, request_id, **where)["CloudTrailEvent"])


def assert_envelope(event, failed=False):
    """Checks all that holds for every recorded API call."""
    wanted = ALWAYS | ({"errorCode", "errorMessage"} if failed else set())
    keys = list(event)
    assert wanted <= set(keys), f"missing: {wanted - set(keys)}"
    assert set(keys) <= wanted | SOMETIMES, f"unexpected: {set(keys) - wanted - SOMETIMES}"
    assert keys == [key for key in MEMBER_ORDER if key in keys], f"order: {keys}"
    assert re.fullmatch(r"1\.(0[89]|1[01])", event["eventVersion"])
    assert INSTANT.match(event["eventTime"]), event["eventTime"]
    assert UUID.match(event["eventID"]), event["eventID"]
    assert event["sourceIPAddress"] == "127.0.0.1"
    assert event["eventType"] == "AwsApiCall"
    assert event["managementEvent"] is True
    assert event["eventCategory"] == "Management"
    assert isinstance(event["readOnly"], bool)
    # the suite speaks plain HTTP: a TLS version would be invented
    assert set(event.get("tlsDetails", {})) <= {"clientProvidedHostHeader"}
    if failed:
        assert event["responseElements"] is None


def sample_date(moment):
    """A date as in the sample events: `Apr 19, 2018 4:32:50 PM`."""
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment:%b} {moment.day}, {moment.year} {hour}:{moment:%M:%S} {half}"


def utc_now():
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
