"""Records of our own, and a reading so strict that no field and no digit is lost unseen."""

import collections
import decimal
import gzip
import json
import pathlib
import re

from events import utc_now
from running import SELLER_ACCOUNT


def record(number, **members):
    """A record of our own, of today, with an id of its own."""
    moment = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAIMPORTED000000001",
            "arn": f"arn:aws:iam::{SELLER_ACCOUNT}:user/imported",
            "accountId": SELLER_ACCOUNT,
            "accessKeyId": "AKIAIMPORTED00000001",
            "userName": "imported",
        },
        "eventTime": moment,
        "eventSource": "imports.example.com",
        "eventName": f"Imported{number}",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "suite",
        "requestParameters": {"number": number},
        "responseElements": None,
        "requestID": f"00000000-0000-4000-8000-{number:012d}",
        "eventID": f"00000000-0000-4000-9000-{number:012d}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": SELLER_ACCOUNT,
        "eventCategory": "Management",
    } | members


def exact(text):
    """A hashable form of a JSON text; numbers keep every digit, true is not 1."""
    return frozen(json.loads(text, parse_float=decimal.Decimal))


def frozen(value):
    if isinstance(value, dict):
        return ("object", frozenset((key, frozen(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(frozen(item) for item in value))
    if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        return ("number", value)
    return (type(value).__name__, value)


def records_in(path):
    """The texts of all records of a file in one of the shapes that people have."""
    data = pathlib.Path(path).read_bytes()
    text = (gzip.decompress(data) if str(path).endswith(".gz") else data).decode("utf-8-sig")
    try:
        whole = json.loads(text, parse_float=Digits, parse_int=Digits)
        found = whole if isinstance(whole, list) else whole.get("Records", [whole])
    except json.JSONDecodeError:
        lines = filter(str.strip, text.splitlines())
        found = [json.loads(line, parse_float=Digits, parse_int=Digits) for line in lines]
    return [spelled(record["record"] if "record" in record else record) for record in found]


class Digits(float):
    """A number that is written again as it was read."""

    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made


def spelled(value):
    if isinstance(value, Digits):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{spelled(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spelled, value)) + "]"
    return json.dumps(value)


def counted(texts):
    """How often each record is there."""
    return collections.Counter(map(exact, texts))


def reported(printed):
    """The figures of `opentrail import`: read, new, duplicate, skipped."""
    figures = {}
    for word in ("read", "new", "duplicate", "skipped"):
        found = re.search(rf"(\d+)[a-z ]* {word}", printed) or re.search(
            rf"{word}[a-z]*\s*[:=]?\s*(\d+)", printed
        )
        assert found, f"no figure for {word!r} in:\n{printed}"
        figures[word] = int(found[1])
    return figures
