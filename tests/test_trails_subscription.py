"""`aws cloudtrail create-subscription` and `update-subscription`, which make all that a trail needs."""

import json

import pytest

import notices
import trails
from running import SELLER_ACCOUNT


def subscribe(server, verb, *arguments, region="us-east-1", **how):
    """Runs the command as the seller's root; returns what it printed or, unchecked, the process."""
    command = ["cloudtrail", f"{verb}-subscription", *arguments, "--region", region]
    done = server.aws(*command, who="root", check=False)
    if how.get("check", True):
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
        return done.stdout
    return done


def configuration(printed):
    """The configuration that the command prints, and what it says behind it."""
    text = printed.partition("CloudTrail configuration:\n")[2]
    return json.JSONDecoder().raw_decode(text)[0]["trailList"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_subscription_makes_bucket_topic_and_trail_and_files_arrive(fresh, region):
    made = ["--name", "sub", "--s3-new-bucket", "sub-logs", "--s3-prefix", "audit", "--sns-new-topic", "sub-news"]  # fmt: skip
    printed = subscribe(fresh, "create", *made, region=region)
    [trail] = configuration(printed)
    assert trail["S3BucketName"] == "sub-logs" and trail["S3KeyPrefix"] == "audit"
    assert trail["SnsTopicARN"] == f"arn:aws:sns:{region}:{SELLER_ACCOUNT}:sub-news"
    assert trail["HomeRegion"] == region
    assert "Logs will be delivered to sub-logs:audit" in printed

    s3, sqs, sns = [fresh.client(service, "root", region) for service in ("s3", "sqs", "sns")]
    poller = notices.Poller(notices.Queue(sqs, sns, "sub", trail["SnsTopicARN"]), s3)
    bucket = trails.Bucket(s3, "sub-logs")
    fresh.client("sts", "auditor", region).get_caller_identity()
    wanted = trails.recorded_since_start(fresh, trail["TrailARN"])
    trails.advance(fresh, "6m")
    here = {event_id for event_id in wanted if event_id in trails.history(fresh, region)}
    assert here
    trails.wait_for_events(bucket, here)
    keys = set(bucket.logs())
    assert {trails.LOG_KEY.fullmatch(key)["prefix"] for key in keys} == {"audit/"}
    poller.poll_until(keys)


def test_updates_change_prefix_bucket_and_topic_and_keep_the_rest(fresh):
    made = ["--name", "sub", "--s3-new-bucket", "first-logs", "--s3-prefix", "first"]
    subscribe(fresh, "create", *made)
    [trail] = configuration(subscribe(fresh, "update", "--name", "sub", "--s3-prefix", "first"))
    assert (trail["S3BucketName"], trail["S3KeyPrefix"]) == ("first-logs", "first")
    printed = subscribe(fresh, "update", "--name", "sub", "--s3-new-bucket", "second-logs")
    [trail] = configuration(printed)
    assert (trail["S3BucketName"], trail["S3KeyPrefix"]) == ("second-logs", "first")
    printed = subscribe(fresh, "update", "--name", "sub", "--sns-new-topic", "news")
    [trail] = configuration(printed)
    assert trail["SnsTopicARN"].endswith(":news") and trail["S3BucketName"] == "second-logs"
    printed = subscribe(
        fresh, "update", "--name", "sub", "--include-global-service-events", "false"
    )
    [trail] = configuration(printed)
    assert trail["IncludeGlobalServiceEvents"] is False
    assert fresh.client("cloudtrail", "root").get_trail_status(Name="sub")["IsLogging"] is True


def test_a_bucket_that_is_there_can_be_used(fresh):
    arn = f"arn:aws:cloudtrail:us-east-1:{SELLER_ACCOUNT}:trail/sub"
    trails.make_bucket(fresh, "own-logs", arn)
    printed = subscribe(fresh, "create", "--name", "sub", "--s3-use-bucket", "own-logs")
    assert configuration(printed)[0]["S3BucketName"] == "own-logs"


def test_what_was_made_is_taken_back_when_the_trail_cannot_be(fresh):
    made = ["--s3-new-bucket", "sub-logs", "--sns-new-topic", "news"]
    failed = subscribe(fresh, "create", "--name", "a!", *made, check=False)
    assert failed.returncode != 0 and "InvalidTrailNameException" in failed.stderr
    s3, sns = fresh.client("s3", "root"), fresh.client("sns", "root")
    assert "sub-logs" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert sns.list_topics()["Topics"] == []


def test_the_templates_are_readable_by_anybody_and_nobodys_to_change(fresh):
    s3 = fresh.client("s3", "buyer")
    bucket = "awscloudtrail-policy-us-east-1"
    key = "policy/S3/AWSCloudTrail-S3BucketPolicy-2014-12-17.json"
    template = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert template["Version"] == "2012-10-17"
    for call in [
        lambda s3: s3.put_object(Bucket=bucket, Key=key, Body=b"{}"),
        lambda s3: s3.delete_object(Bucket=bucket, Key=key),
        lambda s3: s3.delete_bucket(Bucket=bucket),
    ]:
        for who in ("root", "buyer"):
            with pytest.raises(Exception, match="AccessDenied"):
                call(fresh.client("s3", who))
