"""What people see: colours and progress on a real terminal, and neither anywhere else."""

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading

import pytest

from records import record
from running import BINARY, clean_env

COLOUR = re.compile(r"\x1b\[[0-9;]+m")
ESCAPE = "\x1b"
# how far the bar is: `1.20 MiB/4.00 MiB`
POSITION = re.compile(r"([\d.]+ (?:[KM]i)?B)/[\d.]+ (?:[KM]i)?B")


class Screen:
    """A terminal of 120 columns, and everything that is written to it."""

    def __init__(self):
        self.end, self.tty = pty.openpty()
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.bytes = b""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        # the other end's last writer being gone is an error here, not an end
        with contextlib.suppress(OSError):
            while data := os.read(self.end, 65536):
                self.bytes += data

    def text(self):
        os.close(self.tty)
        self.reader.join(10)
        os.close(self.end)
        return self.bytes.decode()


def on_screen(arguments, variables, out=True, err=True, no_color=None):
    """Runs opentrail with stdout, stderr or both on a terminal; returns what each of them got."""
    environment = clean_env() | variables | {"TERM": "xterm-256color"}
    del environment["NO_COLOR"]
    if no_color is not None:
        environment["NO_COLOR"] = no_color
    screens = [Screen() if wanted else None for wanted in (out, err)]
    done = subprocess.Popen(
        [BINARY, *map(str, arguments)], env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=screens[0].tty if out else subprocess.PIPE,
        stderr=screens[1].tty if err else subprocess.PIPE,
    )  # fmt: skip
    piped = done.communicate(timeout=60)
    texts = [screen.text() if screen else text for screen, text in zip(screens, piped, strict=True)]
    assert done.returncode == 0, texts
    return texts


@pytest.fixture(scope="module")
def told(demo):
    """A call that went well and one that did not; who may find them."""
    demo.client("license-manager").list_license_configurations()
    denied = demo.aws(
        "license-manager", "create-license-configuration", "--name", "x",
        "--license-counting-type", "vCPU", who="auditor", check=False,
    )  # fmt: skip
    assert denied.returncode != 0
    return demo.variables("root")


@pytest.fixture
def many(tmp_path):
    """A log file that takes long enough to import for a bar to be worth it."""
    rows = [record(number, eventName=os.urandom(4).hex()) for number in range(6_000)]
    for row in rows:
        row["eventID"] = os.urandom(16).hex()
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"Records": rows}))
    return path


def test_find_is_coloured_on_a_terminal(told):
    out, err = on_screen(["find", "--limit", "1000"], told)
    assert "\x1b[1mTIME (UTC)" in out
    assert "\x1b[32mok\x1b[0m" in out
    assert "\x1b[31mAccessDenied" in out
    assert "events" in err and "panicked" not in err


def test_lines_end_with_the_plain_colour(told):
    out, _ = on_screen(["find", "--limit", "20"], told)
    for line in out.splitlines():
        colours = COLOUR.findall(line)
        assert not colours or colours[-1] == "\x1b[0m", line


@pytest.mark.parametrize("no_color", ["1", "true"])
def test_find_has_no_colours_where_they_are_not_wanted(told, no_color):
    out, err = on_screen(["find"], told, no_color=no_color)
    assert "TIME (UTC)" in out and "AccessDenied" in out
    assert ESCAPE not in out + err


def test_find_has_no_colours_in_a_pipe(told):
    out, err = on_screen(["find"], told, out=False)
    assert "TIME (UTC)" in out and "AccessDenied" in out
    assert ESCAPE not in out + err


def test_records_are_never_coloured(told):
    out, _ = on_screen(["find", "--json", "--limit", "5"], told)
    assert ESCAPE not in out
    assert all(json.loads(line)["eventName"] for line in out.splitlines())


def test_an_empty_no_color_asks_for_nothing(told):
    """no-color.org: only a value that is not empty takes the colours away."""
    out, _ = on_screen(["find"], told, no_color="")
    assert COLOUR.search(out)


def test_an_import_shows_how_far_it_is(demo, many):
    out, err = on_screen(["import", many], demo.variables("root"))
    assert "6000 read: 6000 new, 0 duplicate, 0 skipped" in out
    assert "█" in err and "left" in err
    # it moves inside of a file, too
    assert len(set(POSITION.findall(err))) >= 4, err
    # and is gone in the end: the last thing done to its line is to clear it
    assert err.endswith("\r\x1b[2K")


def test_an_import_is_silent_where_nobody_looks(demo, many):
    out, err = on_screen(["import", many], demo.variables("root"), err=False)
    assert "6000 new" in out and err == ""
    out, err = on_screen(["import", many], demo.variables("root"), out=False, err=False)
    assert "6000 duplicate" in out and err == ""
    assert ESCAPE not in out


def test_an_imports_bar_has_no_colours(demo, many):
    out, err = on_screen(["import", many], demo.variables("root"), no_color="1")
    assert "6000 new" in out
    assert not COLOUR.search(out + err)


def test_what_is_skipped_is_told_beside_the_bar(demo, tmp_path, many):
    with many.open("a") as file:
        file.write("\n{broken")
    _, err = on_screen(["import", many], demo.variables("root"))
    assert "skipped in" in err and "many.json" in err


COMMANDS = [
    [], ["up"], ["env"], ["demo"], ["run"], ["find"], ["show"], ["tail"], ["import"], ["clock"],
    ["sql"], ["report"], ["connect"],
    ["clock", "show"], ["clock", "set"], ["clock", "advance"],
]  # fmt: skip


@pytest.mark.parametrize("form", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_text_and_no_markup(command, form):
    done = subprocess.run(
        [BINARY, *command, form], env=clean_env(), capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0 and done.stderr == ""
    assert "`" not in done.stdout
    assert "<http" not in done.stdout and "](" not in done.stdout
    assert ESCAPE not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_help_without_colours_on_a_terminal(told):
    out, _ = on_screen(["find", "--help"], {}, no_color="1")
    assert "Usage" in out and ESCAPE not in out
