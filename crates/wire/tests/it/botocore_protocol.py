"""Asks botocore for real requests, and how it reads our answers. One JSON object a line.

    generate SERVICE...   writes requests, outputs and faults made up from botocore's models
    parse                 reads answers from standard input, writes what botocore makes of them

Values travel in a plain form: a timestamp is its milliseconds since 1970, a blob its base64 text.
"""

import base64
import datetime
import json
import random
import sys
import types

import botocore.handlers
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict

ROUNDS = 5
DEPTH_MAX = 7
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TEXTS = [
    "a", "Alice", "zoë", "汉字 🚀", "a b+c&d=e;f%20", '"quoted" \\ <tag> & \'x\'',
    "line\nbreak\ttab", "arn:aws:iam::111122223333:user/Alice", " padded ", "0", "true", "null",
]
IN_HEADERS = ["a", "Alice", '"quoted" & <so>', "arn:aws:iam::111122223333:user/Alice", "a b+c;d%20"]
# streams of events, bodies without a payload member, hosts of their own: not spoken here
FORMS = ["query", "rest-xml"]
NOT_SPOKEN = ["SelectObjectContent", "WriteGetObjectResponse"]


def load(service):
    table = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(table, service)


class Inventor:
    """Makes up values of a shape; `full` ones for forms and XML, which cannot say "empty"."""

    def __init__(self, seed, full, fractions, fewest=0):
        self.random = random.Random(seed)
        self.full = full
        self.fractions = fractions
        self.fewest = fewest

    def value(self, shape, depth=0):
        return getattr(self, shape.type_name, self.text)(shape, depth)

    def structure(self, shape, depth):
        if getattr(shape, "is_document_type", False):
            return {"free": [1, "two", None, {"three": 3.5, "": True}], "more": {}}
        made = {}
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.random.choice(names)]
        for name in names:
            is_kept = self.random.random() < 0.6 or self.is_always(shape, name)
            if len(names) == 1 or is_kept:
                member = self.member(shape, name, depth)
                if member is not None:
                    made[name] = member
        return made if made or not self.full else None

    def is_always(self, shape, name):
        """What is required, and what botocore finds in an answer even where it is not."""
        member = shape.members[name]
        is_body = shape.serialization.get("payload") == name and member.type_name == "blob"
        is_found = is_body or name == "ContentType" or member.serialization.get("location") == "headers"
        return name in shape.required_members or is_found

    def member(self, shape, name, depth):
        member = shape.members[name]
        location = member.serialization.get("location")
        if name == "Expires" and location == "header":
            return None  # botocore makes a time of what S3 takes as it comes
        if location == "headers":
            return {"a": self.random.choice(IN_HEADERS), "x-y_z": "1"}
        if location == "header" and member.type_name == "string" and not member.enum:
            return self.random.choice(IN_HEADERS)
        if shape.serialization.get("payload") == name and member.type_name == "blob":
            return b"\x00\xff<a/>"
        return self.value(member, depth + 1)

    def list(self, shape, depth):
        if depth > DEPTH_MAX:
            return [] if not self.full else None
        count = max(self.fewest, self.random.choice([0, 1, 2, 11 if depth < 2 else 3]))
        items = (self.value(shape.member, depth + 1) for _ in range(count))
        items = [item for item in items if item is not None]
        return items if len(items) >= self.fewest else None

    def map(self, shape, depth):
        if depth > DEPTH_MAX:
            return {} if not self.full else None
        made = {}
        for _ in range(self.random.choice([1, 2, 3] if self.full else [0, 1, 3])):
            value = self.value(shape.value, depth + 1)
            if value is not None:
                made[self.text(shape.key, depth)] = value
        return made if made or not self.full else None

    def text(self, shape, depth):
        choices = getattr(shape, "enum", None) or TEXTS
        return self.random.choice(choices)

    def integer(self, shape, depth):
        return self.random.choice([0, 1, -1, 23, 24, 255, 65536, 2**31 - 1, -(2**31)])

    def long(self, shape, depth):
        return self.random.choice([0, 1, -1, 2**32, 2**53 + 1, 2**63 - 1, -(2**63)])

    def float(self, shape, depth):
        return self.random.choice([0.0, -0.25, 1.5, 1e10, 65504.0])

    def double(self, shape, depth):
        return self.random.choice([0.0, -0.25, 0.1, 1.5e300, 4.35, 5e-324])

    def boolean(self, shape, depth):
        return self.random.random() < 0.5

    def blob(self, shape, depth):
        return self.random.choice([b"", b"\x00\xff\xfe", b"text", bytes(range(256))])

    def timestamp(self, shape, depth):
        milliseconds = self.random.choice([0, 1795161600000, 1789319538000, -86400000])
        fraction = self.random.choice([0, 551, 1]) if self.fractions else 0
        return EPOCH + datetime.timedelta(milliseconds=milliseconds + fraction)


def plain(value):
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return round((value - EPOCH) / datetime.timedelta(milliseconds=1))
    return value


def send(**line):
    print(json.dumps(line))


def protocols(service_model):
    metadata = service_model.metadata
    return metadata.get("protocols", [metadata["protocol"]])


def generate(services):
    for service in services:
        service_model = load(service)
        for protocol in protocols(service_model):
            for operation in service_model.operation_names:
                model = service_model.operation_model(operation)
                if operation in NOT_SPOKEN or (service == "s3" and model.deprecated):
                    continue
                for turn in range(ROUNDS):
                    seed = f"{service} {protocol} {operation} {turn}"
                    request(service, protocol, model, seed)
                    output(service, protocol, model, seed)
            faults(service, protocol, service_model)


def request(service, protocol, model, seed):
    is_xml = protocol == "rest-xml"
    inventor = Inventor(seed, full=protocol in FORMS, fractions=False, fewest=int(is_xml))
    made = (inventor.value(model.input_shape) if model.input_shape else None) or {}
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    asked = serializer.serialize_to_request(made, model)
    prepare_request_dict(asked, "https://example.com", {})
    ready = create_request_object(asked).prepare()
    body = ready.body or b""
    body = body if isinstance(body, (bytes, bytearray)) else body.encode()
    if model.input_shape and "ContentLength" in model.input_shape.members:
        made["ContentLength"] = len(body)  # whatever was asked for, HTTP says this
    send(
        kind="request", service=service, protocol=protocol, operation=model.name,
        uri=ready.url.removeprefix("https://example.com"),
        headers=headers_of(ready, made),
        body=base64.b64encode(body).decode(), value=plain(made),
    )


def headers_of(ready, made):
    headers = {name: as_text(value) for name, value in ready.headers.items()}
    if "ContentLength" in made:
        headers["Content-Length"] = str(made["ContentLength"])
    return headers


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def output(service, protocol, model, seed):
    is_xml = protocol == "rest-xml"
    inventor = Inventor(seed, full=is_xml, fractions=not is_xml, fewest=int(is_xml))
    made = (inventor.value(model.output_shape) if model.output_shape else None) or {}
    send(kind="output", service=service, protocol=protocol, operation=model.name, value=plain(made))


def faults(service, protocol, service_model):
    known = {}
    for operation in service_model.operation_names:
        for shape in service_model.operation_model(operation).error_shapes:
            known.setdefault(shape.name, (operation, shape))
    for name, (operation, shape) in sorted(known.items()):
        inventor = Inventor(f"{service} {protocol} {name}", full=False, fractions=True)
        made = inventor.value(shape) or {}
        text = next((member for member in shape.members if member.lower() == "message"), None)
        made.pop(text, None)
        error = shape.metadata.get("error", {})
        send(
            kind="fault", service=service, protocol=protocol, operation=operation, code=name,
            wire_code=error.get("code", name),
            status=error.get("httpStatusCode", 500 if shape._shape_model.get("fault") else 400),
            text=text, value=plain(made),
        )


def parse():
    models = {}
    for line in sys.stdin:
        told = json.loads(line)
        service = told["service"]
        service_model = models.setdefault(service, None) or load(service)
        models[service] = service_model
        operation_model = service_model.operation_model(told["operation"])
        parser = botocore.parsers.create_parser(told["protocol"])
        answer = {
            "status_code": told["status"],
            "headers": HeadersDict(told["headers"]),
            "body": base64.b64decode(told["body"]),
            "context": {"operation_name": told["operation"]},
        }
        if operation_model.has_streaming_output and told["status"] < 300:
            answer["body"] = bytearray(answer["body"])  # as a stream, botocore leaves it alone
        parsed = parser.parse(answer, operation_model.output_shape)
        output_shape = operation_model.output_shape
        payload = output_shape and output_shape.serialization.get("payload")
        if parsed.get(payload) == {}:
            del parsed[payload]  # what botocore makes of no payload, too
        if told["operation"] == "GetBucketLocation" and told["status"] == 200:
            http = types.SimpleNamespace(content=answer["body"], raw=True)
            botocore.handlers.parse_get_bucket_location(parsed, http)
            parsed = {name: value for name, value in parsed.items() if value is not None}
        error = None
        if told["status"] >= 300:
            code = parsed["Error"].get("QueryErrorCode", parsed["Error"]["Code"])
            shape = service_model.shape_for_error_code(code)
            if shape is not None:
                parsed.update(parser.parse(answer, shape))
            error = parsed.pop("Error")
        metadata = parsed.pop("ResponseMetadata")
        send(value=plain(parsed), error=error, request_id=metadata.get("RequestId"))


if sys.argv[1] == "generate":
    generate(sys.argv[2:])
else:
    parse()
