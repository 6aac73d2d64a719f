"""What jobs can have, end to end and with IAM enforced: files, artifacts, sidecars, restarts, Spot, dependencies."""

import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "features", "*")


@pytest.fixture
def artifacts(tmp_path: Path) -> Iterator[str]:
    """The URL of a folder that is served on loopback; in it is the archive tools.tgz."""
    with tarfile.open(tmp_path / "tools.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("greeting.txt")
        entry.size = 5
        archive.addfile(entry, io.BytesIO(b"hello"))
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_artifacts_are_there_before_the_job_starts(call: Caller, artifacts: str) -> None:
    run = call.run("fetches", cmd="cat greeting.txt", artifacts=[{"uri": f"{artifacts}/tools.tgz"}])
    assert run["status"] == "SUCCESS", run
    assert call.log("fetches", run["id"]) == ["hello"]


def test_an_artifact_that_is_not_there_is_a_failed_start_and_init_says_which(call: Caller, artifacts: str) -> None:
    run = call.run("lacks", cmd="true", artifacts=[{"uri": f"{artifacts}/none.tgz"}])
    assert (run["status"], run["reason"]) == ("FAILED", "START_FAILED")
    said = call("GET", f"/v1/jobs/lacks/runs/{run['id']}/logs?container=init").json["events"]
    assert any("cannot fetch" in event["message"] and "none.tgz" in event["message"] for event in said)


def test_a_sidecar_starts_before_and_ends_after_the_job(call: Caller) -> None:
    sidecar = {"name": "aside", "image": "alpine", "cmd": "echo beside; exec sleep 300"}
    run = call.run("beside", cmd="true", sidecars=[sidecar], dependsOn=[{"container": "aside", "condition": "START"}])
    assert (run["status"], run["exitCode"]) == ("SUCCESS", 0), run
    said = call("GET", f"/v1/jobs/beside/runs/{run['id']}/logs?container=aside").json["events"]
    assert [event["message"] for event in said] == ["beside"]


def test_a_failed_task_is_started_again(call: Caller) -> None:
    restart = {"policy": "ON_FAILURE", "activeDeadlineSeconds": 60}
    run = call.run("again", cmd='test "$SHIFTWORK_ATTEMPT" = 3', restart=restart)
    assert run["status"] == "SUCCESS", run
    ends = ["TASK_FAILED", "TASK_FAILED", "TASK_FINISHED"]  # the news of a task's end may come after the run's
    path = f"/v1/jobs/again/runs/{run['id']}"
    until(lambda: [task["status"] for task in call("GET", path).json["tasks"]], lambda seen: seen == ends)


def test_a_job_may_run_on_spot(call: Caller) -> None:
    assert call.run("spot", cmd="true", capacity="FARGATE_SPOT_WITH_FALLBACK")["status"] == "SUCCESS"


def test_a_chain_of_three_runs(call: Caller) -> None:
    for job, parents in (("chain.c", ["chain.b"]), ("chain.b", ["chain.a"])):
        refused = call("POST", "/v1/jobs", document(job, parents))
        assert refused.status == 422, "the parent is not there yet"
    for job, parents in (("chain.a", []), ("chain.b", ["chain.a"]), ("chain.c", ["chain.b"])):
        assert call("POST", "/v1/jobs", document(job, parents)).status == 201
    assert call("POST", "/v1/jobs/chain.a/runs").status == 201
    runs = until(lambda: call("GET", "/v1/runs?group=chain&status=SUCCESS").json, lambda found: len(found) == 3)
    assert [run["jobId"] for run in sorted(runs, key=lambda run: str(run["createdAt"]))] == [
        "chain.a",
        "chain.b",
        "chain.c",
    ]
    assert call("GET", "/v1/groups/chain").json == {"id": "chain", "jobCount": 3, "activeRunCount": 0}


def document(job: str, parents: list[str]) -> dict[str, object]:
    """A job that does nothing, after others."""
    run = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "true"}
    return {"id": job, "dependencies": [{"id": parent} for parent in parents], "run": run}
