"""download-file: a whole file where the device allows it, or nothing."""

from pathlib import Path

import pytest

from shiftwork_agent.jobs.execution import Outcome
from tests.agent.orders import Place
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
        ("/short", "it ended after 4 of 1000 bytes"),
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
