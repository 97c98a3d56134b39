"""Requests that nobody should send, from a seed.

A `Call` is a good request before its signature. Mutations before signing reach the decoders,
because the signature over the nonsense is right; mutations after signing meet the head parser and
the signature check.
"""

import dataclasses
import json
import random

from raw import rendered, signed_headers


@dataclasses.dataclass
class Call:
    """One request, not yet signed."""

    scope: str
    method: str
    path: str
    headers: dict
    body: bytes

    def signed(self, server, keys):
        headers = signed_headers(
            keys, self.method, server.url + self.path, self.headers, self.body, self.scope
        )
        return rendered(self.method, self.path, headers, self.body)


def awsjson(scope, target, body, version="1.1"):
    headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": target}
    return Call(scope, "POST", "/", headers, json.dumps(body).encode())


def form(scope, text):
    return Call(
        scope, "POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, text.encode()
    )


def rest(method, path, body=b""):
    headers = {"Content-Type": "application/json"} if body else {}
    return Call("aws-marketplace", method, path, headers, body)


def cbor(path, body):
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return Call("aws-marketplace", "POST", path, headers, body)


def good_calls(env):
    """Calls of every protocol and service that the server knows how to take."""
    usage = {
        "Timestamp": 1794909000,
        "CustomerIdentifier": env["OPENTRAIL_DEMO_CUSTOMER_ID"],
        "Dimension": "gb",
        "QuantityAsDecimal": "17.5",
        "UsageAllocations": [
            {"AllocatedUsageQuantityAsDecimal": "17.5", "Tags": [{"Key": "a", "Value": "b"}]}
        ],
    }
    code = env["OPENTRAIL_DEMO_PRODUCT_CODE"]
    catalog = {"Catalog": "AWSMarketplace"}
    change = {
        "ChangeType": "UpdateInformation",
        "Entity": {"Type": "SaaSProduct@1.0", "Identifier": "prod-none"},
        "DetailsDocument": {"ProductTitle": "x"},
    }
    attributes = [{"AttributeKey": "EventName", "AttributeValue": "x"}]
    license_configuration = {
        "Name": "m",
        "LicenseCountingType": "vCPU",
        "LicenseRules": ["#minimumVcpus=2"],
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    return [
        awsjson("aws-marketplace", "AWSMPMeteringService.BatchMeterUsage",
                {"ProductCode": code, "UsageRecords": [usage, usage]}),
        awsjson("aws-marketplace", "AWSMPEntitlementService.GetEntitlements",
                {"ProductCode": code, "Filter": {"DIMENSION": ["gb"]}, "MaxResults": 2}),
        awsjson("aws-marketplace", "AWSMPCommerceService_v20200301.SearchAgreements",
                catalog | {"filters": []}, "1.0"),
        awsjson("cloudtrail", "CloudTrail_20131101.LookupEvents",
                {"LookupAttributes": attributes, "StartTime": 1, "MaxResults": 3}),
        awsjson("cloudtrail",
                "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails", {}),
        awsjson("license-manager", "AWSLicenseManager.CreateLicenseConfiguration",
                license_configuration),
        awsjson("license-manager", "AWSLicenseManager.ListLicenseConfigurations",
                {"Filters": [{"Name": "licenseCountingType", "Values": ["vCPU"]}]}),
        awsjson("license-manager", "AWSLicenseManager.ListResourceInventory", {"MaxResults": 5}),
        awsjson("opentrail", "OpenTrail_20261120.FindEvents",
                {"Filter": {"EventName": "List*"}, "MaxResults": 2}),
        awsjson("opentrail", "OpenTrail_20261120.ImportEvents", {"Records": ["{}", "x"]}),
        form("sts", "Action=GetCallerIdentity&Version=2011-06-15"),
        form("sts", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=m&DurationSeconds=900"
                    "&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FDemoSeller"),
        form("iam", "Action=CreateUser&Version=2010-05-08&UserName=m&Path=%2Fm%2F"
                    "&Tags.member.1.Key=a&Tags.member.1.Value=b"),
        form("iam", "Action=PutUserPolicy&Version=2010-05-08&UserName=m&PolicyName=p"
                    "&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"),
        form("iam", "Action=ListUsers&Version=2010-05-08&MaxItems=2"),
        rest("POST", "/ListEntities", json.dumps(
            catalog | {"EntityType": "SaaSProduct", "MaxResults": 3}).encode()),
        rest("POST", "/StartChangeSet", json.dumps(catalog | {"ChangeSet": [change]}).encode()),
        rest("GET", "/DescribeEntity?catalog=AWSMarketplace&entityId=prod-x"),
        rest("GET", "/DescribeChangeSet?catalog=AWSMarketplace&changeSetId=abc"),
        rest("PATCH", "/CancelChangeSet?catalog=AWSMarketplace&changeSetId=abc"),
        cbor("/service/AWSMPEntitlementService/operation/GetEntitlements",
             b"\xa1\x6bProductCode\x69demo-saas"),
        cbor("/service/AWSMPCommerceService_v20200301/operation/SearchAgreements", b"\xbf\xff"),
    ]  # fmt: skip


NUMBERS = [0, -1, 1, 25, 26, 51, 2**31, -(2**31) - 1, 2**63, -(2**63), 2**64, 10**40]
ODD_JSON = [
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "01", "+1", ".5", "1.", "0x10", "tru",
    '"\\ud800"', '"\\udc00\\ud800"', '"\\x41"', '"\t"', "'x'", "{a:1}", "[1,]", '{"a":1,}',
    '{"a":1,"a":2}', "//x\n{}", "\ufeff{}", "", " ", "null", "true", "[]", "7", '"x"', "{}{}",
    "{}x", '{"\\u0000":1}', "\x00",
]  # fmt: skip
ODD_TEXTS = [
    "", " ", "\x00", "\r\n", "\x1b[31m", "\u202e", "\u2028", "=1+1", "../../x", "%2e%2e", "𐍈" * 9,
    "a" * 5000, "arn:aws:iam::1:user/x", "*", "${jndi:x}", "<script>", "'\"", "true", "null",
]  # fmt: skip
CONTENT_TYPES = [
    "application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json", "text/xml",
    "application/cbor", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/x-amz-json-9.9", "", ";", "\u00e9",
]  # fmt: skip
HEADERS = {
    "Content-Encoding": ["gzip", "deflate", "aws-chunked", "zstd", "identity"],
    "Expect": ["100-continue", "200-maybe"],
    "X-Amz-Content-Sha256": [
        "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "0" * 64, "x", "",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ],
    "X-Amz-Decoded-Content-Length": ["0", "-1", "99999999999999999999"],
    "X-Forwarded-For": ["203.0.113.9", "x", "1.2.3.4, 5.6.7.8"],
    "User-Agent": ["", "x" * 3000, "\u00e9\u2028", "\x1b[2J", "a\tb"],
    "Accept": ["application/cbor", "text/html", "*/*;q=0"],
    "X-Amz-Target": [
        "", ".", "X.Y", "AWSMPMeteringService", "awsmpmeteringservice.BatchMeterUsage",
        "CloudTrail_20131101.LookupEvents.More", "CloudTrail_20131101.Nothing", "\u00e9.x",
    ],
    "Content-Type": CONTENT_TYPES,
    "Range": ["bytes=0-1"],
    "Transfer-Encoding": ["identity"],
    "Upgrade": ["h2c", "websocket"],
    "smithy-protocol": ["rpc-v2-cbor", "x"],
}


class Mutator:
    """Makes one bad request after the other; the same seed makes the same ones."""

    def __init__(self, seed, calls):
        self.dice = random.Random(seed)
        self.calls = calls

    def next(self, server, keys):
        """The bytes of a request, and whether its framing may be broken."""
        call = dataclasses.replace(self.dice.choice(self.calls))
        call.headers = dict(call.headers)
        if self.dice.random() < 0.7:
            for _ in range(self.dice.choice([1, 1, 1, 2, 3])):
                self.dice.choice(self.before)(self, call)
            return call.signed(server, keys), False
        first, _, rest = call.signed(server, keys).partition(b"\r\n")
        request = first + b"\r\nConnection: close\r\n" + rest
        return self.dice.choice(self.after)(self, request), True

    # mutations before the signature

    def body_bytes(self, call):
        body = bytearray(call.body or b"{}")
        for _ in range(self.dice.randint(1, 8)):
            at = self.dice.randrange(len(body) + 1)
            kind = self.dice.randrange(3)
            if kind == 0 and at < len(body):
                body[at] = self.dice.randrange(256)
            elif kind == 1:
                body[at:at] = self.dice.randbytes(self.dice.randint(1, 9))
            else:
                del body[at : at + self.dice.randint(1, 9)]
        call.body = bytes(body)

    def body_cut(self, call):
        call.body = call.body[: self.dice.randint(0, len(call.body))]

    def body_noise(self, call):
        call.body = self.dice.randbytes(self.dice.choice([1, 7, 100, 5000]))

    def body_odd(self, call):
        call.body = self.dice.choice(ODD_JSON).encode("utf-8", "surrogatepass")

    def body_deep(self, call):
        depth = self.dice.choice([50, 63, 64, 65, 127, 129, 1000, 30_000, 200_000])
        left, right = self.dice.choice([("[", "]"), ('{"a":', "}"), ("[", ""), ('[{"":', "")])
        text = left * depth + ("1" if right == "}" else "") + right * depth
        if self.dice.random() < 0.5:
            member = self.dice.choice(["UsageRecords", "Filter", "DetailsDocument", "x"])
            text = f'{{"{member}":{text}}}'
        call.body = text.encode()[:900_000]

    def body_wide(self, call):
        count = self.dice.choice([1000, 20_000, 60_000])
        member = self.dice.choice(["UsageRecords", "Records", "LookupAttributes", "x"])
        rows = self.dice.choice(['{"a":1}', "[]", '"x"', "null"])
        keys = ",".join(f'"k{at}":{at}' for at in range(count)) if self.dice.random() < 0.4 else ""
        text = f"{{{keys}}}" if keys else f'{{"{member}":[{",".join([rows] * count)}]}}'
        call.body = text.encode()[:1_000_000]

    def json_node(self, call):
        try:
            tree = json.loads(call.body)
        except (ValueError, RecursionError):
            return self.form_value(call)
        places = list(walk(tree))
        if places:
            holder, key = self.dice.choice(places)
            kind = self.dice.randrange(4)
            if kind == 0:
                del holder[key]
            elif kind == 1 and isinstance(holder, dict):
                holder[self.dice.choice(ODD_TEXTS)] = holder[key]
            else:
                holder[key] = self.value()
        call.body = json.dumps(tree).encode("utf-8", "surrogatepass")
        return None

    def value(self):
        choices = [
            lambda: self.dice.choice(NUMBERS), lambda: self.dice.choice(ODD_TEXTS),
            lambda: self.dice.choice([True, False, None, 1.5, -0.0, 1e300]),
            lambda: [], lambda: {}, lambda: [None], lambda: [[[]]], lambda: {"": ""},
            lambda: [self.value() for _ in range(3)], lambda: {"a": self.value()},
        ]  # fmt: skip
        return self.dice.choice(choices)()

    def form_value(self, call):
        if "form" not in call.headers.get("Content-Type", ""):
            return
        tail = self.dice.choice([
            "&Tags.member.99999999999.Key=x", "&Tags.member.0.Key=x", "&Tags.member.-1.Key=x",
            "&Tags.member=x", "&" + "A." * 400 + "x=1", "&=", "&&&", "&UserName=a&UserName=b",
            "&UserName=%", "&UserName=%zz", "&UserName=%00", "&UserName=%ff%fe", "&Action=",
            "&MaxItems=x", "&MaxItems=99999999999999999999", "&Version=1999-01-01",
            "&" + "&".join(f"Tags.member.{at}.Key=k{at}" for at in range(3000)),
        ])  # fmt: skip
        call.body += tail.encode()

    def cbor_body(self, call):
        call.path = self.dice.choice([
            "/service/AWSMPEntitlementService/operation/GetEntitlements",
            "/service/AWSMPCommerceService_v20200301/operation/SearchAgreements",
            "/service/Nothing/operation/X", "/service//operation/", "/service/a/b/c",
        ])  # fmt: skip
        call.headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        call.body = self.dice.choice([
            b"\x81" * 70, b"\x81" * 50_000, b"\xa1\x61a" * 5000, b"\x9b" + b"\xff" * 8,
            b"\xbb" + b"\xff" * 8, b"\x5b" + b"\xff" * 8, b"\x7f" * 100, b"\x9f" * 100, b"\xbf",
            b"\xff", b"\xc1" * 3000 + b"\x01", b"\xf9\x7e\x00", b"\xfb" + b"\x7f\xf0" + b"\0" * 6,
            b"\xa1\x6bProductCode\x61\xff", b"\xa2\x61a\x01\x61a\x02", b"\x1c", b"",
            self.dice.randbytes(40),
        ])  # fmt: skip

    def header(self, call):
        name = self.dice.choice(list(HEADERS))
        call.headers[name] = self.dice.choice(HEADERS[name])

    def many_headers(self, call):
        for at in range(self.dice.choice([40, 60, 70, 300])):
            call.headers[f"X-Many-{at}"] = "v" * self.dice.choice([0, 1, 50])

    def long_header(self, call):
        call.headers["X-Long"] = "v" * self.dice.choice([8_000, 31_000, 33_000, 70_000])

    def no_header(self, call):
        if call.headers:
            del call.headers[self.dice.choice(list(call.headers))]

    def path_noise(self, call):
        call.path = self.dice.choice([
            "//", "/../../etc/passwd", "/%2e%2e/x", "/%00", "/%", "/%zz", "/.", "/a/b/c/d",
            "/ListEntities/", "/listentities", "/" + "x" * 9000, "/?", "/?a", "/?=&=", "/?a=%ff",
            "/DescribeEntity", "/DescribeEntity?catalog=&entityId=", "/DescribeEntity?catalog=a&"
            "catalog=b&entityId=c", "/TagResource", "/_health", "/_metrics", "/_nothing",
            "/?Action=GetCallerIdentity&Version=2011-06-15", "/;x", "/a;b=c", "/ListEntities?x=y",
        ])  # fmt: skip

    def method(self, call):
        call.method = self.dice.choice(
            ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "POST", "BREW"]
        )

    def scope_of_another(self, call):
        call.scope = self.dice.choice(["iam", "sts", "cloudtrail", "aws-marketplace", "s3", "x"])

    # mutations after the signature

    def flip(self, request):
        request = bytearray(request)
        for _ in range(self.dice.choice([1, 1, 2, 20])):
            at = self.dice.randrange(len(request))
            request[at] ^= 1 << self.dice.randrange(8)
        return bytes(request)

    def cut(self, request):
        return request[: self.dice.randrange(1, len(request))]

    def insert(self, request):
        at = self.dice.randrange(len(request))
        noise = self.dice.choice([b"\r\n", b"\0", b"\r\n\r\n", b" ", b":", b"\xff\xfe", b"\n"])
        return request[:at] + noise + request[at:]

    def head_line(self, request):
        line = self.dice.choice([
            b"Transfer-Encoding: chunked", b"Content-Length: 0", b"Content-Length: -1",
            b"Content-Length: 5, 5", b"Host: other", b"Authorization: Basic eDp4", b" folded",
            b"Content-Length: 99999999999999999999", b"Bad Name: x", b": x", b"X-Amz-Date: x",
            b"Transfer-Encoding: gzip, chunked", b"X-Amz-Security-Token: x", b"Connection: close",
            b"Expect: 100-continue", b"X-Nul: a\0b",
        ])  # fmt: skip
        first, _, rest = request.partition(b"\r\n")
        return first + b"\r\n" + line + b"\r\n" + rest

    def first_line(self, request):
        line = self.dice.choice([
            b"GET / HTTP/0.9", b"POST / HTTP/2.0", b"POST /", b"\x16\x03\x01\x02\x00\x01", b"",
            b"PRI * HTTP/2.0", b"POST http://x/ HTTP/1.1", b"POST * HTTP/1.1", b"POST  / HTTP/1.1",
            b"CONNECT x:1 HTTP/1.1", b"POST /\x80 HTTP/1.1", b"POST / HTTP/1.1 x",
        ])  # fmt: skip
        return line + b"\r\n" + request.partition(b"\r\n")[2]

    def unsigned(self, request):
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Authorization")]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def authorization(self, request):
        value = self.dice.choice([
            b"AWS4-HMAC-SHA256", b"AWS4-HMAC-SHA256 Credential=", b"AWS AKIA:x", b"Bearer x",
            b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, Signature=",
            b"AWS4-HMAC-SHA256 " + b"Credential=a," * 500, b"AWS4-ECDSA-P256-SHA256 x", b"",
            b"AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=;;;, Signature=zz",
        ])  # fmt: skip
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Authorization")]
        return b"\r\n".join([*lines, b"Authorization: " + value]) + b"\r\n\r\n" + body

    def noise(self, request):
        return self.dice.randbytes(self.dice.choice([1, 30, 4000]))

    before = [
        body_bytes, body_bytes, body_cut, body_noise, body_odd, body_odd, body_deep, body_wide,
        json_node, json_node, json_node, form_value, cbor_body, header, header, many_headers,
        long_header, no_header, path_noise, method, scope_of_another,
    ]  # fmt: skip
    after = [flip, flip, cut, insert, head_line, first_line, unsigned, authorization, noise]


def walk(tree):
    """All places in a JSON tree, as (holder, key)."""
    if isinstance(tree, (dict, list)):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from walk(tree[key])
