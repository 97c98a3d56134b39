"""A look directly after an answer finds that answer's event: no waiting, no second look."""

import json
import threading

import pytest

from events import lookup
from raw import find_events
from running import request_id

CALLS = 50


def asked_for(client):
    """The request ids of the newest events of ListLicenseConfigurations, by one look."""
    items = lookup(client, "EventName", "ListLicenseConfigurations", MaxResults=50)
    return {json.loads(item["CloudTrailEvent"])["requestID"] for item in items}


def test_lookup_events_finds_each_answer_at_the_first_look(fresh):
    manager, trail = fresh.client("license-manager"), fresh.client("cloudtrail", "root")
    for number in range(CALLS):
        asked = request_id(manager.list_license_configurations())
        assert asked in asked_for(trail), f"call {number}"


def test_the_newest_event_is_the_first(fresh):
    manager, trail = fresh.client("license-manager"), fresh.client("cloudtrail", "root")
    for number in range(CALLS):
        asked = request_id(manager.list_license_configurations())
        (item,) = lookup(trail, "Username", "Alice", MaxResults=1)
        assert json.loads(item["CloudTrailEvent"])["requestID"] == asked, f"call {number}"


def test_the_servers_own_search_does_too(fresh):
    manager = fresh.client("license-manager")
    for number in range(CALLS):
        asked = request_id(manager.list_license_configurations())
        found = find_events(fresh, {"EventName": "ListLicenseConfigurations"})
        assert asked in {json.loads(text)["requestID"] for text in found}, f"call {number}"


def test_a_look_up_finds_the_look_up_before_it(fresh):
    trail = fresh.client("cloudtrail", "root")
    before = None
    for number in range(CALLS):
        answer = trail.lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "LookupEvents"}]
        )
        found = {json.loads(item["CloudTrailEvent"])["requestID"] for item in answer["Events"]}
        assert before is None or before in found, f"call {number}"
        assert request_id(answer) not in found
        before = request_id(answer)


def test_show_finds_an_event_that_was_just_answered(fresh):
    manager = fresh.client("license-manager")
    made = manager.create_license_configuration(Name="at-once", LicenseCountingType="vCPU")
    done = fresh.command("find", "--event", "CreateLicenseConfiguration", "--json", who="root")
    (line,) = done.stdout.splitlines()
    event = json.loads(line)
    assert event["requestID"] == request_id(made)
    assert fresh.command("show", event["eventID"], "--json", who="root").stdout == line + "\n"


@pytest.mark.parametrize("callers", [8])
def test_it_holds_for_many_at_once(fresh, callers):
    """Each caller looks for its own calls by its own name, while the others write too."""
    iam, late = fresh.client("iam", "root"), []
    manager_of = {}
    for number in range(callers):
        name = f"writer-{number}"
        iam.create_user(UserName=name)
        iam.attach_user_policy(
            UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        )
        manager_of[name] = iam.create_access_key(UserName=name)["AccessKey"]

    def work(name, keys):
        manager, trail = fresh.client("license-manager", keys), fresh.client("cloudtrail", keys)
        for _ in range(CALLS):
            asked = request_id(manager.list_license_configurations())
            (item,) = lookup(trail, "Username", name, MaxResults=1)
            if json.loads(item["CloudTrailEvent"])["requestID"] != asked:
                late.append(name)

    threads = [threading.Thread(target=work, args=pair) for pair in manager_of.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not late
