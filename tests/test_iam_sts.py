"""Identity and permission, by `aws iam`, `aws sts` and boto3."""

import json

import pytest
from botocore.exceptions import ClientError

import people
from events import event_of, item_of
from raw import find_events
from running import REGION, SELLER_ACCOUNT, request_id, wait_until


def policy(effect, action, resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def code_of(call, **parameters):
    """The error code of a call, or `ok`."""
    try:
        call(**parameters)
    except ClientError as failure:
        return failure.response["Error"]["Code"]
    return "ok"


class User:
    """A user of the test's own with one key."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.iam = server.client("iam", "root")
        self.iam.create_user(UserName=name)
        self.keys = self.iam.create_access_key(UserName=name)["AccessKey"]

    def client(self, service, region=REGION):
        return self.server.client(service, self.keys, region)

    def may(self, text, name="inline"):
        self.iam.put_user_policy(UserName=self.name, PolicyName=name, PolicyDocument=text)


@pytest.fixture
def user(demo, unique):
    return User(demo, unique("person"))


def test_the_aws_command_line_manages_users_and_keys(demo, unique):
    name = unique("cli")
    iam = lambda *words, **more: demo.aws("iam", *words, who="root", **more)  # noqa: E731
    made = iam("create-user", "--user-name", name, "--path", "/team/", "--tags", "Key=a,Value=b")
    assert made["User"]["Arn"] == f"arn:aws:iam::{SELLER_ACCOUNT}:user/team/{name}"
    assert made["User"]["UserId"].startswith("AIDA")
    key = iam("create-access-key", "--user-name", name)["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA") and key["Status"] == "Active"
    document = policy("Allow", "license-manager:List*")
    iam("put-user-policy", "--user-name", name, "--policy-name", "p",
        "--policy-document", document)  # fmt: skip
    assert iam("list-user-policies", "--user-name", name)["PolicyNames"] == ["p"]
    got = iam("get-user-policy", "--user-name", name, "--policy-name", "p")
    assert got["PolicyDocument"] == json.loads(document)
    listed = demo.aws("license-manager", "list-license-configurations", who=key)
    assert "LicenseConfigurations" in listed
    who = demo.aws("sts", "get-caller-identity", who=key)
    assert who == {
        "UserId": made["User"]["UserId"],
        "Account": SELLER_ACCOUNT,
        "Arn": made["User"]["Arn"],
    }
    iam("delete-user-policy", "--user-name", name, "--policy-name", "p")
    refused = demo.aws("license-manager", "list-license-configurations", who=key, check=False)
    assert refused.returncode != 0 and "AccessDenied" in refused.stderr
    iam("delete-access-key", "--user-name", name, "--access-key-id", key["AccessKeyId"])
    iam("delete-user", "--user-name", name)
    gone = iam("get-user", "--user-name", name, check=False)
    assert gone.returncode != 0 and "NoSuchEntity" in gone.stderr


def test_the_aws_command_line_manages_roles_and_managed_policies(demo, unique):
    name = unique("role")
    iam = lambda *words, **more: demo.aws("iam", *words, who="root", **more)  # noqa: E731
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{SELLER_ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam("create-role", "--role-name", name, "--assume-role-policy-document",
               json.dumps(trust))["Role"]  # fmt: skip
    assert role["AssumeRolePolicyDocument"] == trust and role["RoleId"].startswith("AROA")
    made = iam("create-policy", "--policy-name", name, "--policy-document",
               policy("Allow", "license-manager:*"))["Policy"]  # fmt: skip
    assert made["Arn"] == f"arn:aws:iam::{SELLER_ACCOUNT}:policy/{name}"
    iam("attach-role-policy", "--role-name", name, "--policy-arn", made["Arn"])
    attached = iam("list-attached-role-policies", "--role-name", name)["AttachedPolicies"]
    assert attached == [{"PolicyName": name, "PolicyArn": made["Arn"]}]
    session = demo.aws("sts", "assume-role", "--role-arn", role["Arn"],
                       "--role-session-name", "cli")["Credentials"]  # fmt: skip
    listed = demo.aws("license-manager", "list-license-configurations", who=session)
    assert "LicenseConfigurations" in listed
    iam("detach-role-policy", "--role-name", name, "--policy-arn", made["Arn"])
    iam("delete-policy", "--policy-arn", made["Arn"])
    iam("delete-role", "--role-name", name)
    assert "NoSuchEntity" in iam("get-role", "--role-name", name, check=False).stderr


POLICIES = {
    "nothing allows": ([], "denied"),
    "allow": ([policy("Allow", "license-manager:ListLicenseConfigurations")], "ok"),
    "wildcard": ([policy("Allow", "license-manager:List*")], "ok"),
    "case of actions does not matter": ([policy("Allow", "License-Manager:listlicense*")], "ok"),
    "question mark": ([policy("Allow", "license-manager:ListLicenseConfiguration?")], "ok"),
    "another action": ([policy("Allow", "license-manager:Get*")], "denied"),
    "deny wins": ([policy("Allow", "*"), policy("Deny", "license-manager:*")], "denied"),
    "not action": (
        [json.dumps({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})],
        "ok",
    ),
    "not action of this": (
        [json.dumps({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "NotAction": "license-manager:*", "Resource": "*"}})],
        "denied",
    ),
    "condition holds": (
        [policy("Allow", "*", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}})],
        "ok",
    ),
    "condition fails": (
        [policy("Allow", "*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})],
        "denied",
    ),
    "region": (
        [policy("Allow", "*", Condition={"StringEquals": {"aws:RequestedRegion": REGION}})],
        "ok",
    ),
    "user name": (
        [policy("Allow", "*", Condition={"StringLike": {"aws:username": "person-*"}})],
        "ok",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", POLICIES)
def test_policies_decide(user, case):
    documents, wanted = POLICIES[case]
    for number, text in enumerate(documents):
        user.may(text, f"p{number}")
    found = code_of(user.client("license-manager").list_license_configurations)
    assert found == ("ok" if wanted == "ok" else "AccessDeniedException")


def test_resources_narrow_a_policy(demo, user, unique):
    manager = demo.client("license-manager", "root")
    mine, other = (
        manager.create_license_configuration(Name=unique("res"), LicenseCountingType="vCPU")[
            "LicenseConfigurationArn"
        ]
        for _ in range(2)
    )
    user.may(policy("Allow", "license-manager:*", mine))
    client = user.client("license-manager")
    assert code_of(client.get_license_configuration, LicenseConfigurationArn=mine) == "ok"
    denied = code_of(client.get_license_configuration, LicenseConfigurationArn=other)
    assert denied == "AccessDeniedException"
    for arn in (mine, other):
        manager.delete_license_configuration(LicenseConfigurationArn=arn)


def test_an_explicit_deny_says_so_in_the_event(demo, user):
    user.may(policy("Allow", "*"))
    user.may(policy("Deny", "license-manager:ListLicenseConfigurations"), "no")
    with pytest.raises(ClientError) as failure:
        user.client("license-manager").list_license_configurations()
    response = failure.value.response
    event = event_of(demo, "ListLicenseConfigurations", request_id(response))
    assert event["errorCode"].startswith("AccessDenied")
    assert event["errorMessage"] == response["Error"]["Message"]
    assert "with an explicit deny in an identity-based policy" in event["errorMessage"]
    assert event["userIdentity"]["userName"] == user.name


def test_managed_policies_of_users_and_limits_of_boundaries(demo, user, unique):
    iam = demo.client("iam", "root")
    arn = iam.create_policy(
        PolicyName=unique("managed"), PolicyDocument=policy("Allow", "license-manager:*")
    )["Policy"]["Arn"]
    client = user.client("license-manager")
    assert code_of(client.list_license_configurations) == "AccessDeniedException"
    iam.attach_user_policy(UserName=user.name, PolicyArn=arn)
    assert code_of(client.list_license_configurations) == "ok"
    assert code_of(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.detach_user_policy(UserName=user.name, PolicyArn=arn)
    assert code_of(client.list_license_configurations) == "AccessDeniedException"
    assert code_of(iam.delete_policy, PolicyArn=arn) == "ok"


def test_iam_errors_have_awss_names(demo, user):
    iam = demo.client("iam", "root")
    assert code_of(iam.create_user, UserName=user.name) == "EntityAlreadyExists"
    assert code_of(iam.get_user, UserName="nobody-at-all") == "NoSuchEntity"
    assert code_of(iam.delete_user, UserName=user.name) == "DeleteConflict"
    broken = code_of(
        iam.put_user_policy, UserName=user.name, PolicyName="x", PolicyDocument="{oops"
    )
    assert broken == "MalformedPolicyDocument"
    assert code_of(iam.create_user, UserName="bad name!") == "ValidationError"


def test_iam_errors_carry_the_suffix_in_the_event(demo):
    with pytest.raises(ClientError) as failure:
        demo.client("iam", "root").get_user(UserName="nobody-at-all")
    response = failure.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    event = event_of(demo, "GetUser", request_id(response))
    assert event["errorCode"] == "NoSuchEntityException"
    assert event["requestParameters"] == {"userName": "nobody-at-all"}


def test_the_secret_of_a_new_key_is_in_no_event(demo, user):
    made = demo.client("iam", "root").create_access_key(UserName=user.name)
    item = item_of(demo, "CreateAccessKey", request_id(made))
    event = json.loads(item["CloudTrailEvent"])
    key = event["responseElements"]["accessKey"]
    assert key["accessKeyId"] == made["AccessKey"]["AccessKeyId"]
    assert set(key) == {"userName", "accessKeyId", "status", "createDate"}
    assert key["createDate"] == people.Like(
        r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M"
    )
    assert made["AccessKey"]["SecretAccessKey"] not in item["CloudTrailEvent"]


def test_deleted_and_inactive_keys_are_refused(demo, user):
    sts, iam = user.client("sts"), user.iam
    assert code_of(sts.get_caller_identity) == "ok"
    key = {"UserName": user.name, "AccessKeyId": user.keys["AccessKeyId"]}
    iam.update_access_key(Status="Inactive", **key)
    assert code_of(sts.get_caller_identity) == "InvalidClientTokenId"
    iam.update_access_key(Status="Active", **key)
    assert code_of(sts.get_caller_identity) == "ok"
    iam.delete_access_key(**key)
    assert code_of(sts.get_caller_identity) == "InvalidClientTokenId"
    assert code_of(user.client("license-manager").list_licenses) == "UnrecognizedClientException"


def test_a_session_ends_by_the_clock(fresh):
    short = fresh.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller",
        RoleSessionName="short",
        DurationSeconds=900,
    )["Credentials"]
    sts = fresh.client("sts", short)
    manager = fresh.client("license-manager", short)
    assert code_of(sts.get_caller_identity) == "ok"
    fresh.command("clock", "advance", "14m", who="root")
    assert code_of(sts.get_caller_identity) == "ok"
    fresh.command("clock", "advance", "2m", who="root")
    assert code_of(sts.get_caller_identity) == "ExpiredToken"
    assert code_of(manager.list_license_configurations) == "ExpiredTokenException"
    # the clock moved for the sandbox, not for signatures: long-term keys work on
    assert code_of(fresh.client("sts").get_caller_identity) == "ok"


def test_session_tokens_belong_to_their_keys(demo):
    one, two = (people.assumed_role(demo, f"s{at}").keys for at in range(2))
    mixed = dict(one, SessionToken=two["SessionToken"])
    stripped = {key: value for key, value in one.items() if key != "SessionToken"}
    garbled = dict(one, SessionToken=one["SessionToken"][:-4] + "AAAA")
    for keys in (mixed, stripped, garbled):
        assert code_of(demo.client("sts", keys).get_caller_identity) in (
            "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken",
        )  # fmt: skip


def test_who_may_assume_a_role(demo):
    arn = f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller"
    for who in ("auditor", "buyer"):
        sts = demo.client("sts", who)
        found = code_of(sts.assume_role, RoleArn=arn, RoleSessionName="someone")
        assert found == "AccessDenied", who
    missing = arn.replace("DemoSeller", "Nothing")
    denied = code_of(demo.client("sts").assume_role, RoleArn=missing, RoleSessionName="someone")
    assert denied == "AccessDenied"


def test_a_session_policy_narrows(demo):
    answer = demo.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller",
        RoleSessionName="narrow",
        Policy=policy("Allow", "license-manager:ListLicenseConfigurations"),
    )
    manager = demo.client("license-manager", answer["Credentials"])
    assert code_of(manager.list_license_configurations) == "ok"
    denied = code_of(
        manager.create_license_configuration, Name="x", LicenseCountingType="vCPU"
    )
    assert denied == "AccessDeniedException"


def test_durations_at_their_edges(demo):
    sts = demo.client("sts")
    role = {
        "RoleArn": f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller",
        "RoleSessionName": "edge",
    }
    assert code_of(sts.assume_role, DurationSeconds=900, **role) == "ok"
    assert code_of(sts.assume_role, DurationSeconds=899, **role) == "ValidationError"
    assert code_of(sts.assume_role, DurationSeconds=43201, **role) == "ValidationError"
    assert code_of(sts.get_session_token, DurationSeconds=129_600) == "ok"
    assert code_of(sts.get_session_token, DurationSeconds=129_601) == "ValidationError"


@pytest.fixture(scope="module")
def provider(demo):
    return people.Provider("tokens.suite.example").register(demo, "TokenRole")


WRONG_TOKENS = {
    "another audience": {"aud": "someone-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": 1_000_000_000},
    "no algorithm": {"alg": "none"},
    "another algorithm": {"alg": "HS256"},
}


@pytest.mark.parametrize("case", WRONG_TOKENS)
def test_wrong_web_identity_tokens(demo, provider, case):
    token = provider.token("user-1", **WRONG_TOKENS[case])
    found = code_of(
        demo.client("sts").assume_role_with_web_identity,
        RoleArn=provider.role_arn, RoleSessionName="someone", WebIdentityToken=token,
    )  # fmt: skip
    assert found in ("InvalidIdentityToken", "ExpiredTokenException", "AccessDenied", "ExpiredToken")


def test_a_web_identity_token_of_another_key_or_changed(demo, provider):
    other = people.Provider(provider.host)
    good = provider.token("user-1")
    head, body, signature = good.split(".")
    flipped = people.base64_url(b"{" + people.base64.urlsafe_b64decode(body + "==")[1:-1] + b" }")
    sts = demo.client("sts")
    for token in (other.token("user-1"), f"{head}.{flipped}.{signature}", good[:-6], "x.y.z"):
        found = code_of(
            sts.assume_role_with_web_identity,
            RoleArn=provider.role_arn, RoleSessionName="someone", WebIdentityToken=token,
        )  # fmt: skip
        assert found in ("InvalidIdentityToken", "ValidationError"), token
    assert "ok" == code_of(
        sts.assume_role_with_web_identity,
        RoleArn=provider.role_arn, RoleSessionName="someone", WebIdentityToken=good,
    )  # fmt: skip


def test_identities_survive_a_restart(fresh):
    user = User(fresh, "kept")
    user.may(policy("Allow", "license-manager:*"))
    session = people.assumed_role(fresh).keys
    fresh.stop()
    fresh.start()
    manager = fresh.client("license-manager", user.keys)
    assert code_of(manager.list_license_configurations) == "ok"
    assert code_of(fresh.client("sts", session).get_caller_identity) == "ok"


def test_every_refusal_is_recorded_in_the_callers_account(demo, user):
    asked = {"EventName": "LookupEvents", "Who": user.name}
    assert code_of(user.client("cloudtrail").lookup_events) == "AccessDeniedException"
    (text,) = wait_until(lambda: find_events(demo, asked))
    assert json.loads(text)["recipientAccountId"] == SELLER_ACCOUNT
