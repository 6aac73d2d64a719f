"""A power cut takes nothing that was reported: it is on the disk before it is put into use."""

import os
from pathlib import Path

import pytest

from shiftwork_agent.disk import replace_json
from tests.agent.installs import current, document, tar
from tests.agent.place import Place
from tests.agent.site import Site


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were written to the disk with fsync, in their order."""
    kept: list[str] = []
    fsync = os.fsync

    def note(number: int) -> None:
        kept.append(str(Path(f"/proc/self/fd/{number}").readlink()))
        fsync(number)

    monkeypatch.setattr(os, "fsync", note)
    return kept


def test_a_package_is_on_the_disk_before_it_is_used(installer: Place, site: Site, disk: list[str]) -> None:
    files = ({**site.put("a.tgz", tar(bin__run="go")), "unpack": True}, site.put("b", b"x"))
    assert installer.run(document(*files)).status == "SUCCEEDED"
    folder = current(installer).parent
    drafts = [Path(path).relative_to(folder / ".draft-1.0") for path in disk if "/.draft-1.0" in path]
    assert {str(path) for path in drafts} >= {".", "bin", "bin/run", "b"}
    assert disk[-1] == str(folder)  # the link


def test_a_download_is_on_the_disk_before_it_is_there(place: Place, site: Site, disk: list[str]) -> None:
    place.tables["downloads"] = {"http": True, "folders": ["in"]}
    site.put("a", b"x")
    target = place.folder / "in" / "b"
    place.run({"operation": "download-file", "url": f"{site.url}/a", "filePath": str(target)})
    assert [Path(path).name for path in disk] == ["b", "in"]


def test_what_is_kept_of_a_job_is_nobody_elses_to_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        replace_json(tmp_path / "saved.json", {"password": "x"})
    finally:
        os.umask(before)
    assert (tmp_path / "saved.json").stat().st_mode & 0o077 == 0
