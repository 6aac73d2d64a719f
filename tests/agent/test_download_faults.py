"""download-file: what an address gives away, and what a power cut leaves."""

import os
import signal

import pytest

from tests.agent.configs import config
from tests.agent.orders import Place
from tests.agent.processes import Begun
from tests.agent.site import Site


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1/a b?X-Amz-Signature=secret",
        "http://localhost:1/a?X-Amz-Signature=secret\n",
        "http://user:secret@localhost:1/a",
        "ftp://user:secret@localhost/a",
        "https://user:secret@[::/a",
    ],
)
def test_no_secret_of_an_address_is_reported(place: Place, url: str) -> None:
    place.tables["downloads"] = {"http": True, "folders": ["in"]}
    outcome = place.run({"operation": "download-file", "url": url, "filePath": str(place.folder / "in" / "b")})
    assert outcome.details["errorCode"] in ("ERR_DOWNLOAD_FAILED", "ERR_INVALID_DOCUMENT")
    assert "secret" not in str(outcome)


def test_what_a_power_cut_left_is_gone_after_the_next_download(place: Place, site: Site) -> None:
    place.tables["downloads"] = {"http": True, "folders": ["in"]}
    found = config(place.folder, operations=["download-file"], **place.tables)
    document = {"operation": "download-file", "filePath": str(place.folder / "in" / "b")}
    job = Begun(found, {**document, "url": f"{site.url}/stalls"}, None)
    while "progress" not in job.told():
        pass
    os.killpg(job.process._child.pid, signal.SIGKILL)
    assert job.outcome().status == "FAILED"
    site.put("a", b"x")
    assert place.run({**document, "url": f"{site.url}/a"}).status == "SUCCEEDED"
    assert [path.name for path in (place.folder / "in").iterdir()] == ["b"]
