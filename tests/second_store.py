"""A second S3 that is not ours: moto's server, and a wire to it that can be cut.

Moto forgets everything when it ends, so it runs on, and what goes down is the way to it: a small
TCP forwarder. What a test wants to see meanwhile, it asks moto directly.
"""

import pathlib
import socket
import subprocess
import threading

import pytest

from running import ROOT, boto3_client, clean_env, wait_until

MOTO = pathlib.Path(ROOT / "target/venv-moto/bin/moto_server")
# any key will do: moto lets everybody in
KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "not-a-secret"}


class Moto:
    """Moto's server in a process of its own, on a free port."""

    def __init__(self):
        if not MOTO.exists():
            pytest.skip("target/venv-moto is not there: `cargo ci` makes it")
        self.port = free_port()
        self.process = subprocess.Popen(
            [str(MOTO), "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_env(),
        )
        self.url = f"http://127.0.0.1:{self.port}"
        wait_until(self.listens, 60.0, "moto")

    def listens(self):
        assert self.process.poll() is None, "moto ended by itself"
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def s3(self):
        return boto3_client("s3", "us-east-1", self.url, tuple(sorted(KEYS.items())))

    def stop(self):
        self.process.kill()
        self.process.wait()


def free_port():
    """A port found and freed: moto cannot be asked for one."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Forwarder:
    """Passes TCP connections on to a port, as long as it is up.

    `refused` is a text: a connection on which a client sends it is cut, everything else passes.
    Of `watched`, another text, `noticed` tells as soon as it comes by.
    """

    def __init__(self, target):
        self.target, self.port = target, None
        self.refused, self.watched, self.noticed = None, None, threading.Event()
        self.listener, self.open, self.lock = None, set(), threading.Lock()
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Listens, on the same port as before."""
        self.listener = socket.create_server(("127.0.0.1", self.port or 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        """Listens no more and cuts every connection in the middle of what it does."""
        shut(self.listener)
        self.listener.close()
        with self.lock:
            for one in self.open:
                shut(one)

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            with self.lock:
                self.open |= {client, server}
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, sink, from_client):
        try:
            while data := source.recv(65536):
                if from_client and self.watched and self.watched.encode() in data:
                    self.noticed.set()
                if from_client and self.refused and self.refused.encode() in data:
                    break
                sink.sendall(data)
        except OSError:
            pass
        shut(source)
        shut(sink)
        with self.lock:
            self.open -= {source, sink}


def shut(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def configuration(folder, url, bucket_pattern, **trails):
    """Writes a configuration whose trails deliver to a store of the user's own."""
    lines = [f"{name} = {value}" for name, value in trails.items()]
    text = "\n".join(
        [
            'regions = ["us-east-1", "eu-west-1"]',
            "[trails]",
            *lines,
            "[[stores]]",
            f'buckets = ["{bucket_pattern}"]',
            f'endpoint = "{url}"',
            f'access_key_id = "{KEYS["aws_access_key_id"]}"',
            f'secret_access_key = "{KEYS["aws_secret_access_key"]}"',
        ]
    )
    path = pathlib.Path(folder) / "opentrail.toml"
    path.write_text(text + "\n")
    return path
