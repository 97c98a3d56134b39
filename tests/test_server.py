"""The server itself: its start and end, its health and figures, its one data folder."""

import json
import re
import signal
import socket
import stat
import struct
import subprocess
import threading
import time

import pytest

from events import event_of
from figures import figures, get, total
from raw import Wire, find_events, form_call, json_call, rendered
from records import counted
from running import BINARY, clean_env, request_id, wait_until


def test_health(demo):
    reply = get(demo, "/_health")
    assert reply.status == 200
    assert get(demo, "/_health").body == reply.body or reply.json


def test_metrics_count_calls_refusals_and_latency(demo):
    before = figures(demo)
    demo.client("license-manager").list_license_configurations()
    wrong = demo.keys("seller") | {"aws_access_key_id": "AKIAUNKNOWN000000001"}
    Wire(demo.port).ask(json_call(demo, wrong, "license-manager", "ListLicenseConfigurations", {}))
    after = figures(demo)

    def grown(name, *labels):
        return total(after, name, *labels) - total(before, name, *labels)

    operation = 'operation="ListLicenseConfigurations"'
    assert grown("opentrail_calls_total", operation, 'status="200"') == 1
    assert grown("opentrail_call_seconds_count", operation) == 2
    assert grown("opentrail_refusals_total") >= 1
    assert any("journal" in name for name in after) and any("lag" in name for name in after)


def test_metrics_do_not_grow_with_what_callers_invent(demo):
    wire, keys = Wire(demo.port), demo.keys("root")
    for number in range(30):
        target = {"X-Amz-Target": f"AWSLicenseManager.Invented{number}"}
        wire.ask(json_call(demo, keys, "license-manager", "x", {}, headers=target))
    assert not [name for name in figures(demo) if "Invented" in name]


def test_the_end_is_orderly(make_server):
    server = make_server("--demo")
    client = server.client("sts")
    answer = client.get_caller_identity()
    idle = socket.create_connection(("127.0.0.1", server.port), 5.0)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 8.0
    idle.close()
    server.start()
    event_of(server, "GetCallerIdentity", request_id(answer))


def test_a_live_view_does_not_hold_up_the_end(make_server):
    """Two of them: the command, and a call that waits for what comes far later."""
    server = make_server("--demo")
    tail = subprocess.Popen(
        [BINARY, "tail", "--json"],
        env=clean_env() | server.variables("root"), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    lines = []
    reader = threading.Thread(
        target=lambda: lines.extend(iter(tail.stdout.readline, "")), daemon=True
    )
    reader.start()
    client = server.client("sts")
    waiting = {"AfterSequence": 10**9, "WaitSeconds": 20, "Filter": {"EventName": "Never"}}
    call = json_call(server, server.keys("root"), "opentrail", "TailEvents", waiting)
    with socket.create_connection(("127.0.0.1", server.port), 30.0) as connection:
        try:
            connection.sendall(call)
            wait_until(lambda: client.get_caller_identity() and lines, 10.0, "a line of tail")
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 2.0
            assert connection.recv(20).startswith(b"HTTP/1.1 200"), "cut off without an answer"
        finally:
            tail.terminate()
            tail.wait(10)


def told_and_made(server, names):
    """Which of the users have a CreateUser event, and which are there."""
    events = map(json.loads, find_events(server, {"EventName": "CreateUser"}))
    told = [(event["requestParameters"] or {}).get("userName") for event in events]
    users = server.client("iam", "root").list_users(MaxItems=1000)["Users"]
    return sorted(n for n in told if n in names), sorted(
        row["UserName"] for row in users if row["UserName"] in names
    )


def create_user(server, name):
    form = f"Action=CreateUser&Version=2010-05-08&UserName={name}"
    return form_call(server, server.keys("root"), "iam", form)


RESET = struct.pack("ii", 1, 0)


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_who_hangs_up_leaves_no_half_call(demo, unique, how):
    """The client goes as soon as it has sent; whatever has begun is done whole and recorded."""
    names = {unique("hung-up") for _ in range(30)}
    for name in sorted(names):
        with socket.create_connection(("127.0.0.1", demo.port), 5.0) as connection:
            connection.sendall(create_user(demo, name))
            # some are caught before they begin, some while they wait for the disk
            get(demo, "/_health")
            if how == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def settled():
        told, made = told_and_made(demo, names)
        return told == made and told

    told = wait_until(settled, 5.0, "one event for each user who was made")
    assert len(told) == len(set(told))
    assert get(demo, "/_health").status == 200


def test_who_has_said_everything_is_still_answered(demo, unique):
    """A client may close its sending half behind a whole request and wait for the answer."""
    names = {unique("half-closed") for _ in range(10)}
    answers = []
    for name in sorted(names):
        with socket.create_connection(("127.0.0.1", demo.port), 5.0) as connection:
            connection.sendall(create_user(demo, name))
            connection.shutdown(socket.SHUT_WR)
            answers.append(connection.recv(65536)[:12])
    assert answers == [b"HTTP/1.1 200"] * 10
    everyone = (sorted(names), sorted(names))
    wait_until(lambda: told_and_made(demo, names) == everyone, what="every user and their event")


def test_the_end_waits_for_calls_under_way(make_server):
    """Whatever was answered while the server ended is there after the restart."""
    server = make_server("--demo")
    answered, stop = [], threading.Event()
    keys = server.keys("root")

    def load():
        wire = Wire(server.port)
        while not stop.is_set():
            try:
                call = json_call(server, keys, "cloudtrail", "LookupEvents", {"MaxResults": 1})
                answered.append(wire.ask(call, again=False).request_id)
            except Exception:
                return

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(answered) < 40:
        stop.wait(0.01)
    server.stop()
    stop.set()
    for thread in threads:
        thread.join()
    server.start()
    stored = {json.loads(text).get("requestID") for text in find_events(server)}
    assert set(answered) <= stored


def test_interrupt_ends_it_too(make_server):
    server = make_server("--demo")
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0


def test_a_restart_keeps_everything(make_server):
    server = make_server("--demo")
    manager = server.client("license-manager")
    arn = manager.create_license_configuration(Name="kept", LicenseCountingType="vCPU")[
        "LicenseConfigurationArn"
    ]
    server.client("iam", "root").create_user(UserName="kept")
    before = counted(find_events(server))
    environment = {who: server.env(who)["AWS_SECRET_ACCESS_KEY"] for who in ("seller", "root")}
    for _ in range(3):
        server.stop()
        server.start()
    after = counted(find_events(server))
    # the look-ups of this test are events too: nothing may be missing, and only they are new
    assert before <= after
    server.exports.clear()
    for who, secret in environment.items():
        assert server.env(who)["AWS_SECRET_ACCESS_KEY"] == secret
    got = server.client("license-manager").get_license_configuration(LicenseConfigurationArn=arn)
    assert got["Name"] == "kept"
    server.client("iam", "root").get_user(UserName="kept")


def test_a_demo_world_goes_on_without_the_flag(make_server):
    server = make_server("--demo")
    server.client("iam", "root").create_user(UserName="kept")
    server.stop()
    server.arguments = []
    server.start()
    server.client("iam", "root").get_user(UserName="kept")


def test_a_second_server_is_refused(make_server):
    server = make_server("--demo")
    done = subprocess.run(
        [BINARY, "up", "--data", server.data, "--listen", "127.0.0.1:0"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101)
    assert str(server.data) in done.stderr or "another" in done.stderr
    assert get(server, "/_health").status == 200


def test_a_port_in_use_is_said(make_server, tmp_path):
    server = make_server("--demo")
    done = subprocess.run(
        [BINARY, "up", "--data", tmp_path / "d", "--listen", f"127.0.0.1:{server.port}"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101) and str(server.port) in done.stderr


def test_a_port_in_use_founds_nothing(make_server, tmp_path):
    """Else the root key, shown once, would have been shown to nobody."""
    busy = socket.create_server(("127.0.0.1", 0))
    done = subprocess.run(
        [BINARY, "up", "--data", tmp_path / "d", "--listen", f"127.0.0.1:{busy.getsockname()[1]}"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    busy.close()
    assert done.returncode not in (0, 101)
    assert "AKIA" not in done.stdout + done.stderr
    server = make_server(data=tmp_path / "d")
    assert re.search(r"AWS_ACCESS_KEY_ID='AKIA[A-Z2-7]{16}'", server.output())


def test_first_start_listens_on_loopback_and_shows_the_root_key_once(make_server):
    server = make_server()
    assert server.url.startswith("http://127.0.0.1:")
    keys = re.findall(r"\bAKIA[A-Z2-7]{16}\b", server.output())
    assert len(set(keys)) == 1
    server.stop()
    server.log.write_text("")
    server.start()
    assert not re.findall(r"\bAKIA[A-Z2-7]{16}\b", server.output())


def test_elsewhere_than_loopback_is_refused_for_a_demo(tmp_path):
    """The demo's keys are documented or readable: nobody else's machine may reach them."""
    done = subprocess.run(
        [BINARY, "up", "--demo", "--data", tmp_path / "d", "--listen", "0.0.0.0:0"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101)
    assert "loopback" in done.stderr or "127.0.0.1" in done.stderr


def test_a_demo_folder_stays_on_loopback_without_the_flag(make_server):
    server = make_server("--demo")
    server.stop()
    done = subprocess.run(
        [BINARY, "up", "--data", server.data, "--listen", "0.0.0.0:0"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101) and "loopback" in done.stderr
    server.start()
    server.client("sts").get_caller_identity()


def test_the_data_folder_is_private(make_server):
    server = make_server("--demo")
    mode = stat.S_IMODE(server.data.stat().st_mode)
    assert mode & 0o077 == 0, oct(mode)
    for path in server.data.rglob("*"):
        if path.is_file():
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode & 0o022 == 0 and mode & 0o111 == 0, (path, oct(mode))


def test_logs_are_one_json_object_a_line(make_server):
    server = make_server("--demo", env={"OPENTRAIL_LOG_LEVEL": "debug"})
    wire = Wire(server.port)
    wire.ask(rendered("POST", "/\x7f", {"Host": "x", "User-Agent": "a\tb \u2028 c"}, b"{}"))
    server.client("sts").get_caller_identity()
    server.stop()
    lines = server.log.read_text().splitlines()
    assert lines and all(isinstance(json.loads(line), dict) for line in lines)


def test_a_data_folder_that_is_none(tmp_path):
    path = tmp_path / "file"
    path.write_text("not a folder")
    done = subprocess.run(
        [BINARY, "up", "--data", path, "--listen", "127.0.0.1:0"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101) and str(path) in done.stderr


def test_a_flipped_byte_in_the_journal_is_no_silent_loss(make_server):
    """A bad frame with good ones after it is corruption: named, never cut away."""
    server = make_server("--demo")
    for _ in range(30):
        server.client("sts").get_caller_identity()
    server.stop()
    journal = sorted(server.data.rglob("*.seg"))[0]
    data = bytearray(journal.read_bytes())
    used = len(bytes(data).rstrip(b"\0"))
    data[used // 2] ^= 1
    journal.write_bytes(data)
    done = subprocess.run(
        [BINARY, "up", "--data", server.data, "--listen", "127.0.0.1:0"],
        env=clean_env(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode not in (0, 101)
    assert "damaged" in done.stderr and journal.name in done.stderr
    assert journal.read_bytes() == bytes(data), "a damaged journal is evidence: nobody writes to it"
