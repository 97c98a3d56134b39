"""A data folder whose journal was put back to an older copy, while its snapshots stayed."""

import shutil

from running import Server


def users(server):
    rows = server.client("iam", "root").list_users(MaxItems=1000)["Users"]
    return {row["UserName"] for row in rows} - {"Alice", "Auditor"}


def make(server, *names):
    for name in names:
        server.client("iam", "root").create_user(UserName=name)


def test_a_snapshot_of_undone_times_is_never_taken_for_the_state(tmp_path):
    """Its changes are gone with the journal that held them, however far the new one goes."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    server = Server(data, "--demo").start()
    make(server, "before")
    server.stop()
    shutil.copytree(data / "journal", kept)
    server.start()
    make(server, "undone")
    server.stop()
    snapshots = sorted(path.name for path in (data / "snapshots").iterdir())
    assert snapshots, "the test shows nothing without a snapshot of the undone time"

    shutil.rmtree(data / "journal")
    shutil.copytree(kept, data / "journal")
    server.start()
    assert users(server) == {"before"}
    # as far as the undone time went, and beyond it
    for number in range(6):
        make(server, f"after-{number}")
        server.stop()
        server.start()
        assert users(server) == {"before"} | {f"after-{n}" for n in range(number + 1)}
    server.stop()
