"""Whose events a trail delivers: one Region's or all, an account's or an organization's."""

import json

import pytest

import trails
from running import BUYER_ACCOUNT, SELLER_ACCOUNT, serving, wait_until

REGIONS = ["us-east-1", "eu-west-1"]
TWO_REGIONS = {"OPENTRAIL_REGIONS": json.dumps(REGIONS)}


def call_both(server, who="seller"):
    """A regional call in each Region, and one of a global service."""
    for region in REGIONS:
        server.client("license-manager", who, region).list_license_configurations()
    server.client("iam", who, "eu-west-1").list_users()


def names(bucket, account=SELLER_ACCOUNT):
    """What is in the log files of an account: Region and event name."""
    logs = [log for key, log in bucket.logs().items() if f"/{account}_CloudTrail_" in key]
    records = [record for log in logs for record in log.document["Records"]]
    return {(record["awsRegion"], record["eventName"]) for record in records}


@pytest.fixture(scope="module")
def single_regions():
    """A single-Region trail in each of two Regions, and what they have delivered."""
    with serving("--demo", env=TWO_REGIONS) as server:
        made = {}
        for region in REGIONS:
            name = f"only-{region}"
            arn = trails.make_trail(server, name, name, region=region)
            made[region] = (arn, trails.Bucket(server.client("s3", "root", region), name))
        call_both(server)
        trails.advance(server, "10m")
        wanted = trails.recorded_before_move(server, made["eu-west-1"][0])
        yield server, made, wanted


@pytest.mark.parametrize("region", REGIONS)
def test_a_single_region_trail_delivers_its_region_alone(single_regions, region):
    server, made, wanted = single_regions
    bucket = made[region][1]
    told = trails.history(server, region)
    trails.wait_for_events(bucket, wanted & set(told))
    trails.assert_faithful(server, [region], bucket, wanted & set(told))
    assert (region, "ListLicenseConfigurations") in names(bucket)
    assert {place for place, _ in names(bucket)} == {region}


def test_global_services_are_of_us_east_1(single_regions):
    _, made, _ = single_regions
    assert ("us-east-1", "ListUsers") in names(made["us-east-1"][1])
    assert "ListUsers" not in {name for _, name in names(made["eu-west-1"][1])}


def test_without_validation_there_are_no_digests_and_no_marker_for_them(single_regions):
    _, made, _ = single_regions
    for _, bucket in made.values():
        assert not [key for key in bucket.keys() if "CloudTrail-Digest" in key]


def test_two_trails_share_a_bucket_and_each_proves_its_own_files():
    with serving("--demo", env=TWO_REGIONS) as server:
        began, flags = trails.now(server), ["--is-multi-region-trail", "--enable-log-file-validation"]
        statement, arns = [], []
        trails.cli(server, "s3", "mb", "s3://shared-logs")
        for name in ("first", "second"):
            arns.append(f"arn:aws:cloudtrail:us-east-1:{SELLER_ACCOUNT}:trail/{name}")
            statement += json.loads(trails.bucket_policy("shared-logs", arns[-1]))["Statement"]
        for number, one in enumerate(statement):
            one["Sid"] += str(number)
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        trails.cli(server, "s3api", "put-bucket-policy", "--bucket", "shared-logs", "--policy", policy)
        for name in ("first", "second"):
            target = ["--name", name, "--s3-bucket-name", "shared-logs"]
            trails.cli(server, "cloudtrail", "create-trail", *target, *flags)
            trails.cli(server, "cloudtrail", "start-logging", "--name", name)
        call_both(server)
        ended = trails.advance(server, "1h10m")
        bucket = trails.Bucket(server.client("s3", "root"), "shared-logs")
        files = {arn: set() for arn in arns}
        for arn in arns:
            wanted = trails.recorded_before_move(server, arn)
            trails.wait_for_events(bucket, wanted)
            wait_until(lambda: len(bucket.digests()) == 2 * 2 * len(REGIONS), 60.0, "all digests")
            for region in REGIONS:
                verdict = trails.validate(server, arn, region, began, ended)
                assert verdict.code == 0 and len(verdict.valid_digests) == 2
                files[arn] |= verdict.valid_logs
            told = {(SELLER_ACCOUNT, region): trails.history(server, region) for region in REGIONS}
            bodies = {key: bucket.read(key).body for key in files[arn]}
            trails.report(trails.violations(told, bodies, wanted))
        assert not files[arns[0]] & files[arns[1]]


class Organization:
    """An organization of two, and a trail of its management account."""

    def __init__(self, server):
        self.server = server
        self.id = self.found()
        self.began = trails.now(server)
        self.arn = trails.make_trail(
            server,
            "everybody",
            "everybodys-logs",
            "--is-organization-trail",
            "--is-multi-region-trail",
            "--enable-log-file-validation",
            "--s3-key-prefix",
            "audit/2026",
            prefix="audit/2026",
            organization_id=self.id,
        )
        self.bucket = trails.Bucket(server.client("s3", "root"), "everybodys-logs")
        for who in ("seller", "buyer"):
            call_both(server, who)
        self.ended = trails.advance(server, "2h10m")
        self.wanted = {
            account: trails.recorded_before_move(server, self.arn, account)
            for account in (SELLER_ACCOUNT, BUYER_ACCOUNT)
        }
        for account, wanted in self.wanted.items():
            trails.wait_for_events(self.bucket, wanted)
            trails.wait_for_digests(self.bucket, REGIONS, self.ended, account)

    def found(self):
        """Makes the organization with the CLI; the buyer's account joins it by invitation."""
        organizations = ["organizations"]
        made = trails.cli(self.server, *organizations, "create-organization", "--feature-set", "ALL")
        target = ["--target", f"Id={BUYER_ACCOUNT},Type=ACCOUNT"]
        invited = trails.cli(self.server, *organizations, "invite-account-to-organization", *target)
        handshake = ["--handshake-id", invited["Handshake"]["Id"]]
        trails.cli(self.server, *organizations, "accept-handshake", *handshake, who="buyer")
        service = ["--service-principal", "cloudtrail.amazonaws.com"]
        trails.cli(self.server, *organizations, "enable-aws-service-access", *service)
        return made["Organization"]["Id"]


@pytest.fixture(scope="module")
def organization():
    with serving("--demo", env=TWO_REGIONS) as server:
        yield Organization(server)


@pytest.mark.parametrize(
    "account, who", [(SELLER_ACCOUNT, "root"), (BUYER_ACCOUNT, "buyer")], ids=["management", "member"]
)
def test_an_organization_trail_delivers_each_account_under_its_own_id(organization, account, who):
    server, bucket, wanted = organization.server, organization.bucket, organization.wanted[account]
    assert len(wanted) >= 3
    logs = {key: log.body for key, log in bucket.logs().items() if f"/{account}/" in key}
    for key in logs:
        assert key.startswith(f"audit/2026/AWSLogs/{organization.id}/{account}/CloudTrail/")
    told = {(account, region): trails.history(server, region, who) for region in REGIONS}
    trails.report(trails.violations(told, logs, wanted))
    assert ("us-east-1", "ListUsers") in names(bucket, account)


@pytest.mark.parametrize("account", [SELLER_ACCOUNT, BUYER_ACCOUNT], ids=["management", "member"])
@pytest.mark.parametrize("region", REGIONS)
def test_validate_logs_proves_each_account_of_an_organization(organization, account, region):
    bucket = organization.bucket
    verdict = trails.validate(
        organization.server,
        organization.arn,
        region,
        organization.began,
        organization.ended,
        "--account-id",
        account,
    )
    place = f"audit/2026/AWSLogs/{organization.id}/{account}"
    digests = [key for key in bucket.digests() if f"{place}/CloudTrail-Digest/{region}/" in key]
    logs = [
        key
        for key, log in bucket.logs().items()
        if f"{place}/CloudTrail/{region}/" in key
        and {record["eventID"] for record in log.document["Records"]} & organization.wanted[account]
    ]
    verdict.assert_valid(digests, logs)
    assert len(digests) == 3 and logs


def test_a_member_sees_the_trail_and_cannot_stop_it(organization):
    buyer = organization.server.client("cloudtrail", "buyer")
    [trail] = buyer.describe_trails()["trailList"]
    assert trail["TrailARN"] == organization.arn and trail["IsOrganizationTrail"] is True
    assert buyer.get_trail_status(Name=organization.arn)["IsLogging"] is True
    with pytest.raises(buyer.exceptions.ClientError):
        buyer.stop_logging(Name=organization.arn)
    root = organization.server.client("cloudtrail", "root")
    assert root.get_trail_status(Name="everybody")["IsLogging"] is True
