"""Events and sets of selectors to try: valid ones, ones at a limit, and odd ones of every kind."""

from selectors_model import (
    BASIC_TYPES,
    EXCLUDABLE,
    FIELDS,
    LISTED_TYPES,
    NETWORK_SOURCES,
    OPERATORS,
    POSITIVE,
    REQUIRED,
)

UNLISTED_TYPES = [
    "AWS::IAM::Role", "AWS::S3::Bucket", "AWS::S3::object", "AWS::S3::Object ", "AWS::Ѕ3::Object",
    "AWS::QuickSight::ActionConnector", "S3::Object", "*", "AWS",
]  # fmt: skip

# ------------------------------------------------------------------ events to try

NAMES = ["PutObject", "GetObject", "ListObjects", "DeleteObjects", "Invoke", "PutItem", "GetItem",
         "Publish", "StopLogging", "PutEventSelectors", "Decrypt", "CreateUser", "RunInstances",
         "ExecuteStatement", "PutObjec\u0301t", "PutObjéct", "ＰutObject", "putobject", "P"]  # fmt: skip
SOURCES = ["s3.amazonaws.com", "lambda.amazonaws.com", "dynamodb.amazonaws.com",
           "kms.amazonaws.com", "rdsdata.amazonaws.com", "cloudtrail.amazonaws.com",
           "ec2.amazonaws.com", "KMS.amazonaws.com", "kms.amazonaws.com\u200b"]  # fmt: skip
EVENT_TYPES = ["AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn", "AwsVpceEvent"]
CALLERS = ["arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:user/anna2",
           "arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:assumed-role/Role/anna",
           "arn:aws:iam::111122223333:user/аnna"]  # fmt: skip
ENDPOINTS = ["vpce-1", "vpce-12", "vpce-2"]
ERRORS = ["VpceAccessDenied", "AccessDenied", "vpceaccessdenied"]
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:hello"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/users"
ARNS = {
    "AWS::S3::Object": ["arn:aws:s3:::logs/a.gz", "arn:aws:s3:::logs/2026/a.gz",
                        "arn:aws:s3:::logs2/a.gz", "arn:aws:s3:::media/é.jpg",
                        "arn:aws:s3:::media/e\u0301.jpg", "arn:aws:s3:::logs/",
                        "arn:aws:s3:::logs/*", "arn:aws-cn:s3:::logs/a.gz"],
    "AWS::Lambda::Function": [FUNCTION, FUNCTION + "2", FUNCTION + ":1", FUNCTION + ":live"],
    "AWS::DynamoDB::Table": [TABLE, TABLE + "2", "arn:aws:dynamodb:eu-west-1:1:table/x"],
    "AWS::SNS::Topic": ["arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sns:us-east-1:1:t.fifo"],
    "AWS::S3::Bucket": ["arn:aws:s3:::logs", "arn:aws:s3:::media"],
}  # fmt: skip
ODD = [None, 7, "", [], {}, True, "true"]


def maybe(rng, share, event, name, value):
    """Sets the member in this share of the events; a few get a value of a wrong kind."""
    if rng.random() < share:
        event[name] = rng.choice(ODD) if rng.random() < 0.02 else value


def make_resource(rng, kind):
    resource = {}
    maybe(rng, 0.7, resource, "accountId", "111122223333")
    maybe(rng, 0.97, resource, "type", kind)
    arns = ARNS.get(kind, ARNS["AWS::SNS::Topic"])
    prefix = rng.random() < 0.15
    maybe(rng, 0.97, resource, "ARNPrefix" if prefix else "ARN", rng.choice(arns))
    if rng.random() < 0.03:
        maybe(rng, 1, resource, "ARNPrefix", rng.choice(arns))
    return resource


def make_event(rng, number):
    """A record as opentrail and AWS write them, with the members that selectors look at."""
    kind = rng.choices(["Data", "Management", "NetworkActivity", "Insight", "data"],
                       [55, 30, 12, 2, 1])[0]  # fmt: skip
    event = {"eventVersion": "1.11"}
    identity = {"type": "IAMUser", "principalId": "AIDAEXAMPLE0000000001"}
    maybe(rng, 0.85, identity, "arn", rng.choice(CALLERS))
    maybe(rng, 0.97, event, "userIdentity", identity)
    event["eventTime"] = "2026-11-20T08:00:00Z"
    sources = NETWORK_SOURCES if kind == "NetworkActivity" else SOURCES
    maybe(rng, 0.98, event, "eventSource", rng.choice(sources))
    event["eventName"] = rng.choice(NAMES)
    maybe(rng, 0.6 if kind == "NetworkActivity" else 0.1, event, "errorCode", rng.choice(ERRORS))
    event |= {"requestParameters": None, "responseElements": None}
    event["eventID"] = f"00000000-0000-4000-8000-{number:012x}"
    read_only = rng.choice([True, False, True, False, "true", "false"])
    maybe(rng, 0.05 if kind == "NetworkActivity" else 0.9, event, "readOnly", read_only)
    if kind == "Data" or rng.random() < 0.2:
        maybe(rng, 0.95, event, "resources", make_resources(rng))
    maybe(rng, 0.97, event, "eventType", rng.choice(EVENT_TYPES))
    maybe(rng, 0.9, event, "managementEvent", kind == "Management")
    maybe(rng, 0.5 if kind == "NetworkActivity" else 0.1, event, "vpcEndpointId",
          rng.choice(ENDPOINTS))  # fmt: skip
    maybe(rng, 0.9, event, "eventCategory", kind)
    maybe(rng, 0.2, event, "sessionCredentialFromConsole", "true")
    return event


def make_resources(rng):
    kinds = rng.choices([*BASIC_TYPES, "AWS::SNS::Topic", "AWS::SQS::Queue"], [5, 2, 2, 1, 1],
                        k=rng.choice([1, 1, 1, 2, 3]))  # fmt: skip
    if kinds[0] == "AWS::S3::Object" and rng.random() < 0.8:
        kinds.append("AWS::S3::Bucket")
    resources = [make_resource(rng, kind) for kind in kinds]
    if rng.random() < 0.02:
        resources.insert(0, rng.choice(ODD))
    return resources


# ------------------------------------------------------------------ selectors to try

LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "ο", "s": "ѕ", "P": "Ｐ", "c": "ⅽ"})


def alike(rng, value):
    """A text that a person may take for this one."""
    return rng.choice([
        value.translate(LOOKALIKES), value.upper(), value.lower(), value + " ", " " + value,
        value + "\u200b", value + "\u0000", value + "*", value.replace("é", "e\u0301"), value[1:],
    ])  # fmt: skip


def part(rng, operator, value):
    """The value itself, or the beginning or end of it that the operator could be used with."""
    cut = rng.randrange(1, len(value) + 1)
    if operator.endswith("StartsWith"):
        return value[:cut]
    if operator.endswith("EndsWith"):
        return value[-cut:]
    return value


def value_for(rng, field, operator, kind, store, resource):
    pools = {
        "readOnly": ["true", "false"],
        "sessionCredentialFromConsole": ["true"],
        "errorCode": ["VpceAccessDenied"],
        "eventName": NAMES,
        "eventType": EVENT_TYPES,
        "userIdentity.arn": CALLERS,
        "vpcEndpointId": ENDPOINTS,
        "resources.type": [resource],
        "resources.ARN": ARNS.get(resource, ARNS["AWS::SNS::Topic"]),
        "eventSource": SOURCES,
        "eventCategory": [kind],
    }
    if field == "eventSource" and kind == "NetworkActivity":
        pools[field] = NETWORK_SOURCES
    elif field == "eventSource" and kind == "Management" and not store:
        pools[field] = EXCLUDABLE
    free = field not in ("readOnly", "sessionCredentialFromConsole", "errorCode", "eventSource",
                         "resources.type", "eventCategory")  # fmt: skip
    value = rng.choice(pools.get(field, NAMES))
    if free and rng.random() < 0.1:
        value = alike(rng, value) or value
    if free or (field == "eventSource" and kind == "Data"):
        return part(rng, operator, value)
    return value


def make_condition(rng, field, allowed, kind, store, resource):
    single = field == "resources.type" or (field == "eventSource" and kind == "NetworkActivity")
    most = 1 if single else min(len(allowed), 3)
    condition = {"Field": field}
    for operator in rng.sample(sorted(allowed), rng.choice(range(1, most + 1))):
        count = 1 if single else rng.choice([1, 1, 2, 3])
        condition[operator] = [
            value_for(rng, field, operator, kind, store, resource) for _ in range(count)
        ]
    if field not in ("resources.type", "eventCategory") and rng.random() < 0.05:
        clash(condition, allowed)
    return condition


def clash(condition, allowed):
    """Asks for a value and rules the same one out."""
    for operator in POSITIVE:
        if operator in condition and "Not" + operator in allowed:
            condition["Not" + operator] = list(condition[operator])


def make_advanced(rng, store):
    """One valid advanced selector, most of the time."""
    kinds = [kind for kind, of_store in FIELDS if of_store == store]
    kind = rng.choices(kinds, [{"Data": 12, "Management": 4, "NetworkActivity": 4}.get(kind, 0.5)
                               for kind in kinds])[0]  # fmt: skip
    fields = FIELDS[kind, store]
    resource = rng.choices(LISTED_TYPES, [6, 3, 3, 2] + [0.3] * (len(LISTED_TYPES) - 4))[0]
    required = REQUIRED.get(kind, [])
    others = [field for field in fields if field not in required]
    chosen = required + rng.sample(others, min(len(others), rng.choice([0, 1, 1, 2, 3])))
    conditions = [{"Field": "eventCategory", "Equals": [kind]}]
    conditions += [make_condition(rng, field, fields[field], kind, store, resource)
                   for field in chosen]  # fmt: skip
    rng.shuffle(conditions)
    selector = {"FieldSelectors": conditions}
    if rng.random() < 0.4:
        selector["Name"] = rng.choice(["", "reads", "Ж" * rng.choice([10, 1000])])
    return selector


def make_basic(rng):
    selector = {}
    if rng.random() < 0.8:
        selector["ReadWriteType"] = rng.choice(["All", "All", "ReadOnly", "WriteOnly"])
    if rng.random() < 0.7:
        selector["IncludeManagementEvents"] = rng.random() < 0.4
    if rng.random() < 0.8:
        selector["DataResources"] = [make_data(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    if rng.random() < 0.4:
        selector["ExcludeManagementEventSources"] = rng.sample(EXCLUDABLE, rng.choice([0, 1, 2]))
    return selector


def make_data(rng):
    kind = rng.choices(BASIC_TYPES, [3, 2, 2])[0]
    values = {
        "AWS::S3::Object": ["arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::logs/", "arn:aws-cn:s3",
                            "arn:aws:s3:::logs/2026", "arn:aws:s3:::logs/2026/a.gz",
                            "arn:aws:s3:::media/e", "arn:aws:s3:::logs/*", "arn:aws:s3:::log/"],
        "AWS::Lambda::Function": ["arn:aws:lambda", FUNCTION, FUNCTION + "2"],
        "AWS::DynamoDB::Table": ["arn:aws:dynamodb", TABLE, TABLE + "2"],
    }[kind]  # fmt: skip
    data = {"Type": kind}
    if rng.random() < 0.95:
        data["Values"] = rng.choices(values, k=rng.choice([0, 1, 1, 2, 4]))
    return data


def make_set(rng, basic, store, spoiled):
    """A set of selectors: valid, or, in this share, at a limit or wrong in some way."""
    count = rng.choice([1, 1, 1, 2, 3, 5])
    selectors = [make_basic(rng) if basic else make_advanced(rng, store) for _ in range(count)]
    if rng.random() < spoiled:
        spoil_basic(rng, selectors) if basic else spoil_advanced(rng, selectors, store)
    return selectors


def spoil_basic(rng, selectors):
    selector = rng.choice(selectors)
    arns = [f"arn:aws:s3:::b{number}/" for number in range(rng.choice([249, 250, 251, 500]))]
    bad = rng.choice([
        "arn:aws:s3:::*", "arn:aws:s3:::*/", "arn:aws:s3:::lo gs/", "arn:aws:s3:::logs", "logs/",
        "", "arn:aws:ѕ3", "arn:aws:s3:::ӏogs/", "ARN:aws:s3", "arn::s3", "arn:aws:s3::",
        "arn:awsx:s3", "arn:aws:lambda:*", FUNCTION + ":1", TABLE + "/stream/x",
        "arn:aws:dynamodb:*",
    ])  # fmt: skip
    spoil = rng.randrange(10)
    if spoil == 0:
        selector["ReadWriteType"] = rng.choice(["read-only", "all", "", "АII", "ReadOnly "])
    elif spoil == 1:
        del selectors[:]
    elif spoil == 2:
        selectors += [make_basic(rng) for _ in range(rng.choice([1, 6]))]
    elif spoil == 3:
        selector["DataResources"] = [{"Type": "AWS::S3::Object", "Values": arns}]
    elif spoil == 4:
        selector["DataResources"] = [{"Type": rng.choice(BASIC_TYPES), "Values": [bad]}]
    elif spoil == 5:
        kind = rng.choice(UNLISTED_TYPES + LISTED_TYPES)
        selector["DataResources"] = [{"Type": kind, "Values": ["arn:aws:s3"]}]
    elif spoil == 6:
        selector["ExcludeManagementEventSources"] = [rng.choice(SOURCES)]
    elif spoil == 7:
        selector[rng.choice(["readWriteType", "Exclude", "Name", "Filed"])] = "All"
    elif spoil == 8:
        selector["DataResources"] = [{"Values": ["arn:aws:s3"]}]
    else:
        name = rng.choice(["IncludeManagementEvents", "DataResources", "ReadWriteType",
                           "ExcludeManagementEventSources"])  # fmt: skip
        selector[name] = rng.choice(["true", 1, {"a": []}, [1], [[]]])


def spoil_advanced(rng, selectors, store):
    selector = rng.choice(selectors)
    conditions = selector["FieldSelectors"]
    condition = rng.choice(conditions)
    operator = rng.choice([name for name in OPERATORS if name in condition])
    spoil = rng.randrange(14)
    if spoil == 0:
        conditions.remove(condition)
    elif spoil == 1:
        conditions.append(dict(condition))
    elif spoil == 2:
        condition["Field"] = alike(rng, condition["Field"])
    elif spoil == 3:
        condition[operator] = [alike(rng, condition[operator][0])]
    elif spoil == 4:
        condition[rng.choice(OPERATORS)] = [rng.choice(condition[operator])]
    elif spoil == 5:
        condition[rng.choice(OPERATORS)] = []
    elif spoil == 6:
        condition[operator] = condition[operator] + rng.choice([[""], ["x" * 2048], ["é" * 2049]])
    elif spoil == 7:
        fill(rng, selectors, rng.choice([499, 500, 501, 700]))
    elif spoil == 8:
        selector["Name"] = "é" * rng.choice([1000, 1001])
    elif spoil == 9:
        extra = rng.choice(["TotalEquals", "equals", "NotEqual", "Not Equals"])
        rng.choice([condition, selector])[extra] = ["x"]
    elif spoil == 10:
        del selectors[:]
    elif spoil == 11:
        types = [c for c in conditions if c["Field"] == "resources.type"]
        for one in types:
            one["Equals"] = [rng.choice(UNLISTED_TYPES)] + rng.choice([[], ["AWS::SNS::Topic"]])
    elif spoil == 12:
        known = sorted({name for fields in FIELDS.values() for name in fields})
        unknown = ["requestParameters", "eventID", "resources.accountId", ""]
        field = rng.choice(known + unknown)
        operator = rng.choice(OPERATORS)
        value = value_for(rng, field, operator, "Data", store, "AWS::SNS::Topic")
        conditions.append({"Field": field, operator: [value]})
    else:
        condition[operator] = rng.choice(["x", 7, {"a": "b"}, [1], [["x"]]])


def fill(rng, selectors, total):
    """Adds event names that no event has until there are so many values in all."""
    there = sum(len(c[op]) for s in selectors for c in s["FieldSelectors"] for op in OPERATORS
                if op in c)  # fmt: skip
    names = [f"Name{number}" for number in range(total - there - 2)]
    selectors.append({"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "eventName", rng.choice(["Equals", "NotEquals", "StartsWith"]): names},
    ]})  # fmt: skip
