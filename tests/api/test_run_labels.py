"""Labels of runs, and finding runs by them."""

import pytest

from tests.api.conftest import RUNS, Call, walk


@pytest.mark.usefixtures("four_jobs")
def test_runs_are_found_by_their_labels(call: Call) -> None:
    given = [
        ("team.a", {"ticket": "7", "who": "ci"}),
        ("team.a", {"ticket": "7"}),
        ("team.b.c", {"ticket": "7"}),
        ("team.a", {"ticket": "8", "strange name.#:": "é"}),
        ("team.a", {}),
    ]
    runs = [call("POST", f"/v1/jobs/{job_id}/runs", {"labels": labels}).json for job_id, labels in given]
    assert [run["labels"] for run in runs] == [labels for _, labels in given]
    assert call("POST", f"/v1/jobs/team.a/runs/{runs[1]['id']}/actions/stop").status == 200

    def found(path: str) -> list[int]:
        ids = [run["id"] for run in runs]
        return sorted(ids.index(run["id"]) for run in walk(call, path))

    assert found("/v1/runs?label=ticket%3D7") == [0, 1, 2]
    assert found("/v1/runs?label=ticket%3D7&limit=1") == [0, 1, 2]
    assert found("/v1/runs?label=ticket%3D7&label=who%3Dci") == [0]
    assert found("/v1/runs?label=ticket%3D7,who%3Dci") == [0]
    assert found("/v1/runs?label=ticket%3D7&status=FAILED") == [1]
    assert found("/v1/runs?label=ticket%3D7&group=team.b") == [2]
    assert found("/v1/runs?label=strange%20name.%23%3A%3D%C3%A9") == [3]
    assert found("/v1/jobs/team.a/runs?label=ticket%3D7") == [0, 1], "finished ones too"
    assert found("/v1/jobs/team.a/runs?label=ticket%3D9") == []


@pytest.mark.usefixtures("run")
def test_a_label_that_is_none(call: Call) -> None:
    for path in ("/v1/runs", RUNS):
        answer = call("GET", f"{path}?label=ticket")
        assert (answer.status, "is not of the form name=value" in answer.json["message"]) == (400, True)
