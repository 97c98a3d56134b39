"""Every protocol answers in its own shape, by whatever door a call comes in."""

import json

import pytest

import mutations
from events import event_of
from raw import Wire, find_events, own_call, rendered
from running import request_id, wait_until

ENTITLEMENTS = "/service/AWSMPEntitlementService/operation/GetEntitlements"
PRODUCT = b"\xa1\x6bProductCode\x64code"


def ask(server, call, who="seller"):
    return Wire(server.port).ask(call.signed(server, server.keys(who)))


def test_aws_json_answers_in_the_version_it_was_asked_in(demo):
    for version in ("1.0", "1.1"):
        call = mutations.awsjson(
            "aws-marketplace", "AWSMPCommerceService_v20200301.Nothing", {}, version
        )
        reply = ask(demo, call)
        assert reply.headers["content-type"] == f"application/x-amz-json-{version}"
        assert reply.json["__type"] == "UnknownOperationException"
        assert reply.json["message"] and reply.request_id


def test_rest_json_names_its_error_in_a_header(demo):
    reply = ask(demo, mutations.rest("POST", "/ListEntities", b"{}"))
    assert reply.status == 422
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-amzn-errortype"] == "ValidationException"
    fields = reply.json["ValidationExceptionFieldList"]
    assert {field["Field"] for field in fields} == {"Catalog", "EntityType"}


def test_aws_query_answers_xml(demo):
    reply = ask(demo, mutations.form("iam", "Action=ListUsers&Version=2010-05-08"), "root")
    text = reply.body.decode()
    assert reply.headers["content-type"] == "text/xml"
    assert text.startswith('<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">')
    assert f"<RequestId>{reply.request_id}</RequestId>" in text and "<UserName>Alice" in text
    refused = ask(demo, mutations.form("iam", "Action=Nothing&Version=2010-05-08"))
    assert refused.status == 400 and "<Code>InvalidAction</Code>" in refused.body.decode()


def test_cbor_answers_cbor(demo):
    reply = ask(demo, mutations.cbor(ENTITLEMENTS, PRODUCT))
    assert reply.headers["content-type"] == "application/cbor"
    assert reply.headers["smithy-protocol"] == "rpc-v2-cbor"
    assert b"__type" in reply.body or reply.status == 200
    wait_until(lambda: any(reply.request_id in text for text in find_events(demo)))
    broken = ask(demo, mutations.cbor(ENTITLEMENTS, b"\xff"))
    assert broken.status == 400 and b"SerializationException" in broken.body


def test_one_scope_of_seven_services_is_told_apart(demo):
    """All sign as `aws-marketplace`: only target, path and body say which one is meant."""
    calls = {
        "metering-marketplace.amazonaws.com": mutations.awsjson(
            "aws-marketplace", "AWSMPMeteringService.BatchMeterUsage", {"UsageRecords": []}
        ),
        "marketplacecatalog.amazonaws.com": mutations.rest(
            "GET", "/DescribeEntity?catalog=AWSMarketplace&entityId=prod-x"
        ),
        "agreement-marketplace.amazonaws.com": mutations.awsjson(
            "aws-marketplace", "AWSMPCommerceService_v20200301.SearchAgreements", {}, "1.0"
        ),
        "entitlement-marketplace.amazonaws.com": mutations.cbor(ENTITLEMENTS, PRODUCT),
    }
    for source, call in calls.items():
        asked = ask(demo, call).request_id

        def events(asked=asked):
            return [event for text in find_events(demo) if (event := json.loads(text)).get(
                "requestID") == asked]  # fmt: skip

        assert wait_until(events)[0]["eventSource"] == source


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/index.html", "/ListEntities"])
def test_a_browser_gets_no_page(demo, path):
    reply = Wire(demo.port).ask(rendered("GET", path, {"Host": "x", "Accept": "text/html"}))
    assert 400 <= reply.status < 500
    assert b"<html" not in reply.body.lower() and reply.request_id


def test_oversized_parameters_are_kept_whole_beside_the_record(demo):
    env = demo.env("seller")
    tags = [{"Key": f"k{at}", "Value": "v" * 250} for at in range(3)]
    shares = [
        {"AllocatedUsageQuantity": 1, "Tags": [*tags, {"Key": "n", "Value": str(at)}]}
        for at in range(400)
    ]
    record = {
        "Timestamp": int(own_call(demo, "GetClock", {})["Now"]),
        "CustomerAWSAccountId": env["OPENTRAIL_DEMO_BUYER_ACCOUNT"],
        "LicenseArn": env["OPENTRAIL_DEMO_LICENSE_ARN"],
        "Dimension": "requests",
        "Quantity": 400,
        "UsageAllocations": shares,
    }
    answer = demo.client("meteringmarketplace").batch_meter_usage(UsageRecords=[record])
    assert answer["Results"][0]["Status"] == "Success"
    event = event_of(demo, "BatchMeterUsage", request_id(answer))
    assert event["requestParameters"] is None
    assert len(json.dumps(event)) < 256 * 1024
    whole = demo.command("show", event["eventID"], "--whole", who="root").stdout
    assert event["responseElements"] is None
    answered = json.loads(whole)["responseElements"]["results"][0]
    assert answered["status"] == "Success"
    assert answered["meteringRecordId"] == answer["Results"][0]["MeteringRecordId"]
    assert len(answered["usageRecord"]["usageAllocations"]) == 400
    kept = json.loads(whole)["requestParameters"]["usageRecords"][0]
    assert kept["quantity"] == 400 and len(kept["usageAllocations"]) == 400
    assert kept["usageAllocations"][399]["tags"][3] == {"key": "n", "value": "399"}
