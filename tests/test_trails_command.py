"""`opentrail trails`: what it shows, and what it says when something does not arrive."""

import json

from running import REGION, wait_until
from trails import PATIENCE_SECS, advance, cli, make_trail


def rows(server, who="root"):
    printed = server.command("trails", "--json", who=who).stdout
    return [json.loads(line) for line in printed.splitlines()]


def test_without_trails_it_teaches(fresh):
    done = fresh.command("trails", "--check", who="root")
    assert done.stdout == ""
    for command in ["s3 mb", "put-bucket-policy", "create-trail", "start-logging"]:
        assert f"aws {command}" in done.stderr.replace("aws cloudtrail", "aws").replace(
            "aws s3api", "aws"
        )


def test_a_trail_and_what_waits(fresh):
    arn = make_trail(fresh, "main", "logs", "--enable-log-file-validation")
    fresh.client("iam", "root").create_user(UserName="waits")
    [row] = wait_until(lambda: [row for row in rows(fresh) if row["waitingEvents"]], 10, "a backlog")
    assert row["arn"] == arn and row["homeRegion"] == REGION and row["name"] == "main"
    assert row["isLogging"] and row["waitingSince"] and row["errors"] == []
    table = fresh.command("trails", who="root").stdout.splitlines()
    assert table[0].split()[:4] == ["NAME", "REGION", "BUCKET", "LOGGING"]
    assert table[1].split()[:4] == ["main", REGION, "logs", "yes"] and "event" in table[1]
    # another account's trails are nobody's business but the operator's
    assert rows(fresh, "buyer") == []

    advance(fresh, "1h")
    wait_until(lambda: rows(fresh)[0]["latestDeliveryTime"], PATIENCE_SECS, "a log file")
    wait_until(lambda: rows(fresh)[0]["latestDigestDeliveryTime"], PATIENCE_SECS, "a digest")
    assert fresh.command("trails", "--check", who="root").returncode == 0


def test_what_does_not_arrive_is_told_with_what_helps(fresh):
    make_trail(fresh, "main", "logs")
    cli(fresh, "s3api", "delete-bucket-policy", "--bucket", "logs")
    advance(fresh, "10m")
    [row] = wait_until(lambda: [row for row in rows(fresh) if row["errors"]], PATIENCE_SECS, "an error")
    assert row["errors"] == [
        {"channel": "delivery", "errorCode": "AccessDenied", "regions": [REGION]}
    ]
    assert row["waitingCuts"] > 0
    done = fresh.command("trails", "--check", who="root", check=False)
    assert done.returncode == 1
    assert f"main: log files do not arrive from {REGION}: AccessDenied" in done.stdout
    assert "cloudtrail.amazonaws.com" in done.stdout and "s3:PutObject" in done.stdout
    assert fresh.command("trails", who="root").returncode == 0
