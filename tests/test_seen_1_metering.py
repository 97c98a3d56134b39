"""What must be seen, 1: a metered call is looked up within a second, complete."""

import json

from events import assert_envelope, event_of, item_of, sample_date, utc_now
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT

SOURCE = "metering-marketplace.amazonaws.com"


def test_batch_meter_usage_by_the_aws_command_line(demo):
    env = demo.env("seller")
    now = utc_now()
    record = {
        "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "CustomerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "Dimension": "requests",
        "Quantity": 1,
    }
    answer = demo.aws(
        "meteringmarketplace", "batch-meter-usage",
        "--product-code", env["OPENTRAIL_DEMO_PRODUCT_CODE"],
        "--usage-records", json.dumps([record]),
    )  # fmt: skip
    assert answer["Results"][0]["Status"] == "Success"
    assert answer["UnprocessedRecords"] == []

    looked_up = demo.aws(
        "cloudtrail", "lookup-events",
        "--lookup-attributes", f"AttributeKey=EventSource,AttributeValue={SOURCE}",
    )  # fmt: skip
    newest = looked_up["Events"][0]
    event = json.loads(newest["CloudTrailEvent"])
    result = event["responseElements"]["results"][0]
    assert result["meteringRecordId"] == answer["Results"][0]["MeteringRecordId"]
    assert result["status"] == "Success"
    assert event["responseElements"]["unprocessedRecords"] == []
    assert newest["EventName"] == event["eventName"] == "BatchMeterUsage"
    assert newest["Username"] == "Alice"
    assert newest["ReadOnly"] == "false"


def test_the_event_is_the_sample_event_field_for_field(demo):
    env = demo.env("seller")
    now = utc_now()
    record = {
        "Timestamp": now,
        "CustomerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "Dimension": "gb",
        "Quantity": 3,
    }
    answer = demo.client("meteringmarketplace").batch_meter_usage(
        ProductCode=env["OPENTRAIL_DEMO_PRODUCT_CODE"], UsageRecords=[record]
    )
    request_id = answer["ResponseMetadata"]["RequestId"]
    event = event_of(demo, "BatchMeterUsage", request_id)

    assert_envelope(event)
    usage = {
        "dimension": "gb",
        "timestamp": sample_date(now),
        "customerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "quantity": 3,
    }
    identity = event["userIdentity"]
    assert list(identity) == [
        "type", "principalId", "arn", "accountId", "accessKeyId", "userName",
    ]  # fmt: skip
    assert identity["type"] == "IAMUser"
    assert identity["principalId"].startswith("AIDA")
    assert identity["arn"] == f"arn:aws:iam::{SELLER_ACCOUNT}:user/Alice"
    assert identity["accountId"] == SELLER_ACCOUNT
    assert identity["accessKeyId"] == env["AWS_ACCESS_KEY_ID"]
    assert identity["userName"] == "Alice"
    assert event["eventSource"] == SOURCE
    assert event["eventName"] == "BatchMeterUsage"
    assert event["awsRegion"] == REGION
    assert event["userAgent"].startswith("Boto3/")
    assert event["requestParameters"] == {
        "usageRecords": [usage],
        "productCode": env["OPENTRAIL_DEMO_PRODUCT_CODE"],
    }
    assert event["responseElements"] == {
        "results": [
            {
                "usageRecord": usage,
                "meteringRecordId": answer["Results"][0]["MeteringRecordId"],
                "status": "Success",
            }
        ],
        "unprocessedRecords": [],
    }
    assert event["requestID"] == request_id
    assert event["readOnly"] is False
    assert event["recipientAccountId"] == SELLER_ACCOUNT


def test_licence_mode_with_decimals_and_allocations(demo):
    env = demo.env("seller")
    now = utc_now()
    shares = [
        {"AllocatedUsageQuantityAsDecimal": "10.5", "Tags": [{"Key": "team", "Value": "a"}]},
        {"AllocatedUsageQuantityAsDecimal": "7"},
    ]
    record = {
        "Timestamp": now,
        "CustomerAWSAccountId": env["OPENTRAIL_DEMO_BUYER_ACCOUNT"],
        "LicenseArn": env["OPENTRAIL_DEMO_LICENSE_ARN"],
        "Dimension": "gb",
        "QuantityAsDecimal": "17.5",
        "UsageAllocations": shares,
    }
    assert env["OPENTRAIL_DEMO_BUYER_ACCOUNT"] == BUYER_ACCOUNT
    answer = demo.client("meteringmarketplace").batch_meter_usage(UsageRecords=[record])
    assert [result["Status"] for result in answer["Results"]] == ["Success"]
    event = event_of(demo, "BatchMeterUsage", answer["ResponseMetadata"]["RequestId"])
    usage = {
        "timestamp": sample_date(now),
        "customerAWSAccountId": BUYER_ACCOUNT,
        "licenseArn": env["OPENTRAIL_DEMO_LICENSE_ARN"],
        "dimension": "gb",
        "quantityAsDecimal": "17.5",
        "usageAllocations": [
            {
                "allocatedUsageQuantityAsDecimal": "10.5",
                "tags": [{"key": "team", "value": "a"}],
            },
            {"allocatedUsageQuantityAsDecimal": "7"},
        ],
    }
    assert event["requestParameters"] == {"usageRecords": [usage]}
    assert event["responseElements"]["results"][0]["usageRecord"] == usage


def test_the_look_up_item(demo):
    env = demo.env("seller")
    answer = demo.client("meteringmarketplace").batch_meter_usage(
        ProductCode=env["OPENTRAIL_DEMO_PRODUCT_CODE"], UsageRecords=[]
    )
    assert answer["Results"] == [] and answer["UnprocessedRecords"] == []
    item = item_of(demo, "BatchMeterUsage", answer["ResponseMetadata"]["RequestId"])
    event = json.loads(item["CloudTrailEvent"])
    assert set(item) == {
        "EventId", "EventName", "ReadOnly", "AccessKeyId", "EventTime", "EventSource",
        "Username", "Resources", "CloudTrailEvent",
    }  # fmt: skip
    assert item["EventId"] == event["eventID"]
    assert item["AccessKeyId"] == env["AWS_ACCESS_KEY_ID"]
    assert item["EventTime"].strftime("%Y-%m-%dT%H:%M:%SZ") == event["eventTime"]
    assert isinstance(item["Resources"], list)
    assert event["requestParameters"]["usageRecords"] == []
    assert "\n" not in item["CloudTrailEvent"] and '": ' not in item["CloudTrailEvent"]
