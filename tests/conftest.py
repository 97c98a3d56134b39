"""The suite's servers: one demo world for all tests of a worker, and fresh ones on request."""

import itertools
import pathlib

import pytest

from running import BINARY, Server, temp_folder


def pytest_sessionstart(session):
    if not BINARY.exists() and not session.config.option.collectonly:
        pytest.exit(f"{BINARY} is not there: run `cargo build -p opentrail` first", 2)


@pytest.fixture(scope="session")
def demo():
    """A running demo world; tests use names of their own and leave its people as they are."""
    with temp_folder() as folder:
        server = Server(pathlib.Path(folder) / "data", "--demo").start()
        yield server
        server.stop()


@pytest.fixture
def make_server():
    """Starts further servers, each on an empty data folder unless one is given."""
    with temp_folder() as folder:
        servers = []

        def make(*arguments, data=None, **settings):
            data = data or pathlib.Path(folder) / f"data-{len(servers)}"
            servers.append(Server(data, *arguments, **settings).start())
            return servers[-1]

        yield make
        for server in servers:
            if server.alive():
                server.stop()


@pytest.fixture
def fresh(make_server):
    """A demo world of the test's own, whose clock may be moved."""
    return make_server("--demo")


@pytest.fixture(scope="session")
def unique():
    """Gives names that no other test uses."""
    numbers = itertools.count(1)
    return lambda stem: f"{stem}-{next(numbers)}"
