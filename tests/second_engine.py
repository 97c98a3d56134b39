"""DuckDB over the raw log files: a second engine for queries in our dialect.

It reads the same files without opentrail, into the columns that `events` has, and takes queries
through sqlglot from Trino's language to its own. Where both give the same rows, the engines agree;
whether the query is right, the planted rows say.
"""

import decimal
import gzip
import json
import pathlib

import sqlglot

TEXTS = [
    "eventVersion", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
    "errorCode", "errorMessage", "requestID", "eventID", "eventType", "recipientAccountId",
    "eventCategory", "sessionCredentialFromConsole",
]  # fmt: skip
OBJECTS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]
ISSUER = "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR)"
ATTRIBUTES = "STRUCT(creationdate VARCHAR, mfaauthenticated VARCHAR)"
SESSION = f"STRUCT(attributes {ATTRIBUTES}, sessionissuer {ISSUER})"
IDENTITY = (
    "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, accesskeyid VARCHAR,"
    f" username VARCHAR, invokedby VARCHAR, sessioncontext {SESSION})"
)


def lowered(value):
    """An object with its names in lower case, at every depth."""
    if isinstance(value, dict):
        return {name.lower(): lowered(inner) for name, inner in value.items()}
    return value


def row(event):
    """The columns of one event, as the table `events` has them."""
    columns = {name.lower(): event.get(name) for name in TEXTS}
    columns["eventtime"] = event["eventTime"].rstrip("Z").replace("T", " ")
    columns["readonly"] = event.get("readOnly")
    for name in OBJECTS:
        columns[name.lower()] = json.dumps(event[name]) if event.get(name) is not None else None
    columns["useridentity"] = lowered(event["userIdentity"])
    return columns


def load(connection, folder, scratch):
    """Makes the table `events` of all log files below a folder."""
    with open(scratch, "w") as file:
        for path in sorted(pathlib.Path(folder).rglob("*.json.gz")):
            for event in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
                file.write(json.dumps(row(event)) + "\n")
    columns = {name.lower(): "VARCHAR" for name in [*TEXTS, *OBJECTS]}
    columns |= {"eventtime": "TIMESTAMP", "readonly": "BOOLEAN", "useridentity": IDENTITY}
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    connection.execute(
        f"CREATE TABLE events AS FROM read_json('{scratch}', format='newline_delimited',"
        f" columns={{{kinds}}})"
    )


def transpiled(query):
    """A query of ours as DuckDB understands it."""
    return sqlglot.transpile(query, read="trino", write="duckdb")[0]


def rows(connection, query):
    """The rows of a query in our dialect, every value a text or None."""
    found = connection.execute(transpiled(query))
    names = [column[0] for column in found.description]
    return [dict(zip(names, map(text, line), strict=True)) for line in found.fetchall()]


def text(value):
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return None if value is None else str(value)
