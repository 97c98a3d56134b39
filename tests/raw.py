"""Requests as bytes: signed by botocore, sent and read over plain sockets.

For what SDKs refuse to send: broken heads, signatures with a flipped bit, bodies of a million
brackets. A `Wire` keeps its connection, and opens a new one when the server has closed it.
"""

import json
import socket
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from running import REGION, as_boto3

TARGETS = {
    "cloudtrail": ("cloudtrail", "CloudTrail_20131101", "1.1"),
    "meteringmarketplace": ("aws-marketplace", "AWSMPMeteringService", "1.1"),
    "marketplace-entitlement": ("aws-marketplace", "AWSMPEntitlementService", "1.1"),
    "marketplace-agreement": ("aws-marketplace", "AWSMPCommerceService_v20200301", "1.0"),
    "license-manager": ("license-manager", "AWSLicenseManager", "1.1"),
    "opentrail": ("opentrail", "OpenTrail_20261120", "1.1"),
}


class Reply:
    """One HTTP answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def request_id(self):
        return self.headers.get("x-amzn-requestid")

    @property
    def code(self):
        """The error code, wherever the protocol puts it."""
        named = self.headers.get("x-amzn-errortype")
        if named:
            return named.split(":")[0]
        if self.body[:1] == b"{":
            return self.json.get("__type", "").rsplit("#")[-1] or None
        return between(self.body.decode(errors="replace"), "<Code>", "</Code>")


def between(text, left, right):
    _, found, rest = text.partition(left)
    return rest.partition(right)[0] if found else None


class Closed(Exception):
    """The server closed the connection without a (whole) answer."""


class Wire:
    """A keep-alive connection that speaks raw HTTP/1.1."""

    def __init__(self, port, timeout=10.0):
        self.port = port
        self.timeout = timeout
        self.socket = None
        self.rest = b""

    def ask(self, request, again=True):
        """Sends bytes, reads one answer; reconnects once when an idle connection had gone."""
        fresh = self.socket is None
        self.bodiless = request.startswith(b"HEAD ")
        try:
            self._send(request)
            return self._read()
        except (Closed, ConnectionError):
            self.close()
            if fresh or not again:
                raise Closed() from None
            return self.ask(request, again=False)

    def _send(self, request):
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        try:
            self.socket.sendall(request)
        except ConnectionError:
            # the server may have answered and closed before it took the whole body
            pass

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed()
        self.rest += data

    def _read(self):
        while True:
            while b"\r\n\r\n" not in self.rest:
                self._more()
            head, _, self.rest = self.rest.partition(b"\r\n\r\n")
            status, headers = parsed_head(head)
            if status != 100:
                break
        body = b"" if self.bodiless else self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)

    def _body(self, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        return self._take(int(headers.get("content-length", 0)))

    def _chunks(self):
        body = b""
        while True:
            while b"\r\n" not in self.rest:
                self._more()
            line, _, self.rest = self.rest.partition(b"\r\n")
            size = int(line.split(b";")[0], 16)
            body += self._take(size)
            self._take(2)
            if size == 0:
                return body

    def _take(self, count):
        while len(self.rest) < count:
            self._more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None
        self.rest = b""


def parsed_head(head):
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    pairs = (line.partition(":") for line in lines[1:])
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}


def signed_headers(keys, method, url, headers, body, service, region=REGION):
    """The headers with botocore's signature over them, as a dict."""
    keys = as_boto3(keys)
    credentials = Credentials(
        keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token")
    )
    request = AWSRequest(method, url, headers=dict(headers), data=body)
    SigV4Auth(credentials, service, region).add_auth(request)
    whole = {"Host": urlsplit(url).netloc}
    return whole | dict(request.headers.items())


def rendered(method, path, headers, body=b""):
    """The request as bytes; Content-Length is added unless the headers already say one."""
    names = {name.lower() for name in headers}
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("utf-8", "surrogateescape") + body


def json_call(server, keys, service, operation, body, region=REGION, headers=None):
    """The bytes of one signed awsJson call."""
    signing_name, prefix, version = TARGETS[service]
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    heads = {
        "Content-Type": f"application/x-amz-json-{version}",
        "X-Amz-Target": f"{prefix}.{operation}",
    } | (headers or {})
    url = server.url + "/"
    signed = signed_headers(keys, "POST", url, heads, data, signing_name, region)
    return rendered("POST", "/", signed, data)


def form_call(server, keys, service, form, region=REGION, headers=None, path="/"):
    """The bytes of one signed awsQuery call; `form` is the encoded text."""
    heads = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    url, data = server.url + path, form.encode()
    signed = signed_headers(keys, "POST", url, heads | (headers or {}), data, service, region)
    return rendered("POST", path, signed, data)


def own_call(server, operation, body, who="root", region=REGION, headers=None):
    """Calls the server's own API; returns the parsed answer of a call that must succeed."""
    keys = server.keys(who) if isinstance(who, str) else who
    wire = Wire(server.port, timeout=60.0)
    reply = wire.ask(json_call(server, keys, "opentrail", operation, body, region, headers))
    wire.close()
    assert reply.status == 200, f"{operation}: {reply.status} {reply.body[:2000]}"
    return reply.json


def find_details(server, filter=None, who="root", headers=None):
    """All events that match, over all accounts and Regions, as FindEvents answers them."""
    wanted = {"Account": "all", "Region": "all"} | (filter or {})
    token = None
    while True:
        body = {"Filter": wanted, "MaxResults": 1000} | ({"NextToken": token} if token else {})
        answer = own_call(server, "FindEvents", body, who, headers=headers)
        yield from answer.get("Events", [])
        token = answer.get("NextToken")
        if not token:
            return


def find_events(server, filter=None, who="root"):
    """The texts of all records that match."""
    return [event["CloudTrailEvent"] for event in find_details(server, filter, who)]
