"""Servers that are not ours: moto's, behind a door that can be shut, and a listener for posts."""

import contextlib
import http.server
import socket
import subprocess
import threading
import urllib.request

import boto3
from botocore.config import Config

from running import ROOT, clean_env, wait_until

MOTO = ROOT / "target/venv-moto/bin/moto_server"
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "swordfish"}


@contextlib.contextmanager
def moto():
    """Moto's server on a port of its own; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(MOTO), "-H", "127.0.0.1", "-p", str(port)],
        env=clean_env(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/moto-api/"), 60, "moto's server")
        yield port
    finally:
        process.kill()
        process.wait()


def answers(url):
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status == 200
    return False


def moto_client(service, port, region="us-east-1"):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{port}",
        config=Config(retries={"total_max_attempts": 1}),
        **KEYS,
    )


class Door:
    """Forwards connections to a port for as long as it is open; shut, it takes none."""

    def __init__(self, to):
        self.to, self.listener = to, None
        self.port = None
        self.open()

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port or 0))
        self.port = self.listener.getsockname()[1]
        self.inside = []
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def shut(self):
        """Ends every connection and takes no more."""
        for end in [self.listener, *self.inside]:
            # most have ended already
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            self.inside += [near, far]
            for pair in [(near, far), (far, near)]:
                threading.Thread(target=carry, args=pair, daemon=True).start()


def carry(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


class Post:
    """What came in one post."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body


class Listener:
    """An endpoint of a subscriber: keeps what is posted and answers as it is told."""

    def __init__(self):
        self.posts, self.answers, self.location = [], [], None
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.posts.append(Post(self.path, self.headers, body.decode()))
                status = listener.answers.pop(0) if listener.answers else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if listener.location:
                    self.send_header("Location", listener.location)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def wait(self, count, deadline_secs=30.0):
        """Returns the posts once there are as many."""
        wait_until(lambda: len(self.posts) >= count, deadline_secs, f"post {count}")
        return self.posts

    def close(self):
        self.server.shutdown()
        self.server.server_close()
