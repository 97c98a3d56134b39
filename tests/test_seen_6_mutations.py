"""What must be seen, 6: ten thousand bad requests, and the bounds at their edges."""

import collections
import json
import os
import pathlib
import random
import socket
import threading
import time

import pytest

import mutations
from events import event_of
from raw import Closed, Wire, find_events, form_call, json_call, parsed_head
from running import Server, temp_folder, wait_until

COUNT = int(os.environ.get("OPENTRAIL_MUTATIONS", "10000"))
SEED = int(os.environ.get("OPENTRAIL_MUTATION_SEED", random.SystemRandom().getrandbits(32)))
CLIENTS = 2


class Tally:
    """What came back."""

    def __init__(self):
        self.statuses = collections.Counter()
        self.successes = []
        self.wrong = []
        self.lock = threading.Lock()

    def note(self, request, status, request_id):
        with self.lock:
            self.statuses[status] += 1
            # S3 says 501 to what it does not have
            is_s3 = b"/s3/aws4_request" in request or b"AWSAccessKeyId=" in request
            if status >= 500 and status != 503 and not (status == 501 and is_s3):
                self.wrong.append((status, request[:300]))
            if status == 200 and request_id:
                self.successes.append((request_id, request[:300]))


class Sender(threading.Thread):
    """Sends mutated requests: whole ones over one kept connection, broken ones over their own."""

    def __init__(self, server, seed, count, tally):
        super().__init__()
        self.server, self.count, self.tally = server, count, tally
        self.keys = server.keys("root")
        calls = mutations.good_calls(server.env("seller"))
        self.mutator = mutations.Mutator(seed, calls)
        self.wire = Wire(server.port, timeout=20.0)
        self.failure = None

    def run(self):
        try:
            for _ in range(self.count):
                request, broken = self.mutator.next(self.server, self.keys)
                (self.send_broken if broken else self.send)(request)
        except Exception as failure:
            self.failure = failure
        self.wire.close()

    def send(self, request):
        try:
            reply = self.wire.ask(request)
            self.tally.note(request, reply.status, reply.request_id)
        except Closed:
            self.tally.note(request, 0, None)

    def send_broken(self, request):
        """Sends, and reads all answers until the server closes or waits for more."""
        with socket.create_connection(("127.0.0.1", self.server.port), 0.25) as connection:
            data = b""
            try:
                connection.sendall(request)
                while part := connection.recv(65536):
                    data += part
            except (ConnectionError, TimeoutError):
                pass
        statuses = list(answers(data))
        for status, request_id in statuses or [(0, None)]:
            self.tally.note(request, status, request_id)


def answers(data):
    """The status and request id of every answer in what one connection gave back."""
    while b"\r\n\r\n" in data:
        head, _, data = data.partition(b"\r\n\r\n")
        status, headers = parsed_head(head)
        if status >= 200:
            yield status, headers.get("x-amzn-requestid")
        data = data[int(headers.get("content-length", 0)) :]


def recorded(server):
    """How many events each request id has."""
    texts = find_events(server)
    return collections.Counter(json.loads(text).get("requestID") for text in texts)


def test_ten_thousand_mutated_requests(make_server, capsys):
    server = make_server("--demo", env={"OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0"})
    tally, began = Tally(), time.monotonic()
    senders = [Sender(server, SEED + at, COUNT // CLIENTS, tally) for at in range(CLIENTS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
        if sender.failure:
            raise sender.failure
    with capsys.disabled():
        seconds = time.monotonic() - began
        print(f"\nmutations: seed {SEED}, {dict(tally.statuses)}, {seconds:.0f} s")
    assert not tally.wrong, f"{len(tally.wrong)} answers of 5xx, such as {tally.wrong[:5]}"
    assert server.alive(), server.output()[-3000:]
    server.assert_no_panic()
    last = server.client("sts").get_caller_identity()["ResponseMetadata"]["RequestId"]
    event_of(server, "GetCallerIdentity", last, deadline_secs=5.0)
    events = recorded(server)
    lost = [success for success in tally.successes if events[success[0]] != 1]
    assert not lost, f"{len(lost)} successes without their event, such as {lost[:3]}"
    # garbage that is always refused at the door shows nothing about the rooms behind it
    assert tally.statuses[200] > COUNT // 50 and tally.statuses[400] > COUNT // 10


def test_mutations_come_from_their_seed(demo):
    calls = mutations.good_calls(demo.env("seller"))
    one, two = mutations.Mutator(7, calls), mutations.Mutator(7, calls)
    assert [one.dice.random() for _ in range(3)] == [two.dice.random() for _ in range(3)]


def test_every_good_call_is_taken_before_it_is_mutated(demo):
    """Otherwise the mutations would only ever show that a wrong call stays wrong."""
    wire, keys = Wire(demo.port), demo.keys("root")
    for call in mutations.good_calls(demo.env("seller")):
        reply = wire.ask(call.signed(demo, keys))
        assert reply.status < 500, (call, reply.body)
        assert reply.code not in (
            "SerializationException", "SignatureDoesNotMatch", "InvalidSignatureException",
            "UnknownOperationException", "IncompleteSignatureException",
        ), (call, reply.body)  # fmt: skip


LIMITS = {
    "OPENTRAIL_LIMITS__BODY_BYTES_MAX": "20000",
    "OPENTRAIL_LIMITS__HEAD_BYTES_MAX": "8192",
    "OPENTRAIL_LIMITS__HEADERS_MAX": "20",
    "OPENTRAIL_LIMITS__DEPTH_MAX": "10",
    "OPENTRAIL_LIMITS__VALUES_MAX": "50",
    "OPENTRAIL_LIMITS__FAILED_SIGNATURES_PER_MINUTE": "0",
}


@pytest.fixture(scope="module")
def bounded():
    """A server with small bounds."""
    with temp_folder() as folder:
        server = Server(pathlib.Path(folder) / "data", "--demo", env=LIMITS).start()
        yield server
        server.stop()


def ask(server, body, headers=None):
    call = json_call(
        server, server.keys("root"), "cloudtrail", "LookupEvents", body, headers=headers
    )
    return Wire(server.port).ask(call)


def padded(size):
    body = json.dumps({"MaxResults": 1, "x": ""})
    return (body[:-2] + "p" * (size - len(body)) + '"}').encode()


def test_the_body_bound(bounded):
    assert len(padded(20_000)) == 20_000
    assert ask(bounded, padded(20_000)).status == 200
    refused = ask(bounded, padded(20_001))
    assert refused.status in (400, 413)
    assert bounded.alive()


def test_the_body_bound_holds_for_chunks(bounded):
    """A body that names no length ends at the same bound."""
    body = padded(30_000)
    call = json_call(bounded, bounded.keys("root"), "cloudtrail", "LookupEvents", body)
    head = call.partition(b"\r\n\r\n")[0].decode()
    lines = [line for line in head.split("\r\n") if not line.startswith("Content-Length")]
    chunked = "\r\n".join([*lines, "Transfer-Encoding: chunked"]).encode() + b"\r\n\r\n"
    chunked += b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert Wire(bounded.port).ask(chunked).status in (400, 411, 413)


def test_the_head_bound(bounded):
    assert ask(bounded, {"MaxResults": 1}, {"X-Long": "v" * 7_000}).status == 200
    refused = ask(bounded, {"MaxResults": 1}, {"X-Long": "v" * 8_192})
    assert refused.status in (400, 431)


def test_the_headers_bound(bounded):
    def status(count):
        return ask(bounded, {"MaxResults": 1}, {f"X-H{at}": "v" for at in range(count)}).status

    assert status(5) == 200
    edge = next(count for count in range(5, 25) if status(count) != 200)
    # the call itself has six or seven headers
    assert 20 - 8 <= edge - 1 <= 20 - 5, edge
    assert status(edge) in (400, 431)


def nested(depth):
    return b'{"MaxResults":1,"x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_the_depth_bound(bounded):
    assert ask(bounded, nested(10)).status == 200
    # whether the outermost object counts is the server's choice; one level more is not
    refused = ask(bounded, nested(12))
    assert refused.status == 400 and refused.code == "SerializationException"


def test_the_values_bound(bounded):
    def values(count):
        return json.dumps({"MaxResults": 1, "x": list(range(count))})

    assert ask(bounded, values(40).encode()).status == 200
    assert ask(bounded, values(60).encode()).status == 400


def test_refusals_at_the_bounds_leave_a_working_server(bounded):
    reply = Wire(bounded.port).ask(
        form_call(bounded, bounded.keys("root"), "sts", "Action=GetCallerIdentity&Version=2011-06-15")
    )
    assert reply.status == 200
    wait_until(lambda: recorded(bounded)[reply.request_id] == 1)
    bounded.assert_no_panic()
