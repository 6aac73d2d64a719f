"""Which things are in the dynamic groups: see iot_groups."""

from ministack.services import iot

from local.corrections.iot.index import names


async def refresh() -> None:
    """Have things join and leave; nothing changes while the index is switched off."""
    if iot._thing_indexing_mode() == "OFF":
        return
    for group in [one for one in iot._thing_groups.values() if "queryString" in one]:
        found, members, name = names(group["queryString"]), set(group["things"]), group["thingGroupName"]
        for thing in sorted(found - members):
            await iot._add_thing_to_group({"thingGroupName": name, "thingName": thing})
        for thing in sorted(members - found):
            await iot._remove_thing_from_group({"thingGroupName": name, "thingName": thing})
