"""What must be seen, 2: every kind of caller, in the events of Catalog and License Manager."""

import json

import pytest
from botocore.exceptions import ClientError

import people
from events import assert_envelope, event_of, item_of, lookup
from running import REGION, SELLER_ACCOUNT, request_id, wait_until

KINDS = {
    "user": people.user,
    "root": people.root,
    "assumed role": people.assumed_role,
    "federated user": people.federated,
    "user's session": people.user_session,
    "web identity": people.web_identity,
}


@pytest.fixture(scope="module")
def callers(demo):
    """One caller of each kind, made once."""
    return {kind: make(demo) for kind, make in KINDS.items()}


@pytest.fixture
def configuration(demo, unique):
    """The ARN of a fresh license configuration."""
    lm = demo.client("license-manager", "root")
    made = lm.create_license_configuration(
        Name=unique("seen"), LicenseCountingType="vCPU", LicenseCount=4
    )
    yield made["LicenseConfigurationArn"]
    left = [row["LicenseConfigurationArn"] for row in lm.list_license_configurations()["LicenseConfigurations"]]  # fmt: skip
    if made["LicenseConfigurationArn"] in left:
        lm.delete_license_configuration(LicenseConfigurationArn=made["LicenseConfigurationArn"])


def newest(demo, name, access_key, **arguments):
    """The newest event of this name by this key, within a second."""
    client = demo.client("cloudtrail", "root")

    def look():
        for item in lookup(client, "EventName", name, pages=5, **arguments):
            event = json.loads(item["CloudTrailEvent"])
            if event["userIdentity"].get("accessKeyId") == access_key:
                return item, event
        return None

    return wait_until(look, what=f"{name} by {access_key}")


def access_key(keys):
    return keys.get("AccessKeyId") or keys["aws_access_key_id"]


def assert_identity(event, caller):
    identity = event["userIdentity"]
    assert identity == caller.identity
    assert list(identity) == [key for key in people.IDENTITY_ORDER if key in identity]


@pytest.mark.parametrize("kind", KINDS)
def test_list_entities_by_the_aws_command_line(demo, callers, kind):
    caller = callers[kind]
    listed = demo.aws(
        "marketplace-catalog", "list-entities", "--catalog", "AWSMarketplace",
        "--entity-type", "SaaSProduct", "--sort", "SortBy=LastModifiedDate,SortOrder=DESCENDING",
        "--max-results", "20", who=caller.keys,
    )  # fmt: skip
    assert any(entity["Name"] for entity in listed["EntitySummaryList"])
    item, event = newest(demo, "ListEntities", access_key(caller.keys))
    assert_envelope(event)
    assert_identity(event, caller)
    assert event["eventSource"] == "marketplacecatalog.amazonaws.com"
    assert event["awsRegion"] == REGION
    assert event["requestParameters"] == {
        "catalog": "AWSMarketplace",
        "entityType": "SaaSProduct",
        "sort": {"sortBy": "LastModifiedDate", "sortOrder": "DESCENDING"},
        "maxResults": 20,
    }
    assert event["responseElements"] is None
    assert event["readOnly"] is True
    assert "aws-cli/1.46.2" in event["userAgent"]
    assert event["recipientAccountId"] == SELLER_ACCOUNT
    assert item["Username"] == caller.username


@pytest.mark.parametrize("kind", KINDS)
def test_delete_license_configuration_by_the_aws_command_line(
    demo, callers, kind, configuration
):
    caller = callers[kind]
    demo.aws(
        "license-manager", "delete-license-configuration",
        "--license-configuration-arn", configuration, who=caller.keys,
    )  # fmt: skip
    item, event = newest(demo, "DeleteLicenseConfiguration", access_key(caller.keys))
    assert_envelope(event)
    assert_identity(event, caller)
    assert event["eventSource"] == "license-manager.amazonaws.com"
    assert event["requestParameters"] == {"licenseConfigurationArn": configuration}
    assert event["responseElements"] is None
    assert event["readOnly"] is False
    assert item["Username"] == caller.username
    assert item["ReadOnly"] == "false"


def test_the_call_that_made_a_web_identity_session(demo, callers):
    caller = callers["web identity"]
    asked = request_id(caller.answer)
    event = event_of(demo, "AssumeRoleWithWebIdentity", asked)
    assert_envelope(event)
    identity = event["userIdentity"]
    assert set(identity) == {"type", "principalId", "userName", "identityProvider"}
    assert identity["type"] == "WebIdentityUser"
    assert identity["userName"] == "user-42"
    assert identity["identityProvider"] in (caller.provider.host, caller.provider.arn)
    assert identity["principalId"] == (
        f"{identity['identityProvider']}:{caller.provider.audience}:user-42"
    )
    assert event["readOnly"] is True
    assert "webIdentityToken" not in json.dumps(event["requestParameters"]) or (
        event["requestParameters"]["webIdentityToken"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    )
    answered = event["responseElements"]
    assert answered["credentials"]["accessKeyId"] == caller.keys["AccessKeyId"]
    assert "secretAccessKey" not in answered["credentials"]
    assert answered["assumedRoleUser"]["arn"] == caller.identity["arn"]


def test_the_call_that_assumed_a_role(demo):
    answer = demo.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller", RoleSessionName="who-am-i"
    )
    event = event_of(demo, "AssumeRole", request_id(answer))
    assert_envelope(event)
    assert event["userIdentity"]["userName"] == "Alice"
    assert event["requestParameters"]["roleArn"].endswith(":role/DemoSeller")
    assert event["requestParameters"]["roleSessionName"] == "who-am-i"
    credentials = event["responseElements"]["credentials"]
    assert set(credentials) == {"accessKeyId", "expiration", "sessionToken"}
    assert credentials["expiration"] == people.Like(
        r"[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d [AP]M"
    )
    assert event["resources"] == [
        {
            "accountId": SELLER_ACCOUNT,
            "type": "AWS::IAM::Role",
            "ARN": f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller",
        }
    ]


def test_a_call_by_another_aws_service_says_so(demo):
    """An imported record keeps `invokedBy`, so that the third question has its answer."""
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
        "eventTime": "2026-11-19T08:00:00Z",
        "eventSource": "license-manager.amazonaws.com",
        "eventName": "ListUsageForLicenseConfiguration",
        "awsRegion": REGION,
        "sourceIPAddress": "ec2.amazonaws.com",
        "userAgent": "ec2.amazonaws.com",
        "requestParameters": None,
        "responseElements": None,
        "eventID": "3c0f2c52-0f5c-4cf5-8f43-0a53f3b4c001",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": SELLER_ACCOUNT,
        "eventCategory": "Management",
    }
    demo.command("import", "-", who="root", input=json.dumps(record))
    shown = demo.command("show", record["eventID"], "--json", who="root").stdout
    assert json.loads(shown) == record


def test_a_denied_call(demo, configuration):
    keys = demo.keys("auditor")
    done = demo.aws(
        "license-manager", "delete-license-configuration",
        "--license-configuration-arn", configuration, who="auditor", check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "AccessDenied" in done.stderr
    item, event = newest(demo, "DeleteLicenseConfiguration", keys["aws_access_key_id"])
    assert_envelope(event, failed=True)
    assert event["userIdentity"]["userName"] == item["Username"] == "Auditor"
    assert event["errorCode"] == "AccessDeniedException"
    action = "license-manager:DeleteLicenseConfiguration"
    assert event["errorMessage"] == (
        f"User: arn:aws:iam::{SELLER_ACCOUNT}:user/Auditor is not authorized to perform: "
        f"{action} on resource: {configuration} because no identity-based policy allows the "
        f"{action} action"
    )
    assert event["errorMessage"] in done.stderr
    assert event["requestParameters"] == {"licenseConfigurationArn": configuration}
    still = demo.client("license-manager", "root").get_license_configuration(
        LicenseConfigurationArn=configuration
    )
    assert still["LicenseConfigurationArn"] == configuration


INVALID = {
    "an unknown configuration": (
        "license-manager",
        "DeleteLicenseConfiguration",
        {
            "LicenseConfigurationArn": f"arn:aws:license-manager:{REGION}:{SELLER_ACCOUNT}:"
            f"license-configuration:lic-{'0' * 32}"
        },
        "InvalidParameterValueException",
    ),
    "another catalogue": (
        "marketplace-catalog",
        "ListEntities",
        {"Catalog": "Nowhere", "EntityType": "SaaSProduct"},
        "ValidationException",
    ),
    "a missing member": (
        "marketplace-catalog",
        "ListEntities",
        {"Catalog": "AWSMarketplace"},
        "ValidationException",
    ),
    "26 records": (
        "meteringmarketplace",
        "BatchMeterUsage",
        {"ProductCode": "x", "UsageRecords": [{"Timestamp": 1, "Dimension": "gb"}] * 26},
        "ValidationException",
    ),
    "an unknown product": (
        "meteringmarketplace",
        "BatchMeterUsage",
        {
            "ProductCode": "no-such-code",
            "UsageRecords": [
                {"Timestamp": 1, "Dimension": "gb", "CustomerIdentifier": "x", "Quantity": 1}
            ],
        },
        "InvalidProductCodeException",
    ),
}


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_call(demo, case):
    service, operation, parameters, code = INVALID[case]
    client = demo.client(service)
    method = {name: py for py, name in client.meta.method_to_api_mapping.items()}[operation]
    with pytest.raises(ClientError) as failure:
        getattr(client, method)(**parameters)
    response = failure.value.response
    assert response["Error"]["Code"] == code
    item = item_of(demo, operation, request_id(response))
    event = json.loads(item["CloudTrailEvent"])
    assert_envelope(event, failed=True)
    assert event["errorCode"] == code
    assert event["errorMessage"] == response["Error"]["Message"]
    assert event["userIdentity"]["userName"] == "Alice"


def test_too_many_records_names_the_rule(demo):
    with pytest.raises(ClientError) as failure:
        demo.client("meteringmarketplace").batch_meter_usage(
            UsageRecords=[{"Timestamp": 1, "Dimension": "gb"}] * 26
        )
    message = failure.value.response["Error"]["Message"]
    assert message.startswith("1 validation error detected: Value '")
    assert "at 'usageRecords' failed to satisfy constraint" in message
    assert "Member must have length less than or equal to 25" in message


def test_what_is_not_served_says_so_and_is_recorded(demo):
    with pytest.raises(ClientError) as failure:
        demo.client("license-manager").list_licenses()
    response = failure.value.response
    assert 400 <= response["ResponseMetadata"]["HTTPStatusCode"] <= 501
    assert "ListLicenses" in response["Error"]["Message"]
    event = event_of(demo, "ListLicenses", request_id(response))
    assert event["errorCode"] == response["Error"]["Code"]
