"""A real opentrail server: started, asked, stopped.

The binary is `target/debug/opentrail` unless OPENTRAIL_BIN names another. Nothing here waits
blindly: the start is over when the server says where it listens, and every look-up polls until a
deadline.
"""

import contextlib
import functools
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

import boto3
import botocore.session
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("OPENTRAIL_BIN", ROOT / "target/debug/opentrail"))
REGION = "us-east-1"
SELLER_ACCOUNT = "111122223333"
BUYER_ACCOUNT = "444455556666"
LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
ONE_SECOND = 1.0
PANIC = re.compile(r"panicked at|thread '.*' panicked|stack overflow|SIGSEGV")


class Server:
    """One process of `opentrail up` on one data folder; may be stopped and started again."""

    def __init__(self, data, *arguments, env=None, listen="127.0.0.1:0"):
        self.data = pathlib.Path(data)
        self.arguments = list(arguments)
        self.extra_env = dict(env or {})
        self.listen = listen
        self.log = pathlib.Path(str(self.data) + ".log")
        self.process = None
        self.url = None
        self.start_secs = None
        self.exports = {}

    def start(self, within=30.0):
        """Starts the process and returns once it says where it listens."""
        command = [str(BINARY), "up", "--data", str(self.data), "--listen", self.listen]
        began = time.monotonic()
        self.lines = []
        self.errors = open(self.log, "ab")
        self.process = subprocess.Popen(
            command + self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=clean_env() | self.extra_env,
            text=True,
            errors="replace",
        )
        ready = threading.Event()
        reader = threading.Thread(target=self._read, args=(self.process, ready), daemon=True)
        reader.start()
        if not ready.wait(within) or self.url is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not come up:\n{self.output()}")
        self.start_secs = time.monotonic() - began
        return self

    def _read(self, process, ready):
        self.url = None
        for line in process.stdout:
            self.lines.append(line)
            found = LISTENING.search(line)
            if found:
                self.url = found[1]
                ready.set()
        ready.set()

    def output(self):
        """Everything the server has printed and logged so far."""
        return "".join(self.lines) + self.log.read_text(errors="replace")

    def stop(self, within=10.0):
        """Ends the server as an operator would; it must drain, exit 0 and not have panicked."""
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the server ended by itself:\n{self.output()[-4000:]}")
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"SIGTERM did not end the server within {within} s") from None
        self.errors.close()
        assert code == 0, f"exit code {code} after SIGTERM:\n{self.log.read_text()[-4000:]}"
        self.assert_no_panic()

    def kill(self):
        """Ends the server as a crash would."""
        self.process.kill()
        self.process.wait()
        self.errors.close()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def assert_no_panic(self):
        text = "".join(self.lines) + self.log.read_text(errors="replace")
        found = PANIC.search(text)
        assert not found, f"the server panicked:\n{text[max(0, found.start() - 500):][:3000]}"

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def env(self, who):
        """The variables that `opentrail env WHO` exports, with this run's endpoint."""
        if who not in self.exports:
            printed = self.command("env", who, "--data", str(self.data)).stdout
            self.exports[who] = exported(printed)
            assert "AWS_ACCESS_KEY_ID" in self.exports[who], f"`env {who}` printed:\n{printed}"
        return self.exports[who] | {"AWS_ENDPOINT_URL": self.url}

    def keys(self, who):
        """The credentials of one of the demo's people, as boto3 names them."""
        env = self.env(who)
        return {
            "aws_access_key_id": env["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
        }

    def client(self, service, who="seller", region=REGION):
        """A boto3 client; `who` is a name of the demo world or a dict of credentials."""
        keys = self.keys(who) if isinstance(who, str) else as_boto3(who)
        return boto3_client(service, region, self.url, tuple(sorted(keys.items())))

    def command(self, *arguments, who=None, check=True, input=None, env=None, timeout=60):
        """Runs `opentrail …` against this server."""
        variables = clean_env() | ({"AWS_ENDPOINT_URL": self.url} if self.url else {})
        if who:
            variables |= self.variables(who)
        return finished(
            [str(BINARY), *map(str, arguments)], variables | (env or {}), check, input, timeout
        )

    def aws(self, *arguments, who="seller", check=True, env=None):
        """Runs the real AWS CLI; returns its parsed answer, or the process when not `check`."""
        tool = pathlib.Path(sys.executable).parent / "aws"
        variables = clean_env() | self.variables(who) | (env or {})
        done = finished([str(tool), *map(str, arguments)], variables, check, None, 60)
        if not check:
            return done
        return json.loads(done.stdout) if done.stdout.strip() else None

    def variables(self, who):
        """The environment in which command lines act as `who`."""
        if isinstance(who, str):
            return self.env(who)
        keys = as_boto3(who)
        names = {
            "AWS_ACCESS_KEY_ID": keys["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["aws_secret_access_key"],
            "AWS_SESSION_TOKEN": keys.get("aws_session_token"),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        return {name: value for name, value in names.items() if value}


@contextlib.contextmanager
def serving(*arguments, **settings):
    """A server on an empty data folder, for as long as the block runs."""
    with temp_folder() as folder:
        server = Server(pathlib.Path(folder) / "data", *arguments, **settings).start()
        try:
            yield server
        finally:
            if server.alive():
                server.stop()


def exported(printed):
    """The variables set by lines of the form `export NAME=value`."""
    pairs = {}
    for line in printed.splitlines():
        if line.startswith("export "):
            name, _, value = line[len("export ") :].partition("=")
            pairs[name] = "".join(shlex.split(value))
    return pairs


def clean_env():
    """This process's environment without anything that steers AWS tools or opentrail."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "OPENTRAIL_", "RUST_"))
    }
    nothing = os.devnull
    return kept | {
        "AWS_CONFIG_FILE": nothing,
        "AWS_SHARED_CREDENTIALS_FILE": nothing,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_COLOR": "1",
        "TZ": "UTC",
    }


def finished(command, env, check, input, timeout):
    done = subprocess.run(
        command, env=env, input=input, capture_output=True, text=True, timeout=timeout
    )
    if check:
        shown = " ".join(command)
        assert done.returncode == 0, f"{shown} gave {done.returncode}:\n{done.stdout}{done.stderr}"
    return done


def as_boto3(keys):
    """Credentials as STS or IAM answered them, in boto3's spelling."""
    if "aws_access_key_id" in keys:
        return keys
    spelled = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
    }
    if keys.get("SessionToken"):
        spelled["aws_session_token"] = keys["SessionToken"]
    return spelled


# one loaded botocore session: reading its models anew for every client costs more than the calls
@functools.cache
def sdk():
    os.environ.update({k: v for k, v in clean_env().items() if k.startswith("AWS_")})
    return boto3.Session(botocore_session=botocore.session.Session())


@functools.lru_cache(maxsize=256)
def boto3_client(service, region, url, keys):
    settings = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=30,
        parameter_validation=False,
        user_agent_extra="suite",
    )
    return sdk().client(
        service, region_name=region, endpoint_url=url, config=settings, **dict(keys)
    )


def wait_until(look, deadline_secs=ONE_SECOND, what="the event"):
    """Calls `look` until it gives something; fails when the deadline is over."""
    end = time.monotonic() + deadline_secs
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what} was not there within {deadline_secs} s")


def request_id(answer):
    return answer["ResponseMetadata"]["RequestId"]


def temp_folder(prefix="opentrail-"):
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
