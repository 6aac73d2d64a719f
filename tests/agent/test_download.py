"""download-file: a whole file where the device allows it, or nothing, and no secret of its URL in a report."""

import os
import signal
from pathlib import Path

import pytest

from shiftwork_agent.jobs.execution import Outcome
from tests.agent.configs import config
from tests.agent.place import Place
from tests.agent.processes import Begun
from tests.agent.site import Site


def download(place: Place, url: str, target: Path, **more: object) -> Outcome:
    place.tables["downloads"] = {"http": True, "folders": ["in"]}
    (place.folder / "in").mkdir(exist_ok=True)
    return place.run({"operation": "download-file", "url": url, "filePath": str(target), **more})


def test_a_file_arrives(place: Place, site: Site) -> None:
    site.put("a", b"x" * 600_000)
    outcome = download(place, f"{site.url}/a", place.folder / "in" / "b")
    assert outcome.details == {"step": "downloaded", "progress": "100", "bytes": "600000"}
    assert [path.name for path in (place.folder / "in").iterdir()] == ["b"]
    assert place.told[1]["progress"] == "43"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/none?X-Amz-Signature=secret", "the server answers 404"),
        ("/short", "the download ended after 4 of 1000 bytes"),
    ],
)
def test_what_does_not_arrive_leaves_nothing(place: Place, site: Site, path: str, told: str) -> None:
    outcome = download(place, site.url + path, place.folder / "in" / "b")
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", "ERR_DOWNLOAD_FAILED")
    assert outcome.details["reason"].endswith(told)
    assert "secret" not in outcome.details["reason"]
    assert list((place.folder / "in").iterdir()) == []


def test_a_file_that_is_too_large(place: Place, site: Site) -> None:
    site.put("a", b"x" * 1000)
    place.tables["limits"] = {"download_bytes": 999}
    outcome = download(place, f"{site.url}/a", place.folder / "in" / "b")
    assert "larger than limits.download_bytes" in outcome.details["reason"]


def test_a_redirect_leads_nowhere_else(place: Place, site: Site) -> None:
    outcome = download(place, f"{site.url}/moved", place.folder / "in" / "b")
    assert (outcome.status, outcome.details["reason"]) == (
        "REJECTED",
        "The URL ftp://localhost/file does not begin with https or http",
    )


@pytest.mark.parametrize("target", ["in/../out", "out", "in", "in/link/x"])
def test_other_places_are_refused(place: Place, site: Site, target: str) -> None:
    (place.folder / "in").mkdir()
    (place.folder / "in" / "link").symlink_to(place.folder)
    outcome = download(place, f"{site.url}/a", place.folder / target)
    assert outcome.status in ("REJECTED", "FAILED")
    assert "ERR_PATH_NOT_ALLOWED" in outcome.details["errorCode"] or target == "in"
    assert outcome.details["errorCode"] != "ERR_DOWNLOAD_FAILED"


def test_plain_http_is_refused_unless_allowed(place: Place, site: Site) -> None:
    place.tables["downloads"] = {"folders": ["in"]}
    outcome = place.run({"operation": "download-file", "url": site.url, "filePath": str(place.folder / "in" / "b")})
    assert outcome.details["reason"].endswith("does not begin with https")


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
