"""Groups over HTTP."""

import pytest

from tests.api.conftest import Call, walk


@pytest.mark.usefixtures("four_jobs")
def test_groups_have_counts(call: Call) -> None:
    call("POST", "/v1/jobs/team.b.c/runs")
    groups = walk(call, "/v1/groups?limit=1")
    assert [(one["id"], one["jobCount"], one["activeRunCount"]) for one in groups] == [
        ("team", 2, 1),
        ("team.b", 1, 1),
        ("teamster", 1, 0),
    ]
    assert call("GET", "/v1/groups/team.b").json == groups[1]
    assert call("GET", "/v1/groups/lonely").json == {"id": "lonely", "message": "Group not found"}
