"""What a trail does when its bucket does not take its files, or the server ends in the middle."""

import json

import pytest

import trails
from figures import figures, total
from running import SELLER_ACCOUNT, serving, wait_until

REGIONS = ["us-east-1", "eu-west-1"]
SETTINGS = {
    "OPENTRAIL_REGIONS": json.dumps(REGIONS),
    "OPENTRAIL_TRAILS__DIGEST_GRACE_SECS": "600",
}
FLAGS = ["--is-multi-region-trail", "--enable-log-file-validation"]
FAILING = "opentrail_trails_failing"


@pytest.fixture
def server():
    with serving("--demo", env=SETTINGS) as server:
        yield server


def start(server):
    """A trail, what is begun with, and its bucket."""
    began = trails.now(server)
    arn = trails.make_trail(server, "main", "main-logs", *FLAGS)
    return began, arn, bucket_of(server)


def bucket_of(server):
    return trails.Bucket(server.client("s3", "root"), "main-logs")


def call(server):
    for region in REGIONS:
        server.client("license-manager", "seller", region).list_license_configurations()


def errors(server, region):
    arn = f"arn:aws:cloudtrail:us-east-1:{SELLER_ACCOUNT}:trail/main"
    status = server.client("cloudtrail", "root", region).get_trail_status(Name=arn)
    return {name: value for name, value in status.items() if name.endswith("Error")}


def wait_for_failure(server):
    wait_until(lambda: total(figures(server), FAILING) > 0, trails.PATIENCE_SECS, "a failure")


def wait_for_peace(server):
    # a failing trail is tried again after at most a minute
    def quiet():
        found = figures(server)
        return total(found, FAILING) == total(found, "opentrail_trails_waiting_cuts") == 0

    wait_until(quiet, 2 * trails.PATIENCE_SECS, "the end of the outage")


def finish(server, arn, began):
    """Lets an hour go by; then everything is there, once, and proven."""
    ended = trails.advance(server, "1h10m")
    bucket, wanted = bucket_of(server), trails.recorded_before_move(server, arn)
    trails.wait_for_events(bucket, wanted)
    trails.wait_for_digests(bucket, REGIONS, ended)
    trails.assert_faithful(server, REGIONS, bucket, wanted)
    trails.report(trails.digest_violations(bucket))
    for region in REGIONS:
        trails.assert_hourly(bucket.digest_times()[SELLER_ACCOUNT, region])
        verdict = trails.validate(server, arn, region, began, ended)
        digests = {key for key in bucket.digests() if f"-Digest/{region}/" in key}
        verdict.assert_valid(digests, logs_with(bucket, region, wanted))
    return bucket


def logs_with(bucket, region, ids):
    return {
        key
        for key, log in bucket.logs().items()
        if f"/CloudTrail/{region}/" in key
        and ids & {record["eventID"] for record in log.document["Records"]}
    }


def told(server, *flags, check=True):
    """What `opentrail trails` tells of the one trail."""
    done = server.command("trails", "--json", *flags, who="root", check=check)
    return done.returncode, json.loads(done.stdout)


def test_a_policy_that_shuts_log_files_out_is_told_and_made_good_by_a_backfill(server):
    began, arn, bucket = start(server)
    call(server)
    wide = trails.bucket_policy("main-logs", arn)
    digests_only = wide.replace(f"{SELLER_ACCOUNT}/*", f"{SELLER_ACCOUNT}/CloudTrail-Digest/*")
    root = server.client("s3", "root")
    root.put_bucket_policy(Bucket="main-logs", Policy=digests_only)
    trails.advance(server, "10m")
    wait_for_failure(server)
    closed = trails.advance(server, "2h")
    trails.wait_for_digests(bucket, REGIONS, closed)
    for region in REGIONS:
        assert errors(server, region) == {"LatestDeliveryError": "AccessDenied"}
    assert bucket.logs() == {}
    code, shown = told(server, "--check", check=False)
    assert code == 1 and shown["waitingCuts"] >= 1 and shown["waitingSince"]
    [error] = shown["errors"]
    assert (error["channel"], error["errorCode"]) == ("delivery", "AccessDenied")
    assert sorted(error["regions"]) == sorted(REGIONS)

    root.put_bucket_policy(Bucket="main-logs", Policy=wide)
    wait_for_peace(server)
    for region in REGIONS:
        assert errors(server, region) == {}
    code, shown = told(server, "--check")
    assert shown["errors"] == [] and shown["waitingCuts"] == 0
    bucket = finish(server, arn, began)
    backfills = [key for key in bucket.digests() if key.endswith("_backfill.json.gz")]
    assert {trails.DIGEST_KEY.fullmatch(key)["region"] for key in backfills} == set(REGIONS)


def test_a_bucket_that_was_deleted_gets_what_waited_when_it_is_made_again(server):
    _, arn, _ = start(server)
    root = server.client("s3", "root")
    wait_until(lambda: emptied(root), trails.PATIENCE_SECS, "a deleted bucket")
    call(server)
    trails.advance(server, "10m")
    wait_for_failure(server)
    for region in REGIONS:
        assert set(errors(server, region).values()) == {"NoSuchBucket"}
    trails.make_bucket(server, "main-logs", arn)
    wait_for_peace(server)
    # the chain's first digests went with the old bucket
    ended = trails.advance(server, "2h")
    bucket, wanted = bucket_of(server), trails.recorded_before_move(server, arn)
    trails.wait_for_events(bucket, wanted)
    trails.wait_for_digests(bucket, REGIONS, ended)
    trails.assert_faithful(server, REGIONS, bucket, wanted)


def emptied(root):
    """Whether the bucket is deleted; digests may come into it meanwhile."""
    for row in root.list_objects_v2(Bucket="main-logs").get("Contents", []):
        root.delete_object(Bucket="main-logs", Key=row["Key"])
    try:
        root.delete_bucket(Bucket="main-logs")
    except root.exceptions.ClientError as refused:
        assert refused.response["Error"]["Code"] == "BucketNotEmpty"
        return False
    return True


@pytest.mark.parametrize("operation", ["stop-logging", "delete-trail"])
def test_an_end_that_a_crash_follows_is_an_end(server, operation):
    began, arn, bucket = start(server)
    call(server)
    wanted = trails.recorded_since_start(server, arn)
    trails.cli(server, "cloudtrail", operation, "--name", "main")
    server.kill()
    server.start()
    bucket = bucket_of(server)
    trails.wait_for_events(bucket, wanted)
    wait_until(lambda: ended_chains(bucket) == set(REGIONS), trails.PATIENCE_SECS, "an end")
    call(server)
    ended = trails.advance(server, "2h")
    trails.assert_faithful(server, REGIONS, bucket, wanted)
    for region in REGIONS:
        verdict = trails.validate(server, arn, region, began, ended, "--s3-bucket", "main-logs")
        digests = {key for key in bucket.digests() if f"-Digest/{region}/" in key}
        assert len(digests) == 2, "the starting digest and the final one"
        verdict.assert_valid(digests, logs_with(bucket, region, bucket.event_ids()))
    ends = {"stop-logging": "StopLogging", "delete-trail": "DeleteTrail"}
    records = [r for log in bucket.logs().values() for r in log.document["Records"]]
    assert [r["eventName"] for r in records].count(ends[operation]) == 1


def ended_chains(bucket):
    """The Regions whose chain has its final digest."""
    final = [key for key, d in bucket.digests().items() if d.document["opentrail:final"]]
    return {trails.DIGEST_KEY.fullmatch(key)["region"] for key in final}


def test_what_was_recorded_while_nobody_delivered_is_delivered_by_the_next_process(server):
    began, arn, _ = start(server)
    call(server)
    trails.advance(server, "20m")
    call(server)
    server.stop()
    server.start()
    call(server)
    finish(server, arn, began)
