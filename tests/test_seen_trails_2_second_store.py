"""What must be seen of trails, 2: the same against a second S3, down for a while in the middle.

The store is moto's server. What goes wrong with it, in this order: nothing; the whole store is
gone; log files are refused while digests pass, over the ends of digests. Then, in worlds of their
own: a store that comes and goes, and one that never comes back.
"""

import collections
import random
import threading

import pytest

import trails
from figures import figures, total
from running import SELLER_ACCOUNT, Server, temp_folder, wait_until
from second_store import Forwarder, Moto, configuration

REGIONS = ["us-east-1", "eu-west-1"]
GRACE_SECS = 1800
# in paths of requests, and not in the digests that list them
LOG_FILES = f"/own-logs/AWSLogs/{SELLER_ACCOUNT}/CloudTrail/"
FAILING = "opentrail_trails_failing"


class Story:
    """What happens to the trail and its store, and what was seen at each point."""

    def __init__(self, folder, moto, wire):
        config = configuration(folder, wire.url, "own-*", digest_grace_secs=GRACE_SECS)
        self.server = Server(f"{folder}/data", "--demo", "--config", str(config)).start()
        self.moto, self.wire = moto, wire
        self.elsewhere = {"AWS_ENDPOINT_URL_S3": moto.url}
        self.bucket = trails.Bucket(moto.s3(), "own-logs")
        self.status, self.figures = {}, {}

    def tell(self):
        server = self.server
        self.began = trails.now(server)
        flags = ["--is-multi-region-trail", "--enable-log-file-validation"]
        self.arn = trails.make_trail(server, "own", "own-logs", *flags, env=self.elsewhere)
        self.call()
        trails.advance(server, "1h10m")
        trails.wait_for_events(self.bucket, trails.recorded_before_move(server, self.arn))
        trails.wait_for_digests(self.bucket, REGIONS, trails.now(server))
        self.look("before")
        self.before = self.bucket.keys()

        self.wire.stop()
        self.call()
        trails.advance(server, "20m")
        self.wait_for_trouble("delivery")
        self.call()
        trails.advance(server, "3h")
        self.wait_for_trouble("digest")
        self.look("down")
        assert self.bucket.keys() == self.before
        self.wire.start()
        self.wait_for_peace()
        self.look("after")

        self.wire.refused = LOG_FILES
        self.call()
        self.late = trails.recorded_since_start(server, self.arn) - self.bucket.event_ids()
        trails.advance(server, "10m")
        self.wait_for_trouble("delivery")
        refused = trails.advance(server, "3h")
        trails.wait_for_digests(self.bucket, REGIONS, refused)
        self.look("refused")
        assert not self.late & self.bucket.event_ids()
        self.wire.refused = None
        self.wait_for_peace()

        self.call()
        self.ended = trails.advance(server, "1h10m")
        self.wanted = trails.recorded_before_move(server, self.arn)
        trails.wait_for_events(self.bucket, self.wanted)
        trails.wait_for_digests(self.bucket, REGIONS, self.ended)
        self.look("end")

    def call(self):
        for region in REGIONS:
            for who in ("seller", "auditor"):
                self.server.client("license-manager", who, region).list_license_configurations()

    def status_of(self, region):
        """GetTrailStatus in a Region, without the answer's head."""
        client = self.server.client("cloudtrail", "root", region)
        answer = client.get_trail_status(Name=self.arn)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def look(self, when):
        self.status[when] = {region: self.status_of(region) for region in REGIONS}
        self.figures[when] = figures(self.server)

    def wait_for_trouble(self, channel):
        def shown():
            return total(figures(self.server), FAILING, f'channel="{channel}"') > 0

        wait_until(shown, trails.PATIENCE_SECS, f"trouble with {channel}")

    def wait_for_peace(self):
        # a failing trail is tried again after at most a minute
        def shown():
            found = figures(self.server)
            waiting = total(found, "opentrail_trails_waiting_cuts")
            return waiting == 0 and total(found, FAILING) == 0

        wait_until(shown, 2 * trails.PATIENCE_SECS, "the end of the outage")


@pytest.fixture(scope="module")
def story():
    with temp_folder() as folder:
        moto = Moto()
        wire = Forwarder(moto.port)
        told = Story(folder, moto, wire)
        try:
            told.tell()
            yield told
            told.server.stop()
        finally:
            if told.server.alive():
                told.server.kill()
            wire.stop()
            moto.stop()


def test_nothing_is_lost_and_nothing_is_doubled(story):
    trails.assert_faithful(story.server, REGIONS, story.bucket, story.wanted)


@pytest.mark.parametrize("region", REGIONS)
def test_the_status_tells_of_the_outage_and_keeps_the_last_success(story, region):
    before, down = story.status["before"][region], story.status["down"][region]
    assert not [name for name in before if name.endswith("Error")]
    assert down["IsLogging"] is True
    assert down["LatestDeliveryError"] and down["LatestDigestDeliveryError"]
    assert down["LatestDeliveryTime"] == before["LatestDeliveryTime"]
    assert down["LatestDigestDeliveryTime"] == before["LatestDigestDeliveryTime"]
    succeeded = "LatestDeliveryAttemptSucceeded"
    assert down[succeeded] == before[succeeded]
    assert down["LatestDeliveryAttemptTime"] > before["LatestDeliveryAttemptTime"]


@pytest.mark.parametrize("region", REGIONS)
def test_the_status_is_clean_when_it_is_over(story, region):
    for when in ("after", "end"):
        status = story.status[when][region]
        assert not [name for name in status if name.endswith("Error")], when
        for time in ("LatestDeliveryTime", "LatestDigestDeliveryTime"):
            assert status[time] > story.status["down"][region][time]


@pytest.mark.parametrize("region", REGIONS)
def test_channels_fail_apart(story, region):
    status = story.status["refused"][region]
    assert status["LatestDeliveryError"] and "LatestDigestDeliveryError" not in status
    assert status["LatestDigestDeliveryTime"] > status["LatestDeliveryTime"]


def test_the_metrics_tell_of_it_too(story):
    def failing(when, channel):
        return total(story.figures[when], FAILING, f'channel="{channel}"')

    assert failing("before", "delivery") == failing("before", "digest") == 0
    assert failing("down", "delivery") == failing("down", "digest") == len(REGIONS)
    assert failing("refused", "delivery") == len(REGIONS) and failing("refused", "digest") == 0
    assert failing("after", "delivery") == failing("end", "digest") == 0
    assert total(story.figures["down"], "opentrail_trails_waiting_cuts") >= 2
    assert total(story.figures["after"], "opentrail_trails_waiting_cuts") == 0


@pytest.mark.parametrize("region", REGIONS)
def test_validate_logs_finds_all_valid_late_files_too(story, region):
    verdict = trails.validate(
        story.server, story.arn, region, story.began, story.ended, env=story.elsewhere
    )
    digests, logs = digests_of(story, region), logs_of(story, region)
    verdict.assert_valid(digests, logs)
    assert not verdict.gaps, "an outage is no gap"
    backfills = len([key for key in digests if key.endswith("_backfill.json.gz")])
    assert backfills >= 1 and verdict.ratios["backfill digest"] == (backfills, backfills)


def digests_of(story, region):
    return {key: d for key, d in story.bucket.digests().items() if f"-Digest/{region}/" in key}


def logs_of(story, region):
    """The log files that hold what happened before the clock's last move."""
    return {
        key: log
        for key, log in story.bucket.logs().items()
        if f"/CloudTrail/{region}/" in key
        and story.wanted & {record["eventID"] for record in log.document["Records"]}
    }


@pytest.mark.parametrize("region", REGIONS)
def test_digests_go_on_hour_by_hour_and_list_each_file_once(story, region):
    times = story.bucket.digest_times()[SELLER_ACCOUNT, region]
    trails.assert_hourly(times)
    assert times[0] <= trails.seconds(story.status["end"][region]["TimeLoggingStarted"])
    listed, late = collections.Counter(), set()
    for digest in digests_of(story, region).values():
        document = trails.digest_matches(digest)
        keys = [entry["s3Object"] for entry in document["logFiles"]]
        listed.update(keys)
        if trails.DIGEST_KEY.fullmatch(digest.key)["backfill"]:
            late |= set(keys)
            assert digest.head["Metadata"]["backfill-generation-timestamp"]
    assert listed == dict.fromkeys(logs_of(story, region), 1)
    ids = {r["eventID"] for key in late for r in story.bucket.read(key).document["Records"]}
    mine = {i for i in story.late if i in trails.history(story.server, region)}
    assert mine <= ids, "files that came after the digest of their hour are in a backfill digest"


def test_objects_in_the_other_store_are_as_aws_stores_them(story):
    for log in story.bucket.logs().values():
        assert log.head["ContentType"] == "application/json"
        assert log.head["ContentEncoding"] == "gzip" and log.head["Metadata"] == {}
        assert log.text.startswith(b'{"Records":[{') and log.text.endswith(b"}]}")
    for digest in story.bucket.digests().values():
        assert digest.head["Metadata"]["signature-algorithm"] == "SHA256withRSA"
    for kind in ("CloudTrail", "CloudTrail-Digest"):
        marker = story.bucket.read(f"AWSLogs/{SELLER_ACCOUNT}/{kind}/")
        assert marker.body == b""


def test_the_built_in_store_has_nothing_of_it(story):
    assert story.server.client("s3", "root").list_buckets()["Buckets"] == []


class World:
    """A server with a trail that delivers to a store behind a wire."""

    def __init__(self, folder, *flags, **settings):
        self.moto = Moto()
        self.wire = Forwarder(self.moto.port)
        config = configuration(folder, self.wire.url, "own-*", **settings)
        self.server = Server(f"{folder}/data", "--demo", "--config", str(config)).start()
        self.bucket = trails.Bucket(self.moto.s3(), "own-logs")
        elsewhere = {"AWS_ENDPOINT_URL_S3": self.moto.url}
        self.began = trails.now(self.server)
        self.arn = trails.make_trail(self.server, "own", "own-logs", *flags, env=elsewhere)

    def call(self):
        for region in REGIONS:
            self.server.client("license-manager", "seller", region).list_license_configurations()

    def end(self):
        try:
            self.server.stop()
        finally:
            self.wire.stop()
            self.moto.stop()


@pytest.fixture
def make_world():
    with temp_folder() as folder:
        worlds = []

        def make(*flags, **settings):
            worlds.append(World(folder, *flags, **settings))
            return worlds[-1]

        yield make
        for world in worlds:
            world.end()


def test_a_store_that_comes_and_goes_gets_everything_once(make_world):
    flags = ["--is-multi-region-trail", "--enable-log-file-validation"]
    world = make_world(*flags, delivery_interval_secs=1)
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")
    dice, never = random.Random(seed), threading.Event()
    for _ in range(15):
        world.call()
        # these waits are the flapping itself
        never.wait(dice.uniform(0.02, 0.6))
        world.wire.stop()
        world.call()
        never.wait(dice.uniform(0.02, 0.3))
        world.wire.start()
    ended = trails.advance(world.server, "1h10m")
    wanted = trails.recorded_before_move(world.server, world.arn)
    trails.wait_for_events(world.bucket, wanted, 2 * trails.PATIENCE_SECS)
    trails.wait_for_digests(world.bucket, REGIONS, ended)
    trails.assert_faithful(world.server, REGIONS, world.bucket, wanted)
    for region in REGIONS:
        where = {"AWS_ENDPOINT_URL_S3": world.moto.url}
        verdict = trails.validate(
            world.server, world.arn, region, world.began, ended, env=where
        )
        digests = {key for key in world.bucket.digests() if f"-Digest/{region}/" in key}
        known = wanted & set(trails.history(world.server, region))
        logs = {
            key
            for key, log in world.bucket.logs().items()
            if known & {record["eventID"] for record in log.document["Records"]}
        }
        verdict.assert_valid(digests, logs)


def test_what_never_arrives_is_given_up_after_thirty_days_and_not_before(make_world):
    world = make_world("--is-multi-region-trail")

    def waiting():
        return total(figures(world.server), "opentrail_trails_waiting_cuts")

    before = trails.recorded_since_start(world.server, world.arn)
    world.wire.stop()
    world.call()
    lost = trails.recorded_since_start(world.server, world.arn) - before
    moved = trails.advance(world.server, "29d")
    wait_until(lambda: total(figures(world.server), FAILING) > 0, trails.PATIENCE_SECS, "trouble")
    assert waiting() > 0 and "given up" not in world.server.output()
    trails.advance(world.server, "2d")
    # a failing trail is tried again after at most a minute
    patience = 2 * trails.PATIENCE_SECS
    wait_until(lambda: "given up" in world.server.output(), patience, "the end of patience")
    world.wire.start()
    world.call()
    later = trails.recorded(world.server, moved)
    trails.advance(world.server, "10m")
    trails.wait_for_events(world.bucket, later, patience)
    assert not lost & world.bucket.event_ids()
