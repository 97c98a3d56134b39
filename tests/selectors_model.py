"""A second reading of the selectors' rules.

Written from the rules, not from the server's code: what it answers for a set of selectors is either
the problems that make it invalid, or which events it picks. Slow and plain on purpose.
"""

import re

BASIC_TYPES = ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"]
LISTED_TYPES = [
    *BASIC_TYPES, "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::S3Express::Object",
    "AWS::Events::EventBus", "AWS::Quicksight::ActionConnector", "AWS::XRay::Trace",
]  # fmt: skip
NETWORK_SOURCES = ["ec2.amazonaws.com", "kms.amazonaws.com", "s3.amazonaws.com",
                   "cloudtrail.amazonaws.com", "workmailmessageflow.amazonaws.com"]  # fmt: skip
EXCLUDABLE = ["kms.amazonaws.com", "rdsdata.amazonaws.com"]

# ------------------------------------------------------------------ what an event says

TRUTH = {True: True, False: False, "true": True, "false": False}


def text(value):
    """A member that is a text with something in it; anything else says nothing."""
    return value if isinstance(value, str) and value else None


def truth(value):
    return TRUTH.get(value) if isinstance(value, (bool, str)) else None


def category(event):
    said = text(event.get("eventCategory"))
    if said:
        return said
    return "Data" if truth(event.get("managementEvent")) is False else "Management"


def field_value(event, field):
    """The value of a field that is not one of a resource, or None."""
    if field == "eventCategory":
        return category(event)
    if field in ("readOnly", "sessionCredentialFromConsole"):
        return {True: "true", False: "false", None: None}[truth(event.get(field))]
    if field == "userIdentity.arn":
        identity = event.get("userIdentity")
        return text(identity.get("arn")) if isinstance(identity, dict) else None
    return text(event.get(field))


def touched(event):
    """Pairs of type and ARN of the event's resources; a listing has a prefix for an ARN."""
    listed = event.get("resources")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield text(one.get("type")), text(one.get("ARN")) or text(one.get("ARNPrefix"))


# ------------------------------------------------------------------ which events are picked

POSITIVE = {"Equals": str.__eq__, "StartsWith": str.startswith, "EndsWith": str.endswith}
NEGATIVE = {"Not" + name: compare for name, compare in POSITIVE.items()}
OPERATORS = [*POSITIVE, *NEGATIVE]


def holds(condition, value):
    """Positive operators are or-ed, negative ones and-ed, both groups must hold."""
    positive = [(POSITIVE[op], wanted) for op in POSITIVE for wanted in condition.get(op, [])]
    negative = [(NEGATIVE[op], banned) for op in NEGATIVE for banned in condition.get(op, [])]
    if value is None:
        return not positive
    if positive and not any(compare(value, wanted) for compare, wanted in positive):
        return False
    return all(not compare(value, banned) for compare, banned in negative)


def advanced_picks(selector, event):
    conditions = {condition["Field"]: condition for condition in selector["FieldSelectors"]}
    of_type = conditions.pop("resources.type", None)
    of_arn = conditions.pop("resources.ARN", None)
    for field, condition in conditions.items():
        if not holds(condition, field_value(event, field)):
            return False
    if of_type is None:
        return True
    arns = [arn for kind, arn in touched(event) if holds(of_type, kind)]
    return any(of_arn is None or holds(of_arn, arn) for arn in arns)


def covers(kind, value, arn):
    """A basic value is a beginning; only the ARN of a function is exact."""
    if arn is None:
        return False
    whole = re.fullmatch("arn:aws(-[a-z-]*)?:lambda", value)
    return arn == value if kind == "AWS::Lambda::Function" and not whole else arn.startswith(value)


def basic_picks(selector, event):
    wanted = {"ReadOnly": [True], "WriteOnly": [False]}.get(selector.get("ReadWriteType", "All"))
    if wanted and truth(event.get("readOnly")) not in wanted:
        return False
    if category(event) == "Management":
        excluded = selector.get("ExcludeManagementEventSources", [])
        included = selector.get("IncludeManagementEvents", True)
        return included and text(event.get("eventSource")) not in excluded
    if category(event) != "Data":
        return False
    return any(
        kind == data["Type"] and covers(kind, value, arn)
        for kind, arn in touched(event)
        for data in selector.get("DataResources", [])
        for value in data.get("Values", [])
    )


def picks(selectors, event, basic):
    """Whether a trail with these (valid) selectors delivers the event."""
    one = basic_picks if basic else advanced_picks
    return any(one(selector, event) for selector in selectors)


# ------------------------------------------------------------------ which selectors are valid

OURS = None  # a problem whose wording AWS does not show
NO_ADVANCED = "Specify between 1 and 500 selectors for your trail."
NO_BASIC = "Specify a valid number of selectors (1 to 5) for your trail"
BAD_TYPE = "The resources.type field value is not valid."
ANY = frozenset(OPERATORS)
EXACT = frozenset(["Equals"])
EITHER = frozenset(["Equals", "NotEquals"])

DATA_FIELDS = {"resources.type": EXACT, "readOnly": EXACT, "eventName": ANY, "resources.ARN": ANY,
               "eventSource": ANY, "eventType": ANY, "userIdentity.arn": ANY,
               "sessionCredentialFromConsole": EITHER}  # fmt: skip
NETWORK_FIELDS = {"eventSource": EXACT, "eventName": ANY, "vpcEndpointId": ANY, "errorCode": EXACT}
FIELDS = {
    ("Management", False): {"readOnly": EXACT, "eventSource": frozenset(["NotEquals"])},
    ("Management", True): {"readOnly": EXACT, "eventSource": ANY, "eventName": ANY,
                           "eventType": ANY, "userIdentity.arn": ANY,
                           "sessionCredentialFromConsole": EITHER},
    ("Data", False): DATA_FIELDS,
    ("Data", True): DATA_FIELDS,
    ("NetworkActivity", False): NETWORK_FIELDS | {"userIdentity.arn": ANY},
    ("NetworkActivity", True): NETWORK_FIELDS,
    ("Insight", True): {},
    ("ConfigurationItem", True): {},
    ("Evidence", True): {},
    ("ActivityAuditLog", True): {},
}  # fmt: skip
REQUIRED = {"Data": ["resources.type"], "NetworkActivity": ["eventSource"]}


def is_texts(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def shape_problems(selectors, members):
    """Problems of form: a list of objects that have these members, each of its kind."""
    for selector in selectors:
        for name, value in selector.items():
            if name not in members or not members[name](value):
                yield OURS


def advanced_problems(selectors, store):
    if not 1 <= len(selectors) <= 500:
        yield NO_ADVANCED
    of_selector = {"Name": lambda v: isinstance(v, str), "FieldSelectors": is_conditions}
    formal = list(shape_problems(selectors, of_selector))
    if formal or any("FieldSelectors" not in selector for selector in selectors):
        yield OURS
        return
    values = 0
    for selector in selectors:
        conditions = selector["FieldSelectors"]
        values += sum(len(c.get(op, [])) for c in conditions for op in OPERATORS)
        if len(selector.get("Name", "")) > 1000:
            yield OURS
        if len({condition["Field"] for condition in conditions}) < len(conditions):
            yield OURS
        yield from selector_problems(conditions, store)
    if values > 500:
        yield OURS


def is_conditions(value):
    def is_condition(one):
        operators = {name: value for name, value in one.items() if name != "Field"}
        return isinstance(one.get("Field"), str) and all(
            name in OPERATORS and is_texts(value) and value for name, value in operators.items()
        )

    return isinstance(value, list) and all(isinstance(c, dict) and is_condition(c) for c in value)


def selector_problems(conditions, store):
    named = [condition["Field"] for condition in conditions]
    if "eventCategory" not in named:
        yield "The following fields are required: [eventCategory]."
        return
    said = conditions[named.index("eventCategory")]
    kind = said.get("Equals", [""])[0]
    fields = FIELDS.get((kind, store))
    if set(said) != {"Field", "Equals"} or len(said["Equals"]) != 1 or fields is None:
        yield OURS
        return
    for required in REQUIRED.get(kind, []):
        if required not in named:
            yield f"The following fields are required: [{required}]."
    for condition in conditions:
        if condition["Field"] != "eventCategory":
            yield from condition_problems(condition, kind, fields, store)
    if any(c["Field"] == "resources.type" and "AWS::Lambda::Function" in c.get("Equals", [])
           for c in conditions):  # fmt: skip
        yield from function_problems(conditions)


def condition_problems(condition, kind, fields, store):
    field = condition["Field"]
    used = {op: condition[op] for op in OPERATORS if op in condition}
    values = [value for listed in used.values() for value in listed]
    if field not in fields or not used or not set(used) <= fields[field]:
        yield OURS
        return
    if any(not 1 <= len(value) <= 2048 for value in values):
        yield OURS
    allowed = None
    if field == "readOnly":
        allowed = ["true", "false"]
    elif field == "sessionCredentialFromConsole":
        allowed = ["true"]
    elif field == "errorCode":
        allowed = ["VpceAccessDenied"]
    elif field == "eventSource" and kind == "Management" and not store:
        allowed = EXCLUDABLE
    elif field == "eventSource" and kind == "NetworkActivity":
        allowed = NETWORK_SOURCES
    if allowed and any(value not in allowed for value in values):
        yield OURS
    if field == "resources.type" and any(value not in LISTED_TYPES for value in values):
        yield BAD_TYPE
    single = field == "resources.type" or (field == "eventSource" and kind == "NetworkActivity")
    if single and len(values) > 1:
        yield OURS


def function_problems(conditions):
    """A function's exact ARN has seven parts; an eighth is a version or an alias."""
    for condition in conditions:
        if condition["Field"] == "resources.ARN":
            for arn in condition.get("Equals", []) + condition.get("NotEquals", []):
                if arn.count(":") >= 7:
                    yield (f"The specified ARN {arn} is not valid. "
                           "Verify that the ARN is properly formatted.")  # fmt: skip


PARTITION = "arn:aws(?:-[a-z-]*)?:"
PLAIN = "[A-Za-z0-9._-]+"
BASIC_VALUES = {
    "AWS::S3::Object": rf"{PARTITION}s3(:::|:::{PLAIN}/(?s:.*))?",
    "AWS::Lambda::Function": rf"{PARTITION}lambda(:{PLAIN}:{PLAIN}:function:{PLAIN})?",
    "AWS::DynamoDB::Table": rf"{PARTITION}dynamodb(:{PLAIN}:{PLAIN}:table/{PLAIN})?",
}


def is_resources(value):
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and set(one) <= {"Type", "Values"}
        and isinstance(one.get("Type", ""), str)
        and is_texts(one.get("Values", []))
        for one in value
    )


def basic_problems(selectors):
    if not 1 <= len(selectors) <= 5:
        yield NO_BASIC
    members = {
        "ReadWriteType": lambda value: isinstance(value, str),
        "IncludeManagementEvents": lambda value: isinstance(value, bool),
        "DataResources": is_resources,
        "ExcludeManagementEventSources": is_texts,
    }
    formal = list(shape_problems(selectors, members))
    if formal:
        yield OURS
        return
    counted = 0
    for selector in selectors:
        kind = selector.get("ReadWriteType", "All")
        if kind not in ("ReadOnly", "WriteOnly", "All"):
            yield f"Value {kind} for ReadWriteType is invalid."
        if not set(selector.get("ExcludeManagementEventSources", [])) <= set(EXCLUDABLE):
            yield OURS
        for data in selector.get("DataResources", []):
            if data.get("Type") not in BASIC_VALUES:
                yield OURS
                continue
            for value in data.get("Values", []):
                if not re.fullmatch(BASIC_VALUES[data["Type"]], value):
                    yield f"Value {value} for DataResources.Values is invalid."
                counted += not re.fullmatch(PARTITION + "(s3|s3:::|lambda|dynamodb)", value)
    if counted > 250:
        yield OURS


def problems(selectors, basic, store=False):
    """Why AWS would refuse the set; empty when it is valid."""
    return list(basic_problems(selectors) if basic else advanced_problems(selectors, store))
