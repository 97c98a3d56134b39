"""The command line: every command, its help, its exit code, and what it says when it fails."""

import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import pytest

import people
from events import event_of
from raw import Wire, find_events, form_call, rendered
from records import record
from running import BINARY, SELLER_ACCOUNT, clean_env, request_id, wait_until

COMMANDS = [
    "up", "env", "demo", "run", "find", "show", "tail", "import", "trails", "verify", "checkpoint",
    "clock",
]  # fmt: skip
COLOUR = re.compile(r"\x1b\[")


def opentrail(*arguments, env=None, without=(), **settings):
    variables = clean_env() | (env or {})
    for name in without:
        variables.pop(name, None)
    return subprocess.run(
        [BINARY, *map(str, arguments)], env=variables, capture_output=True, text=True, timeout=30,
        **settings,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(demo):
    """A few calls of known shape."""
    manager = demo.client("license-manager")
    made = manager.create_license_configuration(Name="told", LicenseCountingType="vCPU")
    manager.list_license_configurations()
    there = demo.client("license-manager", "seller", "eu-west-1").list_license_configurations()
    buyer = demo.client("sts", "buyer").get_caller_identity()
    event_of(demo, "GetCallerIdentity", request_id(buyer), who="buyer")
    event_of(demo, "ListLicenseConfigurations", request_id(there), region="eu-west-1")
    event = event_of(demo, "CreateLicenseConfiguration", request_id(made))
    return {"arn": made["LicenseConfigurationArn"], "event": event}


def find(demo, *filters, who="root"):
    """The records that `find` prints, parsed."""
    printed = demo.command("find", *filters, "--json", who=who).stdout
    return [json.loads(line) for line in printed.splitlines()]


def test_help_names_every_command():
    done = opentrail("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\b", done.stdout, re.M), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches(command):
    done = opentrail(command, "--help")
    assert done.returncode == 0 and done.stderr == ""
    assert "Usage" in done.stdout and len(done.stdout) > 120
    assert not COLOUR.search(done.stdout)


def test_version():
    done = opentrail("--version")
    assert done.returncode == 0 and re.match(r"opentrail \d+\.\d+", done.stdout)


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["find", "--nothing"], ["show"], ["env"], ["env", "nobody"], []]
)
def test_wrong_words_say_what_is_right(arguments):
    done = opentrail(*arguments)
    assert done.returncode not in (0, 101)
    assert done.stderr or done.stdout


@pytest.mark.parametrize("who", ["seller", "auditor", "buyer", "root"])
def test_env_is_what_a_shell_can_eval(demo, who):
    done = demo.command("env", who, "--data", demo.data)
    lines = done.stdout.splitlines()
    exports = [line for line in lines if line.startswith("export ")]
    assert all(re.match(r"^export [A-Z_]+=\S+$", line) for line in exports), done.stdout
    assert all(re.match(r"^(export|unset) ", line) for line in lines), done.stdout
    names = {line.split()[1].partition("=")[0] for line in exports}
    assert names >= {
        "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "OPENTRAIL_DEMO_PRODUCT_CODE", "OPENTRAIL_DEMO_CUSTOMER_ID",
        "OPENTRAIL_DEMO_BUYER_ACCOUNT", "OPENTRAIL_DEMO_LICENSE_ARN",
    }  # fmt: skip
    shell = f'eval "$({BINARY} env {who} --data {demo.data})"; echo $AWS_REGION $AWS_ENDPOINT_URL'
    shown = subprocess.run(["bash", "-c", shell], env=clean_env(), capture_output=True, text=True)
    assert shown.stdout.split() == ["us-east-1", demo.url]


def test_find_by_every_filter(demo, told):
    name = ["--event", "CreateLicenseConfiguration"]
    wanted = told["event"]["eventID"]
    for filters in (
        [], ["--source", "license-manager.amazonaws.com"], ["--who", "Alice"],
        ["--account", SELLER_ACCOUNT], ["--region", "us-east-1"], ["--resource", told["arn"]],
        ["--ip", "127.0.0.1"], ["--write"], ["--from", "T-1d"], ["--from", "2020-01-01"],
        ["--to", "2199-01-01T00:00:00Z"], ["--limit", "1000"], ["--account", "all"],
        ["--region", "all"],
    ):  # fmt: skip
        found = find(demo, *name, *filters)
        assert wanted in [event["eventID"] for event in found], filters
    for filters in (
        ["--source", "iam.amazonaws.com"], ["--who", "Bob"], ["--account", "444455556666"],
        ["--region", "eu-west-1"], ["--resource", "arn:nothing"], ["--ip", "203.0.113.1"],
        ["--read"], ["--from", "2199-01-01"], ["--to", "T-1d"], ["--error", "AccessDenied*"],
    ):  # fmt: skip
        found = find(demo, *name, *filters)
        assert wanted not in [event["eventID"] for event in found], filters


def test_find_takes_wildcards_and_combines(demo, told):
    found = find(
        demo, "--event", "*LicenseConfig*", "--source", "license-*", "--who", "Al*", "--limit", "0"
    )
    names = {event["eventName"] for event in found}
    assert {"CreateLicenseConfiguration", "ListLicenseConfigurations"} <= names
    assert {event["userIdentity"]["userName"] for event in found} == {"Alice"}
    assert all(event["eventSource"] == "license-manager.amazonaws.com" for event in found)
    assert len(find(demo, "--event", "*", "--limit", "2")) == 2


@pytest.fixture(scope="module")
def many(demo):
    """More events of one name than one page of `find` holds."""
    rows = "".join(json.dumps(record(n, eventName="Plenty")) + "\n" for n in range(1, 1_102))
    demo.command("import", "-", who="root", input=rows)
    return "Plenty"


def test_find_without_a_limit_pages_on(demo, many):
    found = find(demo, "--event", many, "--limit", "0")
    assert len({event["eventID"] for event in found}) == len(found) == 1_101
    assert len(find(demo, "--event", many)) == 50
    assert len(find(demo, "--event", many, "--limit", "700")) == 700
    table = demo.command("find", "--event", many, "--limit", "0", who="root")
    assert table.stdout.count(many) == 1_101 and "1101 events" in table.stderr


@pytest.mark.parametrize("form", ["--json", ""])
def test_find_ends_quietly_when_nobody_reads_on(demo, many, form):
    shell = f"{BINARY} find --event {many} --limit 0 {form} | head -1; echo ${{PIPESTATUS[0]}}"
    shown = subprocess.run(
        ["bash", "-c", shell], env=clean_env() | demo.variables("root"),
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    lines = shown.stdout.splitlines()
    assert len(lines) == 2 and lines[1] in ("0", "141"), shown.stdout
    assert shown.stderr == ""


def test_find_over_accounts_and_regions(demo, told):
    everything = ["--limit", "0"]
    regions = {event["awsRegion"] for event in find(demo, "--region", "all", *everything)}
    assert {"us-east-1", "eu-west-1"} <= regions
    accounts = {
        event["recipientAccountId"] for event in find(demo, "--account", "all", *everything)
    }
    assert {SELLER_ACCOUNT, "444455556666"} <= accounts
    # who may not see other accounts sees none of them
    buyers = find(demo, "--account", "all", "--region", "all", *everything, who="buyer")
    assert {event["recipientAccountId"] for event in buyers} == {"444455556666"}


def test_find_as_json_is_byte_for_byte(demo, told):
    printed = demo.command(
        "find", "--event", "CreateLicenseConfiguration", "--json", who="root"
    ).stdout
    stored = find_events(demo, {"EventName": "CreateLicenseConfiguration"})
    assert set(printed.splitlines()) <= set(stored)
    assert len(printed.splitlines()) >= 1


def test_find_for_people(demo, told):
    done = demo.command("find", "--event", "CreateLicenseConfiguration", who="root")
    assert "CreateLicenseConfiguration" in done.stdout and "Alice" in done.stdout
    assert not COLOUR.search(done.stdout)


def test_show(demo, told):
    event = told["event"]
    shown = demo.command("show", event["eventID"], who="root").stdout
    for text in (event["eventID"], event["eventName"], "Alice", told["arn"]):
        assert text in shown
    as_json = demo.command("show", event["eventID"], "--json", who="root").stdout
    assert json.loads(as_json) == event
    missing = demo.command("show", "0" * 8, who="root", check=False)
    assert missing.returncode != 0 and "0" * 8 in missing.stderr


def test_tail_is_live(demo):
    variables = clean_env() | demo.variables("root")
    tail = subprocess.Popen(
        [BINARY, "tail", "--event", "ListLicenseConfigurations", "--json"],
        env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    manager = demo.client("license-manager")
    asked = set()
    try:
        # what happens before the tail is connected is not its business: call until it tells
        lines = []
        reader = threading.Thread(
            target=lambda: lines.extend(iter(tail.stdout.readline, "")), daemon=True
        )
        reader.start()

        def told():
            asked.add(request_id(manager.list_license_configurations()))
            return lines

        wait_until(told, 10.0, "a line of tail")
        assert json.loads(lines[0])["requestID"] in asked
    finally:
        tail.terminate()
        tail.wait(10)
        assert "panicked" not in tail.stderr.read()


def test_clock(make_server):
    server = make_server("--demo")
    shown = server.command("clock", "show", who="root").stdout
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d", shown)
    server.command("clock", "advance", "3h", who="root")
    server.command("clock", "set", "2027-03-01T05:59:00Z", who="root")
    answer = server.client("sts").get_caller_identity()
    event = event_of(server, "GetCallerIdentity", request_id(answer))
    assert event["eventTime"].startswith("2027-03-01T05:59")
    wrong = server.command("clock", "set", "yesterday-ish", who="root", check=False)
    assert wrong.returncode != 0 and wrong.stderr
    denied = server.command("clock", "advance", "1h", who="auditor", check=False)
    assert denied.returncode != 0


def printed_root(server):
    """The root key that a first start prints."""
    printed = server.output()
    keys = re.findall(r"\b(AKIA[A-Z2-7]{16})\b", printed)
    secrets = re.findall(r"(?<![A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])", printed)
    assert len(set(keys)) == 1 and secrets, printed
    return {"aws_access_key_id": keys[0], "aws_secret_access_key": secrets[0]}


def test_the_clock_of_a_plain_world_moves_when_it_may(make_server):
    server = make_server("--sandbox-clock")
    root = printed_root(server)
    server.command("clock", "set", "2027-03-01T05:59:00Z", who=root)
    moved = server.command("clock", "advance", "3h", who=root)
    assert moved.stdout.startswith("2027-03-01T08:59:") and "ahead" in moved.stderr
    answer = server.client("sts", root).get_caller_identity()
    event = event_of(server, "GetCallerIdentity", request_id(answer), who=root)
    assert event["eventTime"].startswith("2027-03-01T08:59:")
    assert event["userIdentity"]["type"] == "Root"
    server.stop()
    # the folder keeps both: where the clock stands, and that it may be moved
    server.arguments = []
    server.start()
    assert server.command("clock", "show", who=root).stdout.startswith("2027-03-01T08:59:")
    further = server.command("clock", "advance", "1h", who=root)
    assert further.stdout.startswith("2027-03-01T09:59:")


def test_the_clock_stands_where_it_may_not_be_moved(make_server):
    server = make_server()
    root = printed_root(server)
    refused = server.command("clock", "advance", "1h", who=root, check=False)
    assert refused.returncode != 0 and "--sandbox-clock" in refused.stdout + refused.stderr


def test_run_tells_what_the_command_called(demo):
    done = opentrail(
        "run", "--", "bash", "-c",
        "aws sts get-caller-identity && aws license-manager list-license-configurations",
        env=demo.variables("seller") | path_with_aws(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SELLER_ACCOUNT in done.stdout
    said = done.stdout + done.stderr
    assert "GetCallerIdentity" in said and "ListLicenseConfigurations" in said


def path_with_aws():
    folder = pathlib.Path(sys.executable).parent
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("code", [0, 3, 77])
def test_run_exits_with_the_commands_code(demo, code):
    done = opentrail("run", "--", "bash", "-c", f"exit {code}", env=demo.variables("seller"))
    assert done.returncode == code


def test_run_as_somebody_of_the_demo_world(demo):
    """Whatever credentials the shell holds: here a session of Alice's."""
    session = demo.variables(people.assumed_role(demo, "the-shell").keys) | {"AWS_PROFILE": "no"}
    for env in ({}, session):
        done = opentrail(
            "run", "--as", "auditor", "--data", demo.data, "--", "aws", "license-manager",
            "create-license-configuration", "--name", "x", "--license-counting-type", "vCPU",
            env=env | path_with_aws() | {"AWS_ENDPOINT_URL": demo.url},
        )  # fmt: skip
        assert done.returncode not in (0, 1, 2, 128), done.stderr
        assert "AccessDenied" in done.stderr
        (line,) = [row for row in done.stdout.splitlines() if "CreateLicenseConfig" in row]
        assert "Auditor" in line and "AccessDenied" in line
        assert f"1 calls, exit code {done.returncode}" in done.stderr


@pytest.mark.parametrize("who", ["seller", "auditor", "buyer", "root"])
def test_run_as_gives_what_env_gives(demo, who):
    done = opentrail("run", "--as", who, "--data", demo.data, "--", "env", env={})
    assert done.returncode == 0, done.stderr
    given = dict(line.partition("=")[::2] for line in done.stdout.splitlines() if "=" in line)
    wanted = demo.env(who)
    assert {name: given.get(name) for name in wanted} == wanted
    assert "0 calls, exit code 0" in done.stderr


def test_run_as_nobody_says_who_there_is(demo):
    done = opentrail("run", "--as", "mallory", "--data", demo.data, "--", "true")
    assert done.returncode in (1, 2)
    for text in ("mallory", "seller", "auditor", "buyer", "root"):
        assert text in done.stderr


def test_run_of_nothing(demo):
    done = opentrail("run", "--", "no-such-command-here", env=demo.variables("seller"))
    assert done.returncode != 0 and "no-such-command-here" in done.stderr


def test_demo_is_one_command(tmp_path):
    """It shows what it made, goes on serving, and ends when it is told to."""
    demo = subprocess.Popen(
        [BINARY, "demo", "--data", tmp_path / "data", "--listen", "127.0.0.1:0"],
        env=clean_env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said = ""
    for line in demo.stdout:
        said += line
        if "opentrail tail" in line:
            break
    demo.terminate()
    said += demo.communicate(timeout=20)[0]
    assert demo.returncode == 0, said
    for text in ("BatchMeterUsage", "ListEntities", "DeleteLicenseConfiguration", "Alice"):
        assert text in said
    # a user, the root user, a role's session and one who may only read
    for who in ("Alice", "root", "nightly-billing", "Auditor"):
        assert who in said
    assert "find" in said


def test_reading_without_a_server(make_server):
    server = make_server("--demo")
    answer = server.client("sts").get_caller_identity()
    event = event_of(server, "GetCallerIdentity", request_id(answer))
    stored = find_events(server, {"EventName": "GetCallerIdentity"})
    server.stop()
    done = opentrail("find", "--event", "GetCallerIdentity", "--json", "--data", server.data)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted(stored)
    shown = opentrail("show", event["eventID"], "--json", "--data", server.data)
    assert json.loads(shown.stdout) == event


def test_nobody_answers_says_so():
    env = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000000",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    done = opentrail("find", env=env)
    assert done.returncode not in (0, 101)
    assert "127.0.0.1:9" in done.stderr and "opentrail up" in done.stderr


def test_no_credentials_says_so(demo, tmp_path):
    nowhere = {"AWS_ENDPOINT_URL": demo.url, "HOME": str(tmp_path)}
    done = opentrail("find", env=nowhere, without=("AWS_SHARED_CREDENTIALS_FILE",))
    assert done.returncode not in (0, 101)
    assert "opentrail env" in done.stderr or "AWS_ACCESS_KEY_ID" in done.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [("unknown key", "lissen = '127.0.0.1:0'\n"), ("unknown inner key", "[limits]\nbody = 1\n"),
     ("wrong kind", "log_level = 7\n"), ("no TOML", "= =\n")],
)  # fmt: skip
def test_config_files_are_read_strictly(tmp_path, name, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    done = opentrail("up", "--config", path, "--data", tmp_path / "d", "--listen", "127.0.0.1:0")
    assert done.returncode not in (0, 101), name
    word = {"unknown key": "lissen", "unknown inner key": "body"}.get(name, "")
    assert word in done.stderr and done.stderr


BOUNDS = [
    ("limits.connections_max", 0), ("limits.request_seconds_max", 0),
    ("limits.clock_skew_minutes", 0), ("limits.body_bytes_max", 0),
    ("limits.body_bytes_max", 2 * 1024 * 1024 + 1), ("limits.head_bytes_max", 100),
    ("limits.headers_max", 0), ("limits.depth_max", 1000), ("limits.values_max", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "number"), BOUNDS)
def test_limits_that_would_serve_nobody_are_refused_by_name(tmp_path, name, number):
    """By file as by environment, and before anything is founded."""
    table, key = name.split(".")
    path = tmp_path / "config.toml"
    path.write_text(f"[{table}]\n{key} = {number}\n")
    up = ["up", "--data", tmp_path / "d", "--listen", "127.0.0.1:0"]
    variable = f"OPENTRAIL_{table}__{key}".upper()
    for done in (
        opentrail(*up, "--config", path),
        opentrail(*up, env={variable: str(number)}),
    ):
        assert done.returncode not in (0, 101), done.stdout
        assert name in done.stderr
        assert not (tmp_path / "d").exists()


def test_the_largest_body_is_allowed(make_server):
    server = make_server("--demo", env={"OPENTRAIL_LIMITS__BODY_BYTES_MAX": str(2 * 1024 * 1024)})
    server.client("sts").get_caller_identity()


def test_config_by_file_and_environment(make_server, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[limits]\nbody_bytes_max = 700\n")
    done = opentrail("up", "--config", path, "--data", tmp_path / "d", "--listen", "127.0.0.1:0",
                     env={"OPENTRAIL_LIMITS__NOTHING": "1"})  # fmt: skip
    assert done.returncode not in (0, 101) and "nothing" in done.stderr
    server = make_server("--demo", "--config", str(path))
    big = server.command(
        "import", "-", who="root", check=False, input=json.dumps({"eventName": "x" * 900})
    )
    assert big.returncode != 0 or "413" in big.stdout + big.stderr or "skipped" in big.stdout


SECRETS = [f"corpus-secret-{number:02d}-{number * 7919:06d}" for number in range(12)]


def test_no_secret_is_in_any_log_or_file(make_server, tmp_path):
    """At the loudest level, with secrets in every place where a client may put one."""
    server = make_server(
        "--demo", env={"OPENTRAIL_LOG_LEVEL": "trace", "OPENTRAIL_LOG_FORMAT": "text"}
    )
    secrets = set(SECRETS)
    for who in ("seller", "root", "buyer", "auditor"):
        secrets.add(server.keys(who)["aws_secret_access_key"])
    iam = server.client("iam", "root")
    iam.create_user(UserName="secretive")
    made = iam.create_access_key(UserName="secretive")["AccessKey"]
    secrets.add(made["SecretAccessKey"])
    for keys in (people.assumed_role(server).keys, people.federated(server).keys):
        secrets.add(keys["SecretAccessKey"])
    provider = people.web_identity(server, "idp.secret.example", "SecretRole")
    secrets.add(provider.keys["SecretAccessKey"])
    token = provider.provider.token(SECRETS[0])
    secrets.discard(SECRETS[0])  # the subject of a token is a name that events show
    secrets.add(token.rpartition(".")[2])
    server.client("sts").assume_role_with_web_identity(
        RoleArn=provider.provider.role_arn, RoleSessionName="someone", WebIdentityToken=token
    )
    metering = server.client("meteringmarketplace")
    with pytest.raises(Exception, match="ResolveCustomer"):
        metering.resolve_customer(RegistrationToken=SECRETS[1])
    wire, keys = Wire(server.port), server.keys("root")
    form = f"Action=CreateLoginProfile&Version=2010-05-08&UserName=secretive&Password={SECRETS[2]}"
    wire.ask(form_call(server, keys, "iam", form))
    for at, name in enumerate(["Authorization", "Cookie", "X-Amz-Security-Token"]):
        head = {"Host": "x", name: SECRETS[3 + at]}
        wire.ask(rendered("POST", "/", head, b"{}"))
    wire.ask(rendered("GET", f"/?X-Amz-Signature={SECRETS[6]}&X-Amz-Security-Token={SECRETS[7]}",
                      {"Host": "x"}))  # fmt: skip
    metrics = server_get(server, "/_metrics")
    server.stop()
    texts = {"log": server.output().encode(), "metrics": metrics}
    for path in server.data.rglob("*"):
        if path.is_file():
            texts[str(path)] = path.read_bytes()
    # the key file that `opentrail env` reads is the one place that may hold the demo's secrets
    found = [
        (place, secret)
        for place, text in texts.items()
        for secret in secrets
        if secret.encode() in text
    ]
    assert not found, found[:5]
    assert len(texts["log"]) > 1000, "the loudest level said nothing"


def server_get(server, path):
    return Wire(server.port).ask(rendered("GET", path, {"Host": "x"})).body
