"""What the server says of itself: its health and its figures."""

import re

from raw import Wire, rendered


def get(server, path):
    return Wire(server.port).ask(rendered("GET", path, {"Host": f"127.0.0.1:{server.port}"}))


SAMPLE = re.compile(
    r'^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*\})? '
    r"([-+]?[0-9.eE+-]+|\+Inf|-Inf|NaN)( \d+)?$"
)


def figures(server):
    """The metrics as a dict from name and labels to a number; every line must parse."""
    reply = get(server, "/_metrics")
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/plain")
    found, typed = {}, set()
    for line in reply.body.decode().splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif line and not line.startswith("#"):
            assert SAMPLE.match(line), line
            name, _, number = line.rpartition(" ")
            found[name] = float(number)
            base = name.partition("{")[0]
            stem = re.sub(r"_(bucket|sum|count)$", "", base)
            assert {base, stem} & typed, f"{name} has no TYPE"
    return found


def total(found, name, *labels):
    return sum(
        number
        for key, number in found.items()
        if key.partition("{")[0] == name and all(label in key for label in labels)
    )
