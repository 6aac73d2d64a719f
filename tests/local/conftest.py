"""A local AWS with the corrections and nothing deployed, and one with Shiftwork deployed and IAM enforced."""

from collections.abc import Iterator

import pytest

from local import cloud as local_cloud
from tests.local.workbench import Workbench


@pytest.fixture(scope="session")
def server() -> Iterator[local_cloud.Aws]:
    """The local AWS alone: starts in a moment. Tasks are processes."""
    with local_cloud.aws(tasks="process") as running:
        yield running


@pytest.fixture(scope="session")
def cloud() -> Iterator[local_cloud.Cloud]:
    """Shiftwork, deployed; its API takes signed requests only, and its functions may do what their roles allow."""
    with local_cloud.running(auth="iam", enforce_iam=True, tasks="process") as running:
        yield running


@pytest.fixture(scope="session")
def workbench(server: local_cloud.Aws) -> Workbench:
    """Task definitions and state machines on the local AWS."""
    return Workbench(server)
