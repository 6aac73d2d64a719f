"""The commands that the documents show, carried out as they stand there."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import cloud

ROOT = Path(__file__).parents[2]


def typed(document: str, api: str, folder: Path) -> list[Any]:
    """Type the ```sh blocks of a document, one after the other in one shell; return the JSON objects printed."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    script = "set -e\n" + "".join(blocks).replace("\ncurl", "\necho; curl").replace("\nuntil", "\necho; until")
    ended = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "API": api},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The URL of a local cloud that takes unsigned requests, as `make up` does."""
    with cloud.running(tasks="process") as local:
        yield local.api_url


def test_the_readmes_walk_through(api: str) -> None:
    job, run, log, stopped = typed("README.md", api, ROOT)
    assert job["id"] == "examples.hello"
    assert run["jobId"] == "examples.hello"
    assert "events" in log
    assert stopped["id"] == run["id"]
    assert stopped["status"] in ("FAILED", "SUCCESS")


def test_the_first_job_of_the_start_page(api: str, tmp_path: Path) -> None:
    job, run, log, schedule, deleted = typed("docs/start.md", api, tmp_path)
    assert (job["id"], run["status"], deleted["id"]) == ("team.first", "SUCCESS", "team.first")
    assert [event["message"] for event in log["events"]] == ["hello, you"]
    assert schedule["nextRunAt"]
