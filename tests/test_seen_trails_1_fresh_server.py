"""What must be seen of trails, 1: a fresh server, AWS's own tools, and every event in its file.

One story for all tests here: a multi-Region trail made by the AWS CLI, calls in three Regions by
two identities, the sandbox's clock moved over several hours; then the tests look at the bucket.
"""

import collections
import datetime
import json

import pytest
from botocore.exceptions import ClientError

import people
import trails
from running import SELLER_ACCOUNT, serving

REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]
IDLE_REGION = "sa-east-1"
# within a slot, over some slots, over an hour, over several
SPANS = ["2m", "17m", "1h", "2h30m"]
SLOT = datetime.timedelta(minutes=5)
DATA_EVENT_KEY = "not-a-log-file"


class Seen:
    """The story, and what was seen at its end."""

    def __init__(self, server):
        self.server = server
        self.began = trails.now(server)
        self.arn = trails.make_trail(
            server, "seen", "seen-logs", "--is-multi-region-trail", "--enable-log-file-validation"
        )
        self.bucket = trails.Bucket(server.client("s3", "root"), "seen-logs")
        for span in SPANS:
            # a session of its own each time: sessions end by the clock that is moved
            for who in ("auditor", people.assumed_role(server).keys):
                self.call_everywhere(who)
            trails.advance(server, span)
        self.ended = trails.advance(server, "1h20m")
        self.wanted = trails.recorded_before_move(server, self.arn)
        trails.wait_for_events(self.bucket, self.wanted)
        trails.wait_for_digests(self.bucket, [*REGIONS, IDLE_REGION], self.ended)

    def call_everywhere(self, who):
        """Reads, writes, a refused call and a data event."""
        for region in REGIONS:
            self.server.client("license-manager", who, region).list_license_configurations()
            self.server.client("sts", who, region).get_caller_identity()
            with pytest.raises(ClientError, match="AccessDenied"):
                self.server.client("cloudtrail", who, region).stop_logging(Name=self.arn)
        lm = self.server.client("license-manager", "root", "eu-west-1")
        made = lm.create_license_configuration(Name="café ✓", LicenseCountingType="vCPU")
        lm.delete_license_configuration(LicenseConfigurationArn=made["LicenseConfigurationArn"])
        self.server.client("iam", "root", "eu-west-1").list_users()
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=DATA_EVENT_KEY, Body=b"")

    def logs(self, region):
        """The log files of a Region that hold what happened before the clock's last move."""
        return {
            key: log
            for key, log in self.bucket.logs().items()
            if trails.LOG_KEY.fullmatch(key)["region"] == region
            and self.wanted & {record["eventID"] for record in log.document["Records"]}
        }

    def digests(self, region):
        """The digests of a Region, in the order of the chain."""
        digests = self.bucket.digests()
        return [digests[key] for key in sorted(digests) if f"/{region}/" in key]


@pytest.fixture(scope="module")
def seen():
    with serving("--demo") as server:
        yield Seen(server)


def test_every_event_is_in_exactly_one_file_of_its_region_as_lookup_events_tells_it(seen):
    assert len(seen.wanted) > 60, "that is no story"
    trails.assert_faithful(seen.server, REGIONS, seen.bucket, seen.wanted)


def test_both_identities_and_refused_calls_are_there(seen):
    for region in REGIONS:
        records = [r for log in seen.logs(region).values() for r in log.document["Records"]]
        kinds = collections.Counter(record["userIdentity"]["type"] for record in records)
        assert kinds["IAMUser"] >= 3 * len(SPANS) and kinds["AssumedRole"] >= 3 * len(SPANS)
        refused = [r for r in records if r.get("errorCode", "").startswith("AccessDenied")]
        assert len(refused) == 2 * len(SPANS)
        assert {record["awsRegion"] for record in records} == {region}


def test_events_of_global_services_are_in_us_east_1_once_and_data_events_nowhere(seen):
    records = [r for log in seen.bucket.logs().values() for r in log.document["Records"]]
    places = collections.Counter(r["awsRegion"] for r in records if r["eventName"] == "ListUsers")
    assert places == {"us-east-1": 2 * len(SPANS)}
    assert {record["eventCategory"] for record in records} == {"Management"}
    assert not any(DATA_EVENT_KEY in json.dumps(record["requestParameters"]) for record in records)


@pytest.mark.parametrize("region", REGIONS)
def test_validate_logs_finds_all_valid_and_nothing_left_out(seen, region):
    verdict = trails.validate(seen.server, seen.arn, region, seen.began, seen.ended)
    digests = {digest.key for digest in seen.digests(region)}
    verdict.assert_valid(digests, seen.logs(region))
    # the starting digest, and one for each whole hour since
    assert verdict.ratios["digest"] == (len(digests), len(digests)) and len(digests) == 6
    assert verdict.ratios["log"][0] >= len(SPANS)


def test_an_idle_region_has_digests_of_nothing(seen):
    verdict = trails.validate(seen.server, seen.arn, IDLE_REGION, seen.began, seen.ended)
    digests = seen.digests(IDLE_REGION)
    verdict.assert_valid({digest.key for digest in digests}, set())
    for digest in digests:
        document = digest.document
        assert document["logFiles"] == []
        assert document["newestEventTime"] is None and document["oldestEventTime"] is None


def test_log_files_are_stored_as_aws_stores_them(seen):
    files = {key: log for region in REGIONS for key, log in seen.logs(region).items()}
    for key, log in files.items():
        place = trails.LOG_KEY.fullmatch(key)
        assert (place["prefix"], place["organization"]) == ("", "")
        assert place["account"] == SELLER_ACCOUNT
        # one gzip member (`text` checks that), one line, nothing after it
        assert log.text.startswith(b'{"Records":[{"eventVersion":"1.')
        assert log.text.endswith(b"}]}") and b"\n" not in log.text
        assert log.head["ContentType"] == "application/json"
        assert log.head["ContentEncoding"] == "gzip"
        assert log.head["ServerSideEncryption"] == "AES256"
        assert log.head["Metadata"] == {}
        end = trails.minutes(place["time"])
        assert end.minute % 5 == 0 and place["day"] == f"{end:%Y/%m/%d}"
        for record in log.document["Records"]:
            happened = trails.seconds(record["eventTime"])
            # what waits for the end of its slot is delivered in the next one
            early = end - happened > 2 * SLOT and record["eventName"] != "SetClock"
            assert happened <= end and not early, f"{happened} in {key}"


def test_markers_are_empty_and_nothing_else_is_in_the_bucket(seen):
    markers = {f"AWSLogs/{SELLER_ACCOUNT}/CloudTrail/", f"AWSLogs/{SELLER_ACCOUNT}/CloudTrail-Digest/"}  # fmt: skip
    keys = set(seen.bucket.keys())
    assert markers <= keys
    for key in markers:
        assert seen.bucket.read(key).head["ContentLength"] == 0
    rest = keys - markers - set(seen.bucket.logs()) - set(seen.bucket.digests())
    assert rest == {DATA_EVENT_KEY}


@pytest.mark.parametrize("region", [*REGIONS, IDLE_REGION])
def test_digests_are_an_hourly_chain_that_lists_each_file_once(seen, region):
    chain, before, listed = seen.digests(region), None, []
    trails.assert_hourly([trails.seconds(d.document["digestEndTime"]) for d in chain])
    for digest in chain:
        document = trails.digest_matches(digest)
        assert digest.head["ContentType"] == "application/json"
        assert digest.head["ContentEncoding"] == "gzip"
        assert digest.head["ServerSideEncryption"] == "AES256"
        assert set(digest.head["Metadata"]) == {"signature", "signature-algorithm"}
        assert_follows(document, before)
        files = document["logFiles"]
        assert_lists(seen, document, files)
        listed += [entry["s3Object"] for entry in files]
        before = digest
    assert sorted(listed) == sorted(seen.logs(region) if region in REGIONS else [])


def assert_follows(document, before):
    names = ["S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature"]
    said = [document[f"previousDigest{name}"] for name in names]
    if before is None:
        assert said == [None] * 5 and document["logFiles"] == []
        length = trails.seconds(document["digestEndTime"]) - trails.seconds(document["digestStartTime"])  # fmt: skip
        assert length == trails.HOUR
        return
    assert document["digestStartTime"] == before.document["digestEndTime"]
    signature = before.head["Metadata"]["signature"]
    digest_hash = trails.sha256(before.text)
    assert said == ["seen-logs", before.key, digest_hash, "SHA-256", signature]


def assert_lists(seen, document, files):
    """Checks what a digest says of its files against the files."""
    newest, oldest = [], []
    for entry in files:
        log = seen.bucket.read(entry["s3Object"])
        times = sorted(record["eventTime"] for record in log.document["Records"])
        assert (entry["s3Bucket"], entry["hashAlgorithm"]) == ("seen-logs", "SHA-256")
        assert entry["hashValue"] == trails.sha256(log.text)
        assert (entry["oldestEventTime"], entry["newestEventTime"]) == (times[0], times[-1])
        newest.append(times[-1])
        oldest.append(times[0])
    if files:
        assert document["newestEventTime"] == max(newest)
        assert document["oldestEventTime"] == min(oldest)


def test_the_status_of_each_region_is_its_own(seen):
    for region in [*REGIONS, IDLE_REGION]:
        client = seen.server.client("cloudtrail", "root", region)
        status = client.get_trail_status(Name=seen.arn)
        assert status["IsLogging"] is True
        assert not [member for member in status if member.endswith("Error")]
        assert status["LatestDigestDeliveryTime"] >= seen.ended - trails.HOUR
        assert ("LatestDeliveryTime" in status) == (region in REGIONS)
