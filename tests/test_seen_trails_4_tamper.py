"""What must be seen of trails, 4: the tamper matrix.

One real server delivers several hours from several Regions. Then each kind of tampering is done to
its bucket and undone again, and in between three verifiers look: the AWS CLI, `opentrail verify`
over S3, and `opentrail verify` on a plain copy without a network. The table of what each finds is
docs/integrity.md; it must be what was measured. OPENTRAIL_REWRITE=1 writes it anew.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil

import pytest

import tampering
from running import ROOT, SELLER_ACCOUNT, Server, temp_folder
from trails import (
    HOUR,
    INSTANT,
    Bucket,
    advance,
    cli,
    make_trail,
    now,
    validate,
    wait_for_digests,
)

PAGE = ROOT / "docs/integrity.md"
BEGIN = "<!-- tamper matrix: written by tests/test_seen_trails_4_tamper.py -->"
END = "<!-- end of the tamper matrix -->"
NAME = "logs"
HERE, THERE = "us-east-1", "eu-west-1"
HOURS = 5
NAMED, FOUND, MISSED, NONE = "named", "found", "**missed**", "–"


class World:
    """A server with a delivered bucket, its keys pinned, and a plain copy of it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.server = Server(self.folder / "data", "--demo").start()
        flags = ["--is-multi-region-trail", "--enable-log-file-validation"]
        self.arn = make_trail(self.server, "main", NAME, *flags)
        self.begin = now(self.server)
        for _ in range(HOURS):
            for region in [HERE, THERE]:
                client = self.server.client("license-manager", "seller", region)
                for _ in range(3):
                    client.list_license_configurations()
            advance(self.server, "1h")
        # past the newest digest's end by more than a digest may take
        self.end = advance(self.server, "20m")
        self.s3 = self.server.client("s3", "root")
        wait_for_digests(Bucket(self.s3, NAME), [HERE, THERE], self.end)
        self.keys = self.folder / "keys.json"
        self.server.command("verify", "--save-keys", self.keys, who="root")
        self.copy = self.folder / "copy"
        cli(self.server, "s3", "sync", "--quiet", f"s3://{NAME}", self.copy)
        self.bucket = self.look()

    def look(self):
        """Everything that is in the bucket."""
        read = Bucket(self.s3, NAME)
        objects = {
            key: tampering.Object(read.read(key).body, read.read(key).head["Metadata"])
            for key in read.keys()
        }
        return tampering.Bucket(NAME, objects, SELLER_ACCOUNT, HERE, THERE)

    def write(self, changes):
        for key, found in changes.items():
            if found is None:
                self.s3.delete_object(Bucket=NAME, Key=key)
            else:
                body, metadata = found
                self.s3.put_object(Bucket=NAME, Key=key, Body=body, Metadata=metadata)

    def cell_of_aws(self, tamper, url=None):
        env = {"AWS_ENDPOINT_URL_CLOUDTRAIL": url} if url else None
        region = tamper.region or HERE
        begin = self.begin - 2 * HOUR
        done = validate(self.server, self.arn, region, begin, self.end, env=env)
        if done.code == 0:
            return MISSED
        told = "\n".join(done.invalid)
        return NAMED if any(name in told for name in tamper.named()) else FOUND

    def cell_of_verify(self, tamper, *where, env=None):
        arguments = ["verify", "--json", "--keys", self.keys, *where]
        done = self.server.command(*arguments, who="root", check=False, env=env)
        assert done.returncode in (0, 1), done.stderr
        report = json.loads(done.stdout)
        assert report["isClean"] == (done.returncode == 0)
        if report["isClean"]:
            return MISSED
        found = [finding["key"] for finding in report["findings"]]
        is_named = any(key.startswith(name) for key in found for name in tamper.named())
        return NAMED if is_named else FOUND

    def offline(self, tamper):
        """What is found on a plain copy, with the same done to it."""
        if tamper.metadata_only:
            return NONE
        with temp_folder() as folder:
            copy = pathlib.Path(folder) / "copy"
            shutil.copytree(self.copy, copy)
            for key, found in tamper.changes.items():
                path = copy / key
                if found is None:
                    path.unlink()
                    continue
                if key.endswith("/"):
                    # a key that is a folder cannot be a file: such a copy does not exist
                    return NONE
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(found.body)
            end = self.end.strftime(INSTANT)
            where = ["--folder", copy, "--bucket", NAME, "--end", end]
            return self.cell_of_verify(tamper, *where)

    def row(self, tamper):
        """Does it, lets all three look, and undoes it."""
        self.write(tamper.changes)
        try:
            if tamper.keys:
                with tampering.Swap(self.server.url, tamper.keys) as url:
                    return self.cells(tamper, url)
            return self.cells(tamper, None)
        finally:
            self.write({key: self.bucket.objects.get(key) for key in tamper.changes})

    def cells(self, tamper, url):
        env = {"AWS_ENDPOINT_URL_CLOUDTRAIL": url} if url else None
        with concurrent.futures.ThreadPoolExecutor() as pool:
            cells = [
                pool.submit(self.cell_of_aws, tamper, url),
                pool.submit(self.cell_of_verify, tamper, env=env),
                pool.submit(self.offline, tamper),
            ]
            return [cell.result() for cell in cells]


@pytest.fixture(scope="module")
def world():
    with temp_folder() as folder:
        world = World(folder)
        yield world
        world.server.stop()


def table(rows):
    lines = [
        "| to | what is done | `aws cloudtrail validate-logs` | `opentrail verify` | "
        "`opentrail verify`, plain copy |",
        "|---|---|---|---|---|",
    ]
    for tamper, cells in rows:
        lines.append("| " + " | ".join([tamper.group, tamper.words, *cells]) + " |")
    by_aws, online, offline = zip(*(cells for _, cells in rows))

    def count(cells):
        done = [cell for cell in cells if cell != NONE]
        return f"{sum(cell != MISSED for cell in done)} of {len(done)}"

    lines.append(f"| | found | {count(by_aws)} | {count(online)} | {count(offline)} |")
    return "\n".join(lines)


def test_what_was_not_touched_is_clean_for_all(world):
    """The control: without it the table would show nothing."""
    untouched = tampering.Tamper("control", "nothing", ["nothing"])
    assert world.row(untouched) == [MISSED] * 3


def test_the_tamper_matrix(world):
    rows = [(tamper, world.row(tamper)) for tamper in world.bucket.kinds()]
    after = world.look().objects
    gone = {key for key, found in world.bucket.objects.items() if after.get(key) != found}
    assert not gone, f"not put back: {gone}"
    missed = [tamper.words for tamper, cells in rows if MISSED in cells[1:]]
    assert not missed, f"opentrail verify misses: {missed}\n{table(rows)}"
    measured = table(rows)
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    written = f"{head}{BEGIN}\n\n{measured}\n\n{END}{tail}"
    if os.environ.get("OPENTRAIL_REWRITE"):
        PAGE.write_text(written, encoding="utf-8")
        return
    assert page == written, f"docs/integrity.md is not what was measured:\n{measured}"
