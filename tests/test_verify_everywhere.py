"""What `opentrail verify` looks at when nobody names a bucket: every Region's trails, with their past.

Between a stop and a start a chain ends, and a change of bucket leaves it behind; nothing in the new
bucket leads back to it. A trail without validation stands beside, and is blamed for nothing.
"""

import json

import pytest

import trails
from running import serving

REGIONS = {"OPENTRAIL_REGIONS": '["us-east-1","eu-west-1"]'}


class World:
    def __init__(self, server):
        self.server = server
        s3 = server.client("s3", "root")
        everywhere = ("--is-multi-region-trail", "--enable-log-file-validation")
        self.main = trails.make_trail(server, "main", "first-logs", *everywhere)
        self.call("us-east-1")
        self.pass_time("2h", "first-logs")
        cloudtrail = server.client("cloudtrail", "root")
        cloudtrail.stop_logging(Name="main")
        trails.advance(server, "90m")
        cloudtrail.start_logging(Name="main")
        self.call("us-east-1")
        self.pass_time("2h", "first-logs")
        trails.make_bucket(server, "second-logs", self.main)
        cloudtrail.update_trail(Name="main", S3BucketName="second-logs")
        trails.make_trail(
            server, "west", "west-logs", "--enable-log-file-validation", region="eu-west-1"
        )
        trails.make_trail(server, "plain", "plain-logs")
        self.call("us-east-1")
        self.call("eu-west-1")
        self.buckets = {
            name: trails.Bucket(s3, name)
            for name in ("first-logs", "second-logs", "west-logs", "plain-logs")
        }
        self.pass_time("2h", "second-logs")

    def call(self, region):
        self.server.client("sts", "root", region).get_caller_identity()

    def pass_time(self, span, bucket):
        ended = trails.advance(self.server, span)
        reader = trails.Bucket(self.server.client("s3", "root"), bucket)
        trails.wait_for_digests(reader, ["us-east-1", "eu-west-1"], ended)

    def verify(self):
        done = self.server.command("verify", "--json", who="root", check=False)
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def world():
    with serving("--demo", env=REGIONS) as server:
        yield World(server)


def test_all_is_clean_and_the_trail_without_validation_is_not_blamed(world):
    code, report = world.verify()
    assert code == 0, report
    text = json.dumps(report)
    assert "plain-logs" in text, "its files are told of as not proven"


@pytest.mark.parametrize("bucket", ["first-logs", "second-logs", "west-logs"])
def test_a_lost_file_is_found_wherever_it_was(world, bucket):
    s3, store = world.server.client("s3", "root"), world.buckets[bucket]
    key = min(store.logs())
    kept = s3.get_object(Bucket=bucket, Key=key)
    body, kind = kept["Body"].read(), {n: kept[n] for n in ("ContentType", "ContentEncoding")}
    s3.delete_object(Bucket=bucket, Key=key)
    code, report = world.verify()
    assert code == 1 and key in json.dumps(report["findings"]), report
    s3.put_object(Bucket=bucket, Key=key, Body=body, **kind)
    assert world.verify()[0] == 0
