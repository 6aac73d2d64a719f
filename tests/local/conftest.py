"""A local AWS with the corrections and nothing deployed, and one with Shiftwork deployed and IAM enforced."""

from collections.abc import Iterator

import pytest

from local import cloud as local_cloud
from local.client import Client
from local.errors import LocalCloudError
from local.tasks import engines
from tests.local.fleet_rig import Fleet
from tests.local.workbench import IMAGE, Workbench


@pytest.fixture(scope="session")
def server() -> Iterator[local_cloud.Aws]:
    """The local AWS alone: starts in a moment. Tasks are processes."""
    with local_cloud.aws(tasks="process") as running:
        yield running


@pytest.fixture(scope="session")
def guarded() -> Iterator[local_cloud.Aws]:
    """The local AWS alone, where IAM and the IoT policies of devices are enforced."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        yield running


@pytest.fixture(scope="session")
def fleet(guarded: local_cloud.Aws) -> Fleet:
    """Things and jobs on the local AWS; its clock is moved."""
    return Fleet(guarded)


@pytest.fixture
def indexed(fleet: Fleet) -> Fleet:
    """The same, with fleet indexing switched on."""
    fleet.index("REGISTRY")
    return fleet


@pytest.fixture(scope="session")
def cloud() -> Iterator[local_cloud.Cloud]:
    """Shiftwork, deployed; its API takes signed requests only, and its functions may do what their roles allow."""
    with local_cloud.running(auth="iam", enforce_iam=True, tasks="process") as running:
        yield running


@pytest.fixture(scope="session")
def unguarded_cloud() -> Iterator[local_cloud.Cloud]:
    """Shiftwork, deployed; its API takes every request, as that of `make up` does."""
    with local_cloud.running(tasks="process") as running:
        yield running


@pytest.fixture(scope="module")
def open_cloud(unguarded_cloud: local_cloud.Cloud) -> Iterator[local_cloud.Cloud]:
    """The same, without jobs: each file's tests leave none to the next one's."""
    yield unguarded_cloud
    api = Client(unguarded_cloud.api_url)
    while jobs := api("GET", "/v1/jobs"):
        for job in jobs:
            api("DELETE", f"/v1/jobs/{job['id']}?stopCurrentJobRuns=true")


@pytest.fixture(scope="session")
def workbench(server: local_cloud.Aws) -> Workbench:
    """Task definitions and state machines on the local AWS."""
    return Workbench(server)


@pytest.fixture(scope="session")
def contained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A local AWS whose tasks are containers, where a Docker or Podman engine answers and has an image to run."""
    try:
        engines.choose(tmp_path_factory.mktemp("tasks"), "container")
    except LocalCloudError as error:
        pytest.skip(f"{error}: start Docker or Podman")
    with local_cloud.aws(tasks="container") as local:
        bench = Workbench(local)
        first = bench.stopped(bench.run_task("true", image=IMAGE))
        if first["stopCode"] == "TaskFailedToStart":
            pytest.skip(f"the image {IMAGE} cannot be run: {first['stoppedReason']}")
        yield bench
