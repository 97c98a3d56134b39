"""License configurations: made, read, changed, tagged and deleted."""

import pytest
from botocore.exceptions import ClientError

from events import event_of
from running import REGION, SELLER_ACCOUNT, request_id

ARN = f"arn:aws:license-manager:{REGION}:{SELLER_ACCOUNT}:license-configuration:lic-"
INVALID = "InvalidParameterValueException"


@pytest.fixture
def manager(fresh):
    return fresh.client("license-manager")


def refused(code, call, **parameters):
    with pytest.raises(ClientError) as failure:
        call(**parameters)
    response = failure.value.response
    assert response["Error"]["Code"] == code, response
    assert response["Error"]["Message"]
    return response


def make(manager, name="one", **more):
    more = {"LicenseCountingType": "vCPU"} | more
    return manager.create_license_configuration(Name=name, **more)["LicenseConfigurationArn"]


def test_created_read_changed_deleted(manager):
    arn = make(
        manager, "database", LicenseCount=8, LicenseCountHardLimit=True,
        Description="Cores", LicenseRules=["#minimumVcpus=2", "#allowedTenancy=EC2-Default"],
    )  # fmt: skip
    assert arn.startswith(ARN) and len(arn) > len(ARN) + 20
    got = manager.get_license_configuration(LicenseConfigurationArn=arn)
    wanted = {
        "LicenseConfigurationArn": arn,
        "LicenseConfigurationId": arn.rpartition(":")[2],
        "Name": "database",
        "Description": "Cores",
        "LicenseCountingType": "vCPU",
        "LicenseRules": ["#minimumVcpus=2", "#allowedTenancy=EC2-Default"],
        "LicenseCount": 8,
        "LicenseCountHardLimit": True,
        "ConsumedLicenses": 0,
        "Status": "AVAILABLE",
        "OwnerAccountId": SELLER_ACCOUNT,
    }
    assert {key: got.get(key) for key in wanted} == wanted
    manager.update_license_configuration(
        LicenseConfigurationArn=arn, Name="renamed", LicenseCount=9,
        LicenseConfigurationStatus="DISABLED",
    )  # fmt: skip
    got = manager.get_license_configuration(LicenseConfigurationArn=arn)
    assert (got["Name"], got["LicenseCount"], got["Status"]) == ("renamed", 9, "DISABLED")
    manager.delete_license_configuration(LicenseConfigurationArn=arn)
    refused(INVALID, manager.get_license_configuration, LicenseConfigurationArn=arn)
    assert manager.list_license_configurations()["LicenseConfigurations"] == []


def test_c20_deleting_what_is_not_there(manager):
    refused(INVALID, manager.delete_license_configuration, LicenseConfigurationArn=ARN + "0" * 32)
    arn = make(manager)
    manager.delete_license_configuration(LicenseConfigurationArn=arn)
    refused(INVALID, manager.delete_license_configuration, LicenseConfigurationArn=arn)


def test_c21_update_may_only_add_affinity(manager):
    arn = make(
        manager, LicenseCountingType="Core",
        LicenseRules=["#allowedTenancy=EC2-DedicatedHost", "#minimumCores=2"],
    )  # fmt: skip
    update = manager.update_license_configuration
    kept = ["#allowedTenancy=EC2-DedicatedHost", "#minimumCores=2"]
    refused(
        INVALID, update, LicenseConfigurationArn=arn, LicenseRules=[*kept, "#maximumCores=8"]
    )
    update(LicenseConfigurationArn=arn, LicenseRules=[*kept, "#licenseAffinityToHost=30"])
    got = manager.get_license_configuration(LicenseConfigurationArn=arn)
    assert "#licenseAffinityToHost=30" in got["LicenseRules"]


WRONG = {
    "counting type": {"LicenseCountingType": "Litre"},
    "rule without value": {"LicenseRules": ["#minimumVcpus"]},
    "rule of another type": {"LicenseRules": ["#minimumCores=2"]},
    "rule that is none": {"LicenseRules": ["#coffee=1"]},
    "value that is no number": {"LicenseRules": ["#minimumVcpus=many"]},
    "cores on shared tenancy": {
        "LicenseCountingType": "Core",
        "LicenseRules": ["#allowedTenancy=EC2-Default"],
    },
    "hard limit without count": {"LicenseCountHardLimit": True},
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_configurations(demo, case):
    manager = demo.client("license-manager")
    with pytest.raises(ClientError) as failure:
        make(manager, "wrong", **WRONG[case])
    code = failure.value.response["Error"]["Code"]
    assert code in (INVALID, "ValidationException")
    rows = manager.list_license_configurations()["LicenseConfigurations"]
    assert "wrong" not in [row["Name"] for row in rows]


def test_the_quota_at_its_edge(manager):
    for number in range(25):
        make(manager, f"number {number}")
    response = refused(
        "ResourceLimitExceededException", manager.create_license_configuration,
        Name="one more", LicenseCountingType="vCPU",
    )  # fmt: skip
    assert "25" in response["Error"]["Message"]
    assert len(listed(manager)) == 25


def listed(manager, **arguments):
    rows, token = [], {}
    while True:
        page = manager.list_license_configurations(**arguments, **token)
        rows += page["LicenseConfigurations"]
        if "NextToken" not in page:
            return rows
        token = {"NextToken": page["NextToken"]}


def test_lists_are_paged_and_filtered(manager):
    arns = [make(manager, f"n{number}") for number in range(5)]
    make(manager, "instances", LicenseCountingType="Instance")
    paged = listed(manager, MaxResults=2)
    assert {row["Name"] for row in paged} == {"n0", "n1", "n2", "n3", "n4", "instances"}
    filters = [{"Name": "licenseCountingType", "Values": ["Instance"]}]
    assert [row["Name"] for row in listed(manager, Filters=filters)] == ["instances"]
    some = listed(manager, LicenseConfigurationArns=arns[:2])
    assert {row["LicenseConfigurationArn"] for row in some} == set(arns[:2])
    with pytest.raises(ClientError) as failure:
        manager.list_license_configurations(Filters=[{"Name": "coffee", "Values": ["x"]}])
    assert failure.value.response["Error"]["Code"] in (INVALID, "ValidationException")


def test_tags(manager):
    arn = make(manager, Tags=[{"Key": "team", "Value": "a"}, {"Key": "drop", "Value": "x"}])
    manager.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "b"}])
    manager.untag_resource(ResourceArn=arn, TagKeys=["drop"])
    tags = manager.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "b"}]


def test_regions_and_accounts_are_apart(fresh):
    arn = make(fresh.client("license-manager"))
    there = fresh.client("license-manager", "seller", "eu-west-1")
    assert listed(there) == []
    refused(INVALID, there.get_license_configuration, LicenseConfigurationArn=arn)
    buyer = fresh.client("license-manager", "buyer")
    assert listed(buyer) == []
    with pytest.raises(ClientError):
        buyer.delete_license_configuration(LicenseConfigurationArn=arn)
    assert listed(fresh.client("license-manager"))


def test_inventory_is_empty_and_says_so(manager):
    assert manager.list_resource_inventory()["ResourceInventoryList"] == []


def test_the_event_of_a_creation(demo, unique):
    manager, name = demo.client("license-manager"), unique("shown")
    answer = manager.create_license_configuration(
        Name=name, LicenseCountingType="vCPU", LicenseCount=2,
        Tags=[{"Key": "Team", "Value": "A"}],
    )  # fmt: skip
    event = event_of(demo, "CreateLicenseConfiguration", request_id(answer))
    assert event["requestParameters"] == {
        "name": name,
        "licenseCountingType": "vCPU",
        "licenseCount": 2,
        "tags": [{"key": "Team", "value": "A"}],
    }
    arn = answer["LicenseConfigurationArn"]
    assert event["responseElements"] == {"licenseConfigurationArn": arn}
    manager.delete_license_configuration(LicenseConfigurationArn=arn)


def test_configurations_survive_a_restart(fresh):
    arn = make(fresh.client("license-manager"), "kept", LicenseCount=3)
    fresh.stop()
    fresh.start()
    got = fresh.client("license-manager").get_license_configuration(LicenseConfigurationArn=arn)
    assert (got["Name"], got["LicenseCount"]) == ("kept", 3)
