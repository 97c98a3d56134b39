"""Digest chains over what may happen to a trail: gaps, an end, a new bucket, new keys."""

import json

import pytest

import trails
from running import SELLER_ACCOUNT, serving, wait_until

REGIONS = ["us-east-1", "eu-west-1"]
TWO_REGIONS = {"OPENTRAIL_REGIONS": json.dumps(REGIONS)}
VALIDATED = ["--is-multi-region-trail", "--enable-log-file-validation"]


@pytest.fixture
def server():
    with serving("--demo", env=TWO_REGIONS) as server:
        yield server


def start(server, name="main", bucket="chain-logs"):
    arn = trails.make_trail(server, name, bucket, *VALIDATED)
    return arn, trails.Bucket(server.client("s3", "root"), bucket)


def call(server):
    """A call in each Region; the ids of their events."""
    ids = set()
    for region in REGIONS:
        before = set(trails.history(server, region))
        server.client("license-manager", "seller", region).list_license_configurations()
        told = trails.history(server, region)
        ids |= {
            event_id
            for event_id in set(told) - before
            if json.loads(told[event_id])["eventName"] == "ListLicenseConfigurations"
        }
    assert len(ids) == len(REGIONS)
    return ids


def ordered(bucket, region):
    """The regular digests of a Region in the order of their keys, which is that of time."""
    digests = bucket.digests()
    return [digests[key] for key in sorted(digests) if f"/CloudTrail-Digest/{region}/" in key]


def logs_in(bucket, region, wanted=None):
    """The keys of a Region's log files, or of those that hold any of some events."""
    return {
        key
        for key, log in bucket.logs().items()
        if f"/CloudTrail/{region}/" in key
        and (wanted is None or wanted & {r["eventID"] for r in log.document["Records"]})
    }


def final(digest):
    return digest.document["opentrail:final"]


def test_a_stop_ends_the_chain_and_a_start_begins_another(server):
    began = trails.now(server)
    arn, bucket = start(server)
    first = call(server)
    trails.advance(server, "2h10m")
    first |= call(server)
    trails.cli(server, "cloudtrail", "stop-logging", "--name", "main")
    trails.wait_for_events(bucket, first)
    off = call(server)
    trails.advance(server, "3h")
    off |= call(server)
    trails.cli(server, "cloudtrail", "start-logging", "--name", "main")
    second = call(server)
    ended = trails.advance(server, "2h10m")
    known = trails.recorded_before_move(server)
    trails.wait_for_events(bucket, second)
    trails.wait_for_digests(bucket, REGIONS, ended)

    assert not off & bucket.event_ids(), "events of the time without logging were delivered"
    trails.assert_faithful(server, REGIONS, bucket, first | second)
    for region in REGIONS:
        chain = ordered(bucket, region)
        begins = [at for at, d in enumerate(chain) if d.document["previousDigestS3Object"] is None]
        assert len(chain) == 4 + 3 and begins == [0, 4]
        assert [final(digest) for digest in chain] == [False] * 3 + [True] + [False] * 3
        verdict = trails.validate(server, arn, region, began, ended)
        verdict.assert_valid({digest.key for digest in chain}, logs_in(bucket, region, known))
        assert len(verdict.gaps) == 1, verdict.out
    stopped = names(bucket, "StopLogging"), names(bucket, "StartLogging")
    assert stopped == (1, 2), "a start and a stop are delivered by the trail they are about"


def names(bucket, name):
    records = [record for log in bucket.logs().values() for record in log.document["Records"]]
    return len([record for record in records if record["eventName"] == name])


def test_a_deleted_trail_delivers_what_it_took_and_a_final_digest(server):
    began = trails.now(server)
    arn, bucket = start(server)
    wanted = call(server)
    trails.advance(server, "1h10m")
    wanted |= call(server)
    trails.cli(server, "cloudtrail", "delete-trail", "--name", "main")
    after = call(server)
    # nothing moves the clock: an end is an end
    trails.wait_for_events(bucket, wanted)
    wait_until(
        lambda: all(final(ordered(bucket, region)[-1]) for region in REGIONS),
        trails.PATIENCE_SECS,
        "the final digests",
    )
    ended = trails.advance(server, "3h")
    after |= call(server)
    trails.advance(server, "10m")

    assert trails.cli(server, "cloudtrail", "list-trails")["Trails"] == []
    trails.assert_faithful(server, REGIONS, bucket, wanted)
    assert names(bucket, "DeleteTrail") == 1 and not after & bucket.event_ids()
    for region in REGIONS:
        chain = ordered(bucket, region)
        assert [final(digest) for digest in chain] == [False, False, True]
        where = ["--s3-bucket", bucket.name]
        verdict = trails.validate(server, arn, region, began, ended, *where)
        verdict.assert_valid({digest.key for digest in chain}, logs_in(bucket, region))


def test_a_trail_of_the_same_name_is_another_trail(server):
    arn, bucket = start(server)
    first = call(server)
    trails.cli(server, "cloudtrail", "delete-trail", "--name", "main")
    trails.wait_for_events(bucket, first)
    trails.advance(server, "1h")
    began = trails.now(server)
    trails.cli(server, "cloudtrail", "create-trail", "--name", "main", "--s3-bucket-name", bucket.name, *VALIDATED)  # fmt: skip
    trails.cli(server, "cloudtrail", "start-logging", "--name", "main")
    second = call(server)
    ended = trails.advance(server, "1h10m")
    trails.wait_for_events(bucket, second)
    trails.wait_for_digests(bucket, REGIONS, ended)
    trails.assert_faithful(server, REGIONS, bucket, first | second)
    for region in REGIONS:
        chain = [d for d in ordered(bucket, region) if trails.seconds(d.document["digestEndTime"]) >= began]  # fmt: skip
        assert chain[0].document["previousDigestS3Object"] is None
        verdict = trails.validate(server, arn, region, began, ended)
        listed = {e["s3Object"] for digest in chain for e in digest.document["logFiles"]}
        verdict.assert_valid({digest.key for digest in chain}, listed)
        assert logs_in(bucket, region, second) <= listed


def test_the_chain_goes_on_in_another_bucket(server):
    began = trails.now(server)
    arn, old = start(server)
    wanted = call(server)
    trails.advance(server, "2h10m")
    wanted |= call(server)
    trails.make_bucket(server, "newer-logs", arn)
    new = trails.Bucket(server.client("s3", "root"), "newer-logs")
    trails.cli(server, "cloudtrail", "update-trail", "--name", "main", "--s3-bucket-name", new.name)
    wanted |= call(server)
    ended = trails.advance(server, "2h")
    known = trails.recorded_before_move(server)
    trails.wait_for_digests(new, REGIONS, ended)

    files = {key: log.body for bucket in (old, new) for key, log in bucket.logs().items()}
    told = {(SELLER_ACCOUNT, region): trails.history(server, region) for region in REGIONS}
    trails.report(trails.violations(told, files, wanted))
    for region in REGIONS:
        before, after = ordered(old, region), ordered(new, region)
        assert len(before) == 3 and len(after) == 2
        assert after[0].document["previousDigestS3Bucket"] == old.name
        verdict = trails.validate(server, arn, region, began, ended)
        logs = logs_in(old, region, known) | logs_in(new, region, known)
        verdict.assert_valid({digest.key for digest in before + after}, logs)
        assert not verdict.gaps


def test_validation_switched_off_and_on_is_a_gap(server):
    began = trails.now(server)
    arn, bucket = start(server)
    first = call(server)
    trails.advance(server, "1h10m")
    update = ["cloudtrail", "update-trail", "--name", "main"]
    trails.cli(server, *update, "--no-enable-log-file-validation")
    between = call(server)
    trails.advance(server, "3h")
    trails.wait_for_events(bucket, first | between)
    trails.cli(server, *update, "--enable-log-file-validation")
    second = call(server)
    ended = trails.advance(server, "1h10m")
    trails.wait_for_events(bucket, second)
    trails.wait_for_digests(bucket, REGIONS, ended)
    trails.assert_faithful(server, REGIONS, bucket, first | between | second)
    for region in REGIONS:
        chain = ordered(bucket, region)
        begins = [at for at, d in enumerate(chain) if d.document["previousDigestS3Object"] is None]
        assert len(begins) == 2
        verdict = trails.validate(server, arn, region, began, ended)
        assert verdict.code == 0 and verdict.valid_digests == {digest.key for digest in chain}
        assert verdict.valid_logs >= logs_in(bucket, region, first) | logs_in(bucket, region, second)
        assert len(verdict.gaps) == 1


def test_signing_keys_follow_each_other_over_more_than_thirty_days(server):
    began, region = trails.now(server), REGIONS[0]
    arn = trails.make_trail(server, "main", "chain-logs", "--enable-log-file-validation")
    bucket = trails.Bucket(server.client("s3", "root"), "chain-logs")
    wanted = {event_id for event_id in call(server) if event_id in trails.history(server, region)}
    ended = trails.advance(server, "31d")
    known = trails.recorded_before_move(server)
    trails.wait_for_events(bucket, wanted)
    trails.wait_for_digests(bucket, [region], ended)
    chain = ordered(bucket, region)
    assert len(chain) == 31 * 24 + 1
    trails.assert_hourly([trails.seconds(digest.document["digestEndTime"]) for digest in chain])
    signers = [digest.document["digestPublicKeyFingerprint"] for digest in chain]
    assert 2 <= len(set(signers)) == sum(a != b for a, b in zip(signers, [None, *signers]))
    verdict = trails.validate(server, arn, region, began, ended)
    verdict.assert_valid({digest.key for digest in chain}, logs_in(bucket, region, known))
    assert_keys(server, region, began, ended, chain)


def assert_keys(server, region, began, ended, chain):
    """Checks that each digest's key was valid at its end, for thirty days, and that keys overlap."""
    client = server.client("cloudtrail", "root", region)
    listed = client.list_public_keys(StartTime=began, EndTime=ended)["PublicKeyList"]
    keys = {key["Fingerprint"]: key for key in listed}
    for digest in chain:
        key = keys[digest.document["digestPublicKeyFingerprint"]]
        end = trails.seconds(digest.document["digestEndTime"])
        assert key["ValidityStartTime"] <= end <= key["ValidityEndTime"]
    spans = sorted((key["ValidityStartTime"], key["ValidityEndTime"]) for key in listed)
    assert all((until - since).days == 30 for since, until in spans)
    assert all(later < until for (_, until), (later, _) in zip(spans, spans[1:]))
