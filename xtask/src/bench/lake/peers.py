"""The other engines of `cargo xtask bench lake`: DuckDB and chdb, each in a process of its own.

    peers.py import ENGINE CORPUS INTO   reads the log files, ends with {"seconds", "events", "megabytes"}
    peers.py questions TABLE INTO        draws the values of lookups and SQL questions from the events
    peers.py lookups ENGINE AT QUESTIONS asks for the newest fifty of each
    peers.py sql AT QUESTIONS            asks DuckDB's own Parquet

ENGINE is duckdb (its table), duckdb-parquet (its Parquet file) or chdb (its MergeTree). Every answer is
one line of JSON on standard output.
"""

import json
import pathlib
import resource
import sys
import time

CORES = 2
# the whole record in columns; what has no fixed shape stays JSON
ISSUER = "STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR)"
SESSION = (
    f"STRUCT(sessionIssuer {ISSUER}, attributes STRUCT(creationDate TIMESTAMP, mfaAuthenticated VARCHAR),"
    " webIdFederationData JSON, sourceIdentity VARCHAR, ec2RoleDelivery VARCHAR)"
)
IDENTITY = (
    "STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR,"
    f" userName VARCHAR, sessionContext {SESSION}, invokedBy VARCHAR, identityProvider VARCHAR,"
    " onBehalfOf STRUCT(userId VARCHAR, identityStoreArn VARCHAR), credentialId VARCHAR)"
)
RECORD = {
    "eventVersion": "VARCHAR",
    "userIdentity": IDENTITY,
    "eventTime": "TIMESTAMP",
    "eventSource": "VARCHAR",
    "eventName": "VARCHAR",
    "awsRegion": "VARCHAR",
    "sourceIPAddress": "VARCHAR",
    "userAgent": "VARCHAR",
    "errorCode": "VARCHAR",
    "errorMessage": "VARCHAR",
    "requestParameters": "JSON",
    "responseElements": "JSON",
    "additionalEventData": "JSON",
    "requestID": "VARCHAR",
    "eventID": "VARCHAR",
    "readOnly": "BOOLEAN",
    "resources": "STRUCT(ARN VARCHAR, ARNPrefix VARCHAR, accountId VARCHAR, type VARCHAR)[]",
    "eventType": "VARCHAR",
    "apiVersion": "VARCHAR",
    "managementEvent": "BOOLEAN",
    "recipientAccountId": "VARCHAR",
    "sharedEventID": "VARCHAR",
    "vpcEndpointId": "VARCHAR",
    "vpcEndpointAccountId": "VARCHAR",
    "serviceEventDetails": "JSON",
    "eventCategory": "VARCHAR",
    "tlsDetails": "STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR)",
    "sessionCredentialFromConsole": "VARCHAR",
}


def duckdb_connection(path=":memory:", read_only=False):
    import duckdb

    connection = duckdb.connect(str(path), read_only=read_only)
    connection.execute(f"SET threads = {CORES}")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = false")
    return connection


def duckdb_records(corpus):
    """Every record in columns.

    A log file is one line of a megabyte. DuckDB 2.0's own `read_json` takes ten times as long for such
    lines as reading them as text and parsing that, so this is what it is measured with.
    """
    structure = json.dumps({"Records": [{name: structured(kind) for name, kind in RECORD.items()}]})
    files = f"{corpus}/AWSLogs/**/*.json.gz"
    lines = (
        f"read_csv('{files}', columns = {{'line': 'VARCHAR'}}, header = false, delim = '\x01', quote = '',"
        " escape = '', max_line_size = 16777216, buffer_size = 33554432)"
    )
    return f"SELECT unnest(record) FROM (SELECT unnest(from_json(line, '{structure}').Records) AS record FROM {lines})"


def structured(kind):
    """A type as `from_json` wants it told."""
    if kind.endswith("[]"):
        return [structured(kind[:-2])]
    if kind.startswith("STRUCT("):
        members = (member.strip().split(" ", 1) for member in split(kind[len("STRUCT(") : -1]))
        return {name: structured(inner) for name, inner in members}
    return kind


def duckdb_import(corpus, into):
    connection = duckdb_connection(into)
    connection.execute(f"CREATE TABLE events AS {duckdb_records(corpus)}")
    connection.execute("CHECKPOINT")
    return connection.execute("SELECT count(*) FROM events").fetchall()[0][0]


def duckdb_parquet_import(corpus, into):
    connection = duckdb_connection()
    connection.execute(f"COPY ({duckdb_records(corpus)}) TO '{into}' (FORMAT parquet, COMPRESSION zstd)")
    return connection.execute(f"SELECT count(*) FROM '{into}'").fetchall()[0][0]


def clickhouse_type(kind):
    """A type of DuckDB in chdb's words; what may be missing is empty there, as it is faster so."""
    if kind.endswith("[]"):
        return f"Array({clickhouse_type(kind[:-2])})"
    if kind.startswith("STRUCT("):
        members = []
        for member in split(kind[len("STRUCT(") : -1]):
            name, inner = member.strip().split(" ", 1)
            members.append(f"`{name}` {clickhouse_type(inner)}")
        return f"Tuple({', '.join(members)})"
    return {"VARCHAR": "String", "JSON": "String", "BOOLEAN": "Bool", "TIMESTAMP": "DateTime"}[kind]


def split(text):
    """Splits at the commas that stand in no brackets."""
    depth, begin = 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def chdb_session(path):
    from chdb import session

    return session.Session(str(path))


def chdb_import(corpus, into):
    engine = chdb_session(into)
    columns = {name: clickhouse_type(kind) for name, kind in RECORD.items()}
    # few values: as a dictionary, the way its documentation has it
    for name in ("eventVersion", "eventSource", "eventName", "awsRegion", "errorCode", "eventType", "eventCategory"):
        columns[name] = "LowCardinality(String)"
    # this engine cannot hold NULL in a tuple's place for nothing: JSON null becomes the empty text
    table = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
    record = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
    engine.query(f"CREATE TABLE events ({table}) ENGINE = MergeTree ORDER BY eventTime")
    names = ", ".join(f"record.`{name}`" for name in columns)
    engine.query(
        f"INSERT INTO events SELECT {names} FROM ("
        f" SELECT arrayJoin(Records) AS record FROM file('{corpus}/AWSLogs/**/*.json.gz', 'JSONEachRow',"
        f" 'Records Array(Tuple({record}))'))"
        f" SETTINGS max_threads = {CORES}, input_format_json_read_objects_as_strings = 1,"
        " input_format_null_as_default = 1, input_format_skip_unknown_fields = 1,"
        " input_format_json_defaults_for_missing_elements_in_named_tuple = 1,"
        " date_time_input_format = 'best_effort', max_insert_threads = 2"
    )
    return int(str(engine.query("SELECT count() FROM events")).strip())


def run_import(engine, corpus, into):
    begun = time.perf_counter()
    events = {"duckdb": duckdb_import, "duckdb-parquet": duckdb_parquet_import, "chdb": chdb_import}[engine](
        corpus, into
    )
    seconds = time.perf_counter() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "events": events, "megabytes": megabytes}


# ---- what is asked -------------------------------------------------------------------------------

# as LookupEvents has it: one account, one Region, management events, one attribute, before a time
PLACE = ("111122223333", "us-east-1")
ATTRIBUTES = {
    "EventName": "eventName",
    "Username": "userIdentity.userName",
    "AccessKeyId": "userIdentity.accessKeyId",
    "EventSource": "eventSource",
    "ResourceName": "resource.ARN",
    "EventId": "eventID",
}
VALUES = 160
# the other engines are asked for every so many of them: enough for a median
STEP = 4
# SQL questions are asked as often, with other values each time
ROUNDS = 9


def questions(table, into):
    connection = duckdb_connection(table, read_only=True)
    account, region = PLACE
    events = f"FROM events WHERE recipientAccountId = '{account}' AND awsRegion = '{region}'"
    events += " AND eventCategory = 'Management'"

    def ask(sql):
        return [row[0] for row in connection.execute(sql).fetchall()]

    first, last = connection.execute("SELECT min(eventTime), max(eventTime) FROM events").fetchall()[0]

    asked = []

    def add(attribute, values, befores=None):
        """Notes questions; of few values every one is asked everybody."""
        step = STEP if len(values) >= 30 * STEP else 1
        for at, value in enumerate(values):
            before = befores[at] if befores else None
            asked.append({"attribute": attribute, "value": value, "before": before, "everybody": at % step == 0})

    def spread(attribute, column, source):
        """Values from the most frequent to the rarest: the head whole, the tail evenly."""
        ranked = ask(
            f"SELECT {column} {source} AND {column} IS NOT NULL AND {column} <> '' GROUP BY 1"
            f" ORDER BY count(*) DESC, 1"
        )
        head, tail = ranked[: VALUES // 2], ranked[VALUES // 2 :]
        step = max(1, -(-len(tail) // (VALUES - VALUES // 2)))
        add(attribute, head + tail[::step])

    for attribute, column in ATTRIBUTES.items():
        if attribute == "ResourceName":
            source = f"FROM (SELECT unnest(resources) AS resource {events}) WHERE true"
            spread(attribute, column, source)
        elif attribute == "EventId":
            ids = ask(f"SELECT eventID {events} ORDER BY hash(eventID) LIMIT {VALUES}")
            add(attribute, ids)
        elif attribute == "Username":
            spread(attribute, column, f"{events} AND userIdentity.type = 'IAMUser'")
        else:
            spread(attribute, column, events)
    # where an attribute has few values, other times make other questions
    befores = [
        (first + (last - first) * (turn + 30) / (VALUES + 30)).strftime("%Y-%m-%dT%H:%M:%SZ") for turn in range(VALUES)
    ]
    add("ReadOnly", [("true", "false")[turn // STEP % 2] for turn in range(VALUES)], befores)
    add("none", [""] * VALUES, befores)

    def frequent(column, condition):
        return ask(
            f"SELECT {column} FROM events WHERE {condition} AND {column} IS NOT NULL AND {column} <> ''"
            f" GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {ROUNDS}"
        )

    values = {
        "user": frequent("userIdentity.userName", "userIdentity.type = 'IAMUser'"),
        "bucket": frequent("requestParameters->>'$.bucketName'", "eventSource = 's3.amazonaws.com'"),
        "role": frequent("userIdentity.sessionContext.sessionIssuer.userName", "userIdentity.type = 'AssumedRole'"),
        "address": frequent("sourceIPAddress", "sourceIPAddress LIKE '198.%'"),
        "word": frequent(
            "regexp_extract(userIdentity.principalId, ':([a-z]+)[.]', 1)", "userIdentity.principalId LIKE '%@%'"
        ),
        "account": ["111122223333", "444455556666", "777788889999", "222233334444", "555566667777"],
        "region": ["us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2"],
        "early": [(first + (last - first) * turn / 900).strftime("%Y-%m-%d %H:%M:%S") for turn in range(ROUNDS)],
        "week": [(last - (last - first) * (91 + turn) / 1300).strftime("%Y-%m-%d %H:%M:%S") for turn in range(ROUNDS)],
    }
    pathlib.Path(into).write_text(json.dumps({"lookups": asked, "values": values}, indent=1))
    return {"lookups": len(asked)}


# ---- lookups -------------------------------------------------------------------------------------

FIELDS = {
    "EventName": "eventName",
    "Username": "userIdentity.userName",
    "AccessKeyId": "userIdentity.accessKeyId",
    "EventSource": "eventSource",
    "EventId": "eventID",
}


def where(question, resource):
    account, region = PLACE
    text = f"recipientAccountId = '{account}' AND awsRegion = '{region}' AND eventCategory = 'Management'"
    attribute, value = question["attribute"], question["value"].replace("'", "''")
    if attribute in FIELDS:
        text += f" AND {FIELDS[attribute]} = '{value}'"
    elif attribute == "ResourceName":
        text += resource.format(value)
    elif attribute == "ReadOnly":
        text += f" AND readOnly = {value}"
    return text


def lookups(engine, at, asked):
    if engine == "chdb":
        session = chdb_session(at)
        session.query(f"SET max_threads = {CORES}")
        table, resource, time_of = "events", " AND has(resources.ARN, '{}')", "parseDateTimeBestEffort('{}')"
        ask = lambda sql: session.query(sql, "ArrowStream").bytes()  # noqa: E731
        count = lambda sql: int(str(session.query(f"SELECT count() FROM ({sql})")).strip())  # noqa: E731
    else:
        connection = duckdb_connection(at, read_only=True) if engine == "duckdb" else duckdb_connection()
        table = "events" if engine == "duckdb" else f"'{at}'"
        resource = " AND list_contains(list_transform(resources, lambda r: r.ARN), '{}')"
        time_of = "TIMESTAMP '{}'"
        ask = lambda sql: connection.sql(sql).to_arrow_table()  # noqa: E731
        count = lambda sql: connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]  # noqa: E731
    figures = {}
    for turn, question in enumerate(asked):
        if not question["everybody"]:
            continue
        condition = where(question, resource)
        if question["before"]:
            condition += f" AND eventTime < {time_of.format(question['before'])}"
        sql = f"SELECT * FROM {table} WHERE {condition} ORDER BY eventTime DESC LIMIT 50"
        if turn == 0:
            # what is only done once is not what is measured
            ask(f"SELECT * FROM {table} WHERE eventName = 'GetNothing' ORDER BY eventTime DESC LIMIT 50")
        begun = time.perf_counter()
        ask(sql)
        taken = (time.perf_counter() - begun) * 1000
        row = figures.setdefault(question["attribute"], {"milliseconds": [], "rows": []})
        row["milliseconds"].append(taken)
        row["rows"].append(count(sql))
    return figures


def sql(at, asked):
    """`asked` are rounds of questions, each a name and a text."""
    connection = duckdb_connection()
    connection.execute(f"CREATE VIEW events AS SELECT * FROM '{at}'")
    figures = {}
    for question in asked:
        begun = time.perf_counter()
        try:
            table = connection.sql(question["sql"]).to_arrow_table()
        except Exception as failure:
            raise SystemExit(f"{question['name']}: {failure}\n{question['sql']}") from failure
        taken = (time.perf_counter() - begun) * 1000
        row = figures.setdefault(question["name"], {"milliseconds": [], "rows": []})
        row["milliseconds"].append(taken)
        row["rows"].append(table.num_rows)
    return figures


def main(command, *arguments):
    if command == "import":
        answer = run_import(*arguments)
    elif command == "questions":
        answer = questions(*arguments)
    elif command == "lookups":
        engine, at, asked = arguments
        answer = lookups(engine, at, json.loads(pathlib.Path(asked).read_text())["lookups"])
    elif command == "sql":
        at, asked = arguments
        answer = sql(at, json.loads(pathlib.Path(asked).read_text()))
    else:
        raise SystemExit(f"no command {command}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
