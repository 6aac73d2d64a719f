"""Pages and filters over HTTP: jobs, groups, runs."""

import pytest

from tests.api.conftest import Call, walk


@pytest.mark.usefixtures("four_jobs")
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("limit=1", ["lonely", "team.a", "team.b.c", "teamster.d"]),
        ("limit=3&embed=historySummary", ["lonely", "team.a", "team.b.c", "teamster.d"]),
        ("group=team&limit=1", ["team.a", "team.b.c"]),
        ("label=kind%3Dx&limit=1", ["lonely", "team.a", "teamster.d"]),
        ("label=kind%3Dx&label=all%3D&group=team", ["team.a"]),
        ("label=kind%3Dz", []),
        ("group=nobody", []),
    ],
)
def test_jobs(call: Call, query: str, ids: list[str]) -> None:
    assert [job["id"] for job in walk(call, f"/v1/jobs?{query}")] == ids


@pytest.mark.usefixtures("four_jobs")
def test_the_next_page_lies_under_the_path_that_was_asked_for(call: Call) -> None:
    link = call("GET", "/service/metronome/v1/jobs?limit=1").headers["Link"]
    assert link.startswith("</service/metronome/v1/jobs?limit=1&cursor=")
    assert link.endswith('>; rel="next"')
