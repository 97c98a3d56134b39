"""Trails of an organization: who may have them, who sees them, and whose events they deliver."""

import contextlib
import json
import re

import pytest

import trails
from raw import find_details
from running import BUYER_ACCOUNT, REGION, SELLER_ACCOUNT, request_id, serving, wait_until
from trail_calls import (
    PRINCIPAL,
    TWO_REGIONS,
    arn_of,
    bucket_of,
    delivered,
    raw,
    refusal,
    shared_bucket,
    the_event,
)

HOST = "cloudtrail.amazonaws.com"
ROLE = "OrganizationAccountAccessRole"
NOT_MASTER = "NotOrganizationMasterAccountException"


class Group:
    """An organization of the seller's account on a server of its own."""

    def __init__(self, server, features="ALL", trusts=True):
        self.server = server
        self.management = server.client("organizations", "root")
        made = self.management.create_organization(FeatureSet=features)["Organization"]
        self.id = made["Id"]
        self.root = server.client("cloudtrail", "root")
        self.buyer = server.client("cloudtrail", "buyer")
        if trusts:
            self.trust()

    def trust(self):
        self.management.enable_aws_service_access(ServicePrincipal=HOST)

    def distrust(self):
        self.management.disable_aws_service_access(ServicePrincipal=HOST)

    def invite(self):
        """The buyer's account joins by invitation."""
        target = {"Id": BUYER_ACCOUNT, "Type": "ACCOUNT"}
        asked = self.management.invite_account_to_organization(Target=target)["Handshake"]
        organizations = self.server.client("organizations", "buyer")
        organizations.accept_handshake(HandshakeId=asked["Id"])
        return organizations

    def make_account(self, name):
        """A new account, and the credentials of its role for the management account."""
        asked = self.management.create_account(Email=f"{name}@example.com", AccountName=name)
        status = asked["CreateAccountStatus"]
        assert status["State"] == "SUCCEEDED"
        arn = f"arn:aws:iam::{status['AccountId']}:role/{ROLE}"
        seller = self.server.client("sts", "seller")
        session = seller.assume_role(RoleArn=arn, RoleSessionName="setup")
        return status["AccountId"], session["Credentials"]

    def delegate(self, account=BUYER_ACCOUNT):
        return self.root.register_organization_delegated_admin(MemberAccountId=account)

    def bucket(self, name, trail="everybody"):
        """A bucket with the user guide's policy for an organization's trail."""
        s3 = self.server.client("s3", "root")
        s3.create_bucket(Bucket=name)
        policy = trails.bucket_policy(name, arn_of(trail), organization_id=self.id)
        s3.put_bucket_policy(Bucket=name, Policy=policy)
        return bucket_of(self.server, name)

    def trail(self, bucket, name="everybody", client=None, **settings):
        settings = {"IsOrganizationTrail": True} | settings
        client = client or self.root
        made = client.create_trail(Name=name, S3BucketName=bucket, **settings)
        client.start_logging(Name=made["TrailARN"])
        return made

    def call(self, who):
        """A call of `who`; the name is what it is found by in log files."""
        return request_id(self.server.client("sts", who).get_caller_identity())


@contextlib.contextmanager
def group(**settings):
    with serving("--demo", env=TWO_REGIONS) as server:
        yield Group(server, **settings)


@pytest.fixture
def ours():
    with group() as made:
        yield made


def arrived(bucket, *requests):
    """Waits until these calls are in log files; returns where: records by request id."""

    def look():
        found = delivered(bucket)
        return found if set(requests) <= set(found) else None

    return wait_until(look, trails.PATIENCE_SECS, "the calls in log files")


def places(bucket):
    """The beginning of each log file's key, by the request ids within."""
    found = {}
    for key, log in bucket.logs().items():
        for record in log.document["Records"]:
            found[record.get("requestID")] = key.partition("/CloudTrail/")[0]
    return found


# who may


def test_without_an_organization_or_its_trust_there_is_no_trail_of_it():
    with serving("--demo", env=TWO_REGIONS) as server:
        shared_bucket(server, "org-logs", SELLER_ACCOUNT)
        root, buyer = server.client("cloudtrail", "root"), server.client("cloudtrail", "buyer")
        settings = {"Name": "everybody", "IsOrganizationTrail": True}

        def refused(client=root, bucket="org-logs"):
            return refusal(client.create_trail, S3BucketName=bucket, **settings)[0]

        assert refused() == "OrganizationsNotInUseException"
        ours = Group(server, "CONSOLIDATED_BILLING", trusts=False)
        assert refused() == "OrganizationNotInAllFeaturesModeException"
        ours.management.delete_organization()
        ours = Group(server, trusts=False)
        assert refused() == "CloudTrailAccessNotEnabledException"
        root.create_trail(Name="mine", S3BucketName="org-logs")
        told = refusal(root.update_trail, Name="mine", IsOrganizationTrail=True)
        assert told[0] == "CloudTrailAccessNotEnabledException"
        ours.trust()
        ours.invite()
        assert refused(buyer) == NOT_MASTER
        # a bucket that is not there comes first
        assert refused(buyer, "nowhere") == "S3BucketDoesNotExistException"
        assert root.list_trails()["Trails"] == buyer.list_trails()["Trails"] + [
            {"TrailARN": arn_of("mine"), "Name": "mine", "HomeRegion": REGION}
        ]


def test_delegated_administrators_are_registered_by_the_management_account(ours):
    def register(account, client=None):
        return refusal((client or ours.root).register_organization_delegated_admin, MemberAccountId=account)[0]  # fmt: skip

    def deregister(account, client=None):
        return refusal((client or ours.root).deregister_organization_delegated_admin, DelegatedAdminAccountId=account)[0]  # fmt: skip

    assert register(BUYER_ACCOUNT, ours.buyer) == "OrganizationsNotInUseException"
    assert register(BUYER_ACCOUNT) == "AccountNotFoundException"
    assert register("999988887777") == "AccountNotFoundException"
    assert register(SELLER_ACCOUNT) == "CannotDelegateManagementAccountException"
    assert register("none") in ("InvalidParameterException", "ValidationException")
    ours.invite()
    assert register(SELLER_ACCOUNT, ours.buyer) == "NotOrganizationManagementAccountException"
    assert deregister(BUYER_ACCOUNT, ours.buyer) == "NotOrganizationManagementAccountException"
    assert deregister(BUYER_ACCOUNT) == "AccountNotRegisteredException"
    assert deregister("999988887777") == "AccountNotFoundException"
    ours.distrust()
    assert register(BUYER_ACCOUNT) == "CloudTrailAccessNotEnabledException"
    ours.trust()

    reply = raw(ours.server, "RegisterOrganizationDelegatedAdmin", {"MemberAccountId": BUYER_ACCOUNT})  # fmt: skip
    assert (reply.status, reply.body) == (200, b"{}")
    event = the_event(ours.server, reply, "RegisterOrganizationDelegatedAdmin")
    assert event["requestParameters"] == {"memberAccountId": BUYER_ACCOUNT}
    assert event["responseElements"] is None
    assert register(BUYER_ACCOUNT) == "AccountRegisteredException"
    listed = ours.management.list_delegated_administrators(ServicePrincipal=HOST)
    assert [row["Id"] for row in listed["DelegatedAdministrators"]] == [BUYER_ACCOUNT]

    others = [ours.make_account(name)[0] for name in ("one", "two", "three")]
    for account in others[:2]:
        ours.delegate(account)
    assert register(others[2]) == "DelegatedAdminAccountLimitExceededException"
    reply = raw(ours.server, "DeregisterOrganizationDelegatedAdmin", {"DelegatedAdminAccountId": others[0]})  # fmt: skip
    assert (reply.status, reply.body) == (200, b"{}")
    ours.delegate(others[2])


def every_change(client, named):
    """Every operation that changes a trail, asked for so that it must be refused."""
    tags = [{"Key": "k", "Value": "v"}]
    yield "UpdateTrail", lambda: refusal(client.update_trail, Name=named)
    yield "UpdateTrail", lambda: refusal(client.update_trail, Name=named, IsOrganizationTrail=False)
    yield "DeleteTrail", lambda: refusal(client.delete_trail, Name=named)
    yield "StartLogging", lambda: refusal(client.start_logging, Name=named)
    yield "StopLogging", lambda: refusal(client.stop_logging, Name=named)
    yield "PutEventSelectors", lambda: refusal(client.put_event_selectors, TrailName=named, EventSelectors=[{}])  # fmt: skip
    yield "PutInsightSelectors", lambda: refusal(client.put_insight_selectors, TrailName=named, InsightSelectors=[])  # fmt: skip
    yield "PutEventConfiguration", lambda: refusal(client.put_event_configuration, TrailName=named, AggregationConfigurations=[])  # fmt: skip
    if named.startswith("arn:"):
        yield "AddTags", lambda: refusal(client.add_tags, ResourceId=named, TagsList=tags)
        yield "RemoveTags", lambda: refusal(client.remove_tags, ResourceId=named, TagsList=tags)


def test_members_see_the_trail_and_change_nothing(ours):
    ours.bucket("org-logs")
    arn = ours.trail("org-logs", IsMultiRegionTrail=True)["TrailARN"]
    assert arn == arn_of("everybody")
    # nobody's business but the members'
    assert ours.buyer.describe_trails()["trailList"] == ours.buyer.list_trails()["Trails"] == []
    assert refusal(ours.buyer.get_trail, Name=arn)[0] == "TrailNotFoundException"
    ours.invite()
    before = ours.root.get_trail(Name=arn)["Trail"]
    assert before["IsOrganizationTrail"] is True
    far = ours.server.client("cloudtrail", "buyer", "eu-west-1")
    for client in (ours.buyer, far):
        assert client.describe_trails()["trailList"] == [before]
        assert client.describe_trails(includeShadowTrails=False)["trailList"] == []
        assert client.describe_trails(trailNameList=[arn])["trailList"] == [before]
        assert client.describe_trails(trailNameList=["everybody"])["trailList"] == []
        assert [row["TrailARN"] for row in client.list_trails()["Trails"]] == [arn]
        assert client.get_trail(Name=arn)["Trail"] == before
        assert client.get_trail_status(Name=arn)["IsLogging"] is True
        assert client.get_event_selectors(TrailName=arn)["TrailARN"] == arn
    for operation, ask in every_change(ours.buyer, arn):
        code, _ = ask()
        assert code == NOT_MASTER, operation
    for operation, ask in every_change(ours.buyer, "everybody"):
        code, message = ask()
        assert code == "TrailNotFoundException", operation
        assert message == f"Unknown trail: {arn_of('everybody', account=BUYER_ACCOUNT)} for the user: {BUYER_ACCOUNT}"  # fmt: skip
    assert ours.root.get_trail(Name=arn)["Trail"] == before
    assert ours.root.get_trail_status(Name=arn)["IsLogging"] is True
    # a refused attempt is in the member's history
    reply = raw(ours.server, "StopLogging", {"Name": arn}, who="buyer")
    event = the_event(ours.server, reply, "StopLogging")
    assert (event["errorCode"], event["recipientAccountId"]) == (NOT_MASTER, BUYER_ACCOUNT)


def test_a_delegated_administrator_makes_and_changes_the_management_accounts_trails(ours):
    ours.invite()
    ours.delegate()
    ours.bucket("org-logs")
    made = ours.trail("org-logs", client=ours.buyer)
    arn = made["TrailARN"]
    assert arn == arn_of("everybody") and made["IsOrganizationTrail"] is True
    assert ours.root.get_trail(Name="everybody")["Trail"]["TrailARN"] == arn
    assert ours.root.get_trail_status(Name="everybody")["IsLogging"] is True
    updated = ours.buyer.update_trail(Name=arn, IsMultiRegionTrail=True, EnableLogFileValidation=True)  # fmt: skip
    assert updated["TrailARN"] == arn and updated["IsMultiRegionTrail"] is True
    ours.buyer.put_event_selectors(TrailName=arn, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    ours.buyer.add_tags(ResourceId=arn, TagsList=[{"Key": "by", "Value": "buyer"}])
    ours.buyer.stop_logging(Name=arn)
    # its own trails stay its own, and the management account's are not its business
    shared_bucket(ours.server, "own-logs", SELLER_ACCOUNT, BUYER_ACCOUNT)
    ours.root.create_trail(Name="alone", S3BucketName="own-logs")
    assert refusal(ours.buyer.get_trail, Name=arn_of("alone"))[0] == "TrailNotFoundException"
    assert refusal(ours.buyer.stop_logging, Name=arn_of("alone"))[0] == "TrailNotFoundException"
    # only the management account converts
    assert refusal(ours.buyer.update_trail, Name=arn, IsOrganizationTrail=False)[0] == NOT_MASTER
    own = ours.buyer.create_trail(Name="own", S3BucketName="own-logs")["TrailARN"]
    assert own == arn_of("own", account=BUYER_ACCOUNT)
    assert refusal(ours.buyer.update_trail, Name="own", IsOrganizationTrail=True)[0] == NOT_MASTER
    far = ours.server.client("cloudtrail", "buyer", "eu-west-1")
    assert refusal(far.stop_logging, Name=arn)[0] == "InvalidHomeRegionException"

    ours.distrust()
    assert refusal(ours.buyer.start_logging, Name=arn)[0] in (NOT_MASTER, "TrailNotFoundException")
    ours.trust()
    ours.root.deregister_organization_delegated_admin(DelegatedAdminAccountId=BUYER_ACCOUNT)
    told = refusal(ours.buyer.create_trail, Name="more", S3BucketName="org-logs", IsOrganizationTrail=True)  # fmt: skip
    assert told[0] == NOT_MASTER


# whose events


def test_each_member_is_delivered_and_proven_under_its_own_id():
    with group() as ours:
        server = ours.server
        began = trails.now(server)
        account, keys = ours.make_account("worker")
        bucket = ours.bucket("org-logs")
        arn = ours.trail("org-logs", EnableLogFileValidation=True)["TrailARN"]
        stranger = ours.call("buyer")
        ours.invite()
        people = {SELLER_ACCOUNT: "root", BUYER_ACCOUNT: "buyer", account: keys}
        calls = {whose: ours.call(who) for whose, who in people.items()}
        ended = trails.advance(server, "1h10m")
        arrived(bucket, *calls.values())
        found = places(bucket)
        for whose, request in calls.items():
            assert found[request] == f"AWSLogs/{ours.id}/{whose}"
        assert stranger not in found, "a call from before the account joined"
        for whose in people:
            trails.wait_for_digests(bucket, [REGION], ended, whose)
        newest = {}
        for key in bucket.digests():
            place = trails.DIGEST_KEY.fullmatch(key)
            assert place["organization"] == f"{ours.id}/" and place["account"] in people
            newest.setdefault(place["account"], []).append(key)
        assert set(newest) == set(people)
        span = ["--account-id", account]
        verdict = trails.validate(server, arn, REGION, began, ended, *span)
        logs = [key for key in bucket.logs() if f"/{account}/" in key]
        verdict.assert_valid(newest[account], logs)


def test_h1_each_account_reads_its_own_history_alone(ours):
    """An organization changes nothing about whose history a call is in."""
    ours.bucket("org-logs")
    ours.trail("org-logs", IsMultiRegionTrail=True)
    ours.invite()
    account, keys = ours.make_account("worker")
    calls = {whose: ours.call(who) for whose, who in [(BUYER_ACCOUNT, "buyer"), (account, keys)]}
    for whose, who in [(BUYER_ACCOUNT, "buyer"), (account, keys), (SELLER_ACCOUNT, "root")]:
        told = [json.loads(text) for text in trails.history(ours.server, REGION, who).values()]
        assert {record["recipientAccountId"] for record in told} == {whose}
        seen = {record["requestID"] for record in told if "requestID" in record}
        assert seen & set(calls.values()) == {calls[whose]} & set(calls.values()) if whose in calls else True  # fmt: skip


def test_who_leaves_is_delivered_no_longer_and_sees_nothing(ours):
    bucket = ours.bucket("org-logs")
    arn = ours.trail("org-logs")["TrailARN"]
    organizations = ours.invite()
    account, keys = ours.make_account("worker")
    inside = [ours.call("buyer"), ours.call(keys)]
    leaving = request_id(organizations.leave_organization())
    ours.management.remove_account_from_organization(AccountId=account)
    outside = [ours.call("buyer"), ours.call(keys)]
    assert ours.buyer.describe_trails()["trailList"] == []
    assert refusal(ours.buyer.get_trail, Name=arn)[0] == "TrailNotFoundException"
    last = ours.call("root")
    trails.advance(ours.server, "10m")
    found = arrived(bucket, *inside, last)
    assert leaving in found, "the call by which an account leaves is the last of it"
    assert not set(outside) & set(found)
    # they stay where they were written
    assert places(bucket)[inside[0]] == f"AWSLogs/{ours.id}/{BUYER_ACCOUNT}"


def test_without_trust_an_organization_trail_is_its_accounts_own(ours):
    bucket = ours.bucket("org-logs")
    arn = ours.trail("org-logs", EnableLogFileValidation=True)["TrailARN"]
    ours.invite()
    # the member's chain has begun
    began = trails.advance(ours.server, "1h10m")
    trails.wait_for_digests(bucket, [REGION], began, BUYER_ACCOUNT)
    before = ours.call("buyer")
    ours.distrust()
    after, own = ours.call("buyer"), ours.call("root")
    [trail] = ours.root.describe_trails()["trailList"]
    assert trail["IsOrganizationTrail"] is False
    assert ours.root.get_trail_status(Name=arn)["IsLogging"] is True
    assert ours.buyer.describe_trails()["trailList"] == ours.buyer.list_trails()["Trails"] == []
    ended = trails.advance(ours.server, "2h")
    found = arrived(bucket, before, own)
    assert after not in found
    where = places(bucket)
    assert where[before] == f"AWSLogs/{ours.id}/{BUYER_ACCOUNT}"
    assert where[own] == f"AWSLogs/{SELLER_ACCOUNT}"
    # the member's chain ends where it was, the account's own goes on under its own id
    trails.wait_for_digests(bucket, [REGION], ended)
    whose = [trails.DIGEST_KEY.fullmatch(key) for key in bucket.digests()]
    members = [place for place in whose if place["account"] == BUYER_ACCOUNT]
    assert {place["organization"] for place in members} == {f"{ours.id}/"}
    assert max(trails.seconds(place["time"]) for place in members) < ended - trails.HOUR
    assert {place["organization"] for place in whose if place not in members} == {f"{ours.id}/", ""}
    # and is one chain all the way
    proven = trails.validate(ours.server, arn, REGION, began - 2 * trails.HOUR, ended)
    assert proven.code == 0 and not proven.invalid, proven.out + proven.errors
    assert proven.valid_digests == {place[0] for place in whose if place not in members}
    holding = [key for key, log in bucket.logs().items() if own in log.text.decode()]
    assert len(holding) == 1 and set(holding) <= proven.valid_logs
    verified = ours.server.command("verify", "--bucket", "org-logs", who="root")
    assert "clean: " in verified.stdout
    status = ours.root.get_trail_status(Name=arn)
    assert not {"LatestDeliveryError", "LatestDigestDeliveryError"} & set(status)
    # trust that comes back gives nothing back
    ours.trust()
    assert ours.root.get_trail(Name=arn)["Trail"]["IsOrganizationTrail"] is False
    assert ours.buyer.list_trails()["Trails"] == []


def test_with_its_organization_gone_a_trail_goes_on_as_its_accounts_own(make_server):
    ours = Group(make_server("--demo", env=TWO_REGIONS))
    ours.bucket("org-logs")
    ours.trail("org-logs")
    before = ours.call("root")
    ours.management.delete_organization()
    ours.server.kill()
    ours.server.start()
    assert ours.server.client("cloudtrail", "root").get_trail(Name="everybody")["Trail"]["IsOrganizationTrail"] is False  # fmt: skip
    after = ours.call("root")
    trails.advance(ours.server, "10m")
    bucket = bucket_of(ours.server, "org-logs")
    arrived(bucket, before, after)
    assert places(bucket)[after] == f"AWSLogs/{SELLER_ACCOUNT}"
    # another organization is none of its business
    again = Group(ours.server)
    assert again.id != ours.id
    assert again.root.get_trail(Name="everybody")["Trail"]["IsOrganizationTrail"] is False


def test_a_trail_becomes_its_organizations_and_its_accounts_own_again(ours):
    bucket = ours.bucket("org-logs")
    ours.invite()
    made = ours.trail("org-logs", IsOrganizationTrail=False)
    arn = made["TrailARN"]
    alone = {"root": ours.call("root"), "buyer": ours.call("buyer")}
    ours.root.update_trail(Name="everybody", IsOrganizationTrail=True)
    assert ours.buyer.get_trail(Name=arn)["Trail"]["IsOrganizationTrail"] is True
    shared = {"root": ours.call("root"), "buyer": ours.call("buyer")}
    ours.root.update_trail(Name="everybody", IsOrganizationTrail=False)
    assert ours.buyer.list_trails()["Trails"] == []
    again = {"root": ours.call("root"), "buyer": ours.call("buyer")}
    trails.advance(ours.server, "10m")
    arrived(bucket, alone["root"], shared["root"], shared["buyer"], again["root"])
    where = places(bucket)
    assert alone["buyer"] not in where and again["buyer"] not in where
    assert where[shared["buyer"]] == f"AWSLogs/{ours.id}/{BUYER_ACCOUNT}"
    assert where[again["root"]] == f"AWSLogs/{SELLER_ACCOUNT}"


def test_an_organization_trail_needs_room_in_every_region(ours):
    far = ours.server.client("cloudtrail", "root", "eu-west-1")
    shared_bucket(ours.server, "any-logs", SELLER_ACCOUNT)
    for number in range(5):
        far.create_trail(Name=f"far-{number}", S3BucketName="any-logs")
    told = refusal(ours.root.create_trail, Name="everybody", S3BucketName="any-logs", IsOrganizationTrail=True)  # fmt: skip
    full = f"User: {SELLER_ACCOUNT} already has 5 trails in eu-west-1."
    assert told == ("MaximumNumberOfTrailsExceededException", full)
    ours.root.create_trail(Name="mine", S3BucketName="any-logs")
    told = refusal(ours.root.update_trail, Name="mine", IsOrganizationTrail=True)
    assert told == ("OperationNotPermittedException", full)


def test_the_bucket_must_take_the_organizations_files(ours):
    s3 = ours.server.client("s3", "root")
    s3.create_bucket(Bucket="org-logs")
    text = "Incorrect S3 bucket policy is detected for bucket: org-logs"
    for organization_id in (None, "o-aaaaaaaaaa"):
        policy = trails.bucket_policy("org-logs", arn_of("everybody"), organization_id=organization_id)
        s3.put_bucket_policy(Bucket="org-logs", Policy=policy)
        told = refusal(ours.root.create_trail, Name="everybody", S3BucketName="org-logs", IsOrganizationTrail=True)  # fmt: skip
        assert told == ("InsufficientS3BucketPolicyException", text)


def test_every_account_has_cloudtrails_role(ours):
    ours.invite()
    account, keys = ours.make_account("worker")
    for who in ("root", "buyer", keys):
        iam = ours.server.client("iam", who)
        role = iam.get_role(RoleName="AWSServiceRoleForCloudTrail")["Role"]
        assert role["Path"] == f"/aws-service-role/{HOST}/"
        document = role["AssumeRolePolicyDocument"]
        document = document if isinstance(document, dict) else json.loads(document)
        assert document["Statement"][0]["Principal"] == PRINCIPAL
        attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
        assert [row["PolicyName"] for row in attached] == ["CloudTrailServiceRolePolicy"]


# the AWS CLI


def test_the_aws_cli_sets_an_organization_up():
    with serving("--demo", env=TWO_REGIONS) as server:
        def aws(*arguments, who="root"):
            return trails.cli(server, *arguments, who=who)

        made = aws("organizations", "create-organization", "--feature-set", "ALL")["Organization"]
        assert re.fullmatch(r"o-[a-z0-9]{10}", made["Id"])
        aws("organizations", "enable-aws-service-access", "--service-principal", HOST)
        asked = aws("organizations", "create-account", "--email", "a@example.com", "--account-name", "A")  # fmt: skip
        account = asked["CreateAccountStatus"]["AccountId"]
        aws("cloudtrail", "register-organization-delegated-admin", "--member-account-id", account)
        policy = trails.bucket_policy("org-logs", arn_of("everybody"), organization_id=made["Id"])
        s3 = server.client("s3", "root")
        s3.create_bucket(Bucket="org-logs")
        s3.put_bucket_policy(Bucket="org-logs", Policy=policy)
        trail = ["--name", "everybody", "--s3-bucket-name", "org-logs", "--is-organization-trail"]
        answer = aws("cloudtrail", "create-trail", *trail)
        assert answer["IsOrganizationTrail"] is True
        names = [json.loads(row["CloudTrailEvent"])["eventName"] for row in find_details(server)]
        for name in ("CreateOrganization", "CreateAccount", "RegisterOrganizationDelegatedAdmin", "CreateTrail"):  # fmt: skip
            assert names.count(name) == 1
