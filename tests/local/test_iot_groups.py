"""Groups that a search makes, and groups below a group."""

from tests.local.fleet_rig import Fleet, refusal


def _members(fleet: Fleet, group: dict[str, str]) -> list[str]:
    listed: list[str] = fleet.iot.list_things_in_thing_group(thingGroupName=group["thingGroupName"])["things"]
    return listed


def test_things_join_and_leave_a_dynamic_group(indexed: Fleet) -> None:
    fleet, first = indexed, indexed.thing(place="hall")
    group = fleet.dynamic_group("attributes.place:hall")
    assert group["thingGroupArn"].endswith(f":thinggroup/{group['thingGroupName']}")
    described = fleet.iot.describe_thing_group(thingGroupName=group["thingGroupName"])
    assert (described["status"], described["queryString"]) == ("ACTIVE", "attributes.place:hall")
    second = fleet.thing(place="hall")
    assert _members(fleet, group) == [first, second]
    fleet.iot.update_thing(thingName=first, attributePayload={"attributes": {"place": "attic"}})
    assert _members(fleet, group) == [second]
    fleet.iot.update_dynamic_thing_group(
        thingGroupName=group["thingGroupName"], thingGroupProperties={}, queryString="attributes.place:attic"
    )
    assert _members(fleet, group) == [first]


def test_a_continuous_job_follows_a_dynamic_group(indexed: Fleet) -> None:
    fleet = indexed
    early = fleet.thing(site="north")
    job = fleet.job(fleet.dynamic_group("attributes.site:north")["thingGroupArn"], targetSelection="CONTINUOUS")
    late = fleet.thing(site="north")
    assert fleet.executions(job, early) == fleet.executions(job, late) == [(1, "QUEUED")]
    fleet.iot.update_thing(thingName=late, attributePayload={"attributes": {"site": "south"}})
    assert fleet.executions(job, late) == [(1, "REMOVED")]
    assert fleet.events(job, "removed") == ["removed"]


def test_only_its_query_changes_a_dynamic_group(indexed: Fleet) -> None:
    fleet, name = indexed, indexed.dynamic_group("thingName:nothing")["thingGroupName"]
    thing = fleet.thing()
    for call in (
        lambda: fleet.iot.add_thing_to_thing_group(thingGroupName=name, thingName=thing),
        lambda: fleet.iot.update_thing_group(thingGroupName=name, thingGroupProperties={}),
        lambda: fleet.iot.delete_thing_group(thingGroupName=name),
    ):
        assert refusal(call) == "InvalidRequestException"
    again = {"thingGroupName": name, "queryString": "thingName:nothing"}
    assert fleet.iot.create_dynamic_thing_group(**again)["thingGroupName"] == name
    other = {**again, "queryString": "thingName:other"}
    assert refusal(lambda: fleet.iot.create_dynamic_thing_group(**other)) == "ResourceAlreadyExistsException"
    fleet.iot.delete_dynamic_thing_group(thingGroupName=name)
    assert refusal(lambda: fleet.iot.describe_thing_group(thingGroupName=name)) == "ResourceNotFoundException"


def test_things_of_the_groups_below(fleet: Fleet) -> None:
    above = fleet.group().rsplit("/", 1)[-1]
    below = f"{above}-below"
    fleet.iot.create_thing_group(thingGroupName=below, parentGroupName=above)
    things = [fleet.thing() for _ in range(3)]
    for thing in things:
        fleet.iot.add_thing_to_thing_group(thingGroupName=below, thingName=thing)
    assert fleet.iot.list_things_in_thing_group(thingGroupName=above)["things"] == []
    pages = fleet.iot.get_paginator("list_things_in_thing_group")
    found = pages.paginate(thingGroupName=above, recursive=True, PaginationConfig={"PageSize": 2})
    assert [page["things"] for page in found] == [things[:2], things[2:]]


def test_a_job_reaches_the_groups_below_and_who_joins_them(fleet: Fleet) -> None:
    arn, early, late = fleet.group(), fleet.thing(), fleet.thing()
    below = f"{arn.rsplit('/', 1)[-1]}-below"
    fleet.iot.create_thing_group(thingGroupName=below, parentGroupName=arn.rsplit("/", 1)[-1])
    fleet.iot.add_thing_to_thing_group(thingGroupName=below, thingName=early)
    once, always = fleet.job(arn), fleet.job(arn, targetSelection="CONTINUOUS")
    assert fleet.executions(once, early) == fleet.executions(always, early) == [(1, "QUEUED")]
    fleet.iot.add_thing_to_thing_group(thingGroupName=below, thingName=late)
    assert (fleet.executions(once, late), fleet.executions(always, late)) == ([], [(1, "QUEUED")])
    fleet.iot.remove_thing_from_thing_group(thingGroupName=below, thingName=late)
    assert fleet.executions(always, late) == [(1, "REMOVED")]


def test_a_thing_is_in_ten_groups_at_most(fleet: Fleet) -> None:
    thing, names = fleet.thing(), [f"floor-{number}" for number in range(11)]
    for name in names:
        fleet.iot.create_thing_group(thingGroupName=name)
    for name in names[:10] * 2:
        fleet.iot.add_thing_to_thing_group(thingGroupName=name, thingName=thing)
    last = {"thingGroupName": names[10], "thingName": thing}
    assert refusal(lambda: fleet.iot.add_thing_to_thing_group(**last)) == "InvalidRequestException"
    fleet.iot.remove_thing_from_thing_group(thingGroupName=names[0], thingName=thing)
    fleet.iot.add_thing_to_thing_group(**last)
    listed = fleet.iot.list_thing_groups_for_thing(thingName=thing)["thingGroups"]
    assert sorted(group["groupName"] for group in listed) == sorted(names[1:])
