"""The kinds of callers, with the `userIdentity` that each must leave in its events."""

import base64
import json
import re
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from raw import own_call
from running import SELLER_ACCOUNT

IDENTITY_ORDER = [
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "sessionContext",
    "invokedBy", "identityProvider",
]  # fmt: skip


class Like:
    """Equals every text that matches the pattern."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __repr__(self):
        return f"Like({self.pattern!r})"


INSTANT = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ATTRIBUTES = {"creationDate": INSTANT, "mfaAuthenticated": "false"}
SELLER_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["license-manager:*", "aws-marketplace:*", "cloudtrail:LookupEvents"],
            "Resource": "*",
        }
    ],
}


class Caller:
    """Credentials, and who they are in the record."""

    def __init__(self, keys, identity, username):
        self.keys = keys
        self.identity = identity
        self.username = username


def user(server, name="Alice", who="seller"):
    keys = server.keys(who)
    return Caller(keys, user_identity(server, name, keys["aws_access_key_id"]), name)


def user_identity(server, name, access_key):
    described = server.client("iam", "root").get_user(UserName=name)["User"]
    return {
        "type": "IAMUser",
        "principalId": described["UserId"],
        "arn": described["Arn"],
        "accountId": SELLER_ACCOUNT,
        "accessKeyId": access_key,
        "userName": name,
    }


def root(server):
    keys = server.keys("root")
    identity = {
        "type": "Root",
        "principalId": SELLER_ACCOUNT,
        "arn": f"arn:aws:iam::{SELLER_ACCOUNT}:root",
        "accountId": SELLER_ACCOUNT,
        "accessKeyId": keys["aws_access_key_id"],
    }
    return Caller(keys, identity, "root")


def role_identity(server, role, session, access_key, **context):
    described = server.client("iam", "root").get_role(RoleName=role)["Role"]
    return {
        "type": "AssumedRole",
        "principalId": f"{described['RoleId']}:{session}",
        "arn": f"arn:aws:sts::{SELLER_ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": SELLER_ACCOUNT,
        "accessKeyId": access_key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": described["RoleId"],
                "arn": described["Arn"],
                "accountId": SELLER_ACCOUNT,
                "userName": role,
            },
            "attributes": ATTRIBUTES,
        }
        | context,
    }


def assumed_role(server, session="build-7"):
    answer = server.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{SELLER_ACCOUNT}:role/DemoSeller", RoleSessionName=session
    )
    keys = answer["Credentials"]
    identity = role_identity(server, "DemoSeller", session, keys["AccessKeyId"])
    return Caller(keys, identity, session)


def federated(server, name="temp-bob"):
    answer = server.client("sts").get_federation_token(
        Name=name, Policy=json.dumps(SELLER_POLICY)
    )
    keys = answer["Credentials"]
    issuer = user_identity(server, "Alice", None)
    del issuer["accessKeyId"]
    identity = {
        "type": "FederatedUser",
        "principalId": f"{SELLER_ACCOUNT}:{name}",
        "arn": f"arn:aws:sts::{SELLER_ACCOUNT}:federated-user/{name}",
        "accountId": SELLER_ACCOUNT,
        "accessKeyId": keys["AccessKeyId"],
        "sessionContext": {"sessionIssuer": issuer, "attributes": ATTRIBUTES},
    }
    return Caller(keys, identity, name)


def user_session(server):
    keys = server.client("sts").get_session_token()["Credentials"]
    identity = user_identity(server, "Alice", keys["AccessKeyId"])
    return Caller(keys, identity | {"sessionContext": {"attributes": ATTRIBUTES}}, "Alice")


class Provider:
    """An OpenID Connect provider of the suite's own, with one RSA key."""

    audience = "opentrail-suite"

    def __init__(self, host):
        self.host = host
        self.issuer = f"https://{host}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self):
        numbers = self.key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": "suite-1",
            "n": base64_url(numbers.n.to_bytes(256, "big")),
            "e": base64_url(numbers.e.to_bytes(3, "big")),
        }
        return json.dumps({"keys": [key]})

    def token(self, subject, alg="RS256", **claims):
        now = int(time.time())
        body = {
            "iss": self.issuer,
            "sub": subject,
            "aud": self.audience,
            "iat": now,
            "exp": now + 600,
        } | claims
        header = {"alg": alg, "typ": "JWT", "kid": "suite-1"}
        parts = [base64_url(json.dumps(part).encode()) for part in (header, body)]
        signed = ".".join(parts).encode()
        signature = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return f"{signed.decode()}.{base64_url(signature)}"

    def register(self, server, role):
        """Makes the account know the provider, the server its keys, and a role trust it."""
        iam = server.client("iam", "root")
        provider = iam.create_open_id_connect_provider(
            Url=self.issuer, ClientIDList=[self.audience], ThumbprintList=["0" * 40]
        )
        self.arn = provider["OpenIDConnectProviderArn"]
        own_call(
            server, "PutWebIdentityKeys", {"ProviderUrl": self.issuer, "Jwks": self.jwks()}
        )
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": self.arn},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {"StringEquals": {f"{self.host}:aud": self.audience}},
                }
            ],
        }
        made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(
            RoleName=role, PolicyName="seller", PolicyDocument=json.dumps(SELLER_POLICY)
        )
        self.role_arn = made["Role"]["Arn"]
        return self


def base64_url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def web_identity(server, host="idp.suite.example", role="WebSeller", session="pod-1"):
    provider = Provider(host).register(server, role)
    answer = server.client("sts").assume_role_with_web_identity(
        RoleArn=provider.role_arn,
        RoleSessionName=session,
        WebIdentityToken=provider.token("user-42"),
    )
    keys = answer["Credentials"]
    context = {"webIdFederationData": {"federatedProvider": provider.arn, "attributes": {}}}
    identity = role_identity(server, role, session, keys["AccessKeyId"], **context)
    caller = Caller(keys, identity, session)
    caller.provider, caller.answer = provider, answer
    return caller
