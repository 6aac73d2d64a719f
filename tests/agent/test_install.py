"""install: a whole version or the version before."""

import io
import zipfile
from pathlib import Path

import pytest

from shiftwork_agent.jobs.ports import Resumption
from tests.agent.installs import current, document, left, tar
from tests.agent.place import Place
from tests.agent.site import Site


def test_files_are_there_when_it_has_succeeded(installer: Place, site: Site) -> None:
    archive = {**site.put("app.tgz", tar(bin__run="go", readme="read")), "unpack": True}
    outcome = installer.run(document(site.put("one.bin", b"1" * 300_000), archive))
    assert (outcome.status, outcome.details) == ("SUCCEEDED", {"step": "installed", "progress": "100"})
    assert (current(installer) / "one.bin").stat().st_size == 300_000
    assert (current(installer) / "bin" / "run").read_text() == "go"
    assert sorted(path.name for path in current(installer).iterdir()) == ["bin", "one.bin", "readme"]
    assert installer.steps_told() == ["file 1 of 2", "file 2 of 2"]
    assert installer.run({"operation": "systemStatus"}).details["installedPackages"] == "pump 1.0"


def test_the_version_before_stays_and_older_ones_go(installer: Place, site: Site) -> None:
    for version in ("1.0", "1.1", "1.2"):
        installer.run(document(site.put("v", version.encode()), version=version), job_id=f"job-{version}")
    assert (current(installer) / "v").read_text() == "1.2"
    assert left(installer) == ["1.1", "1.2", "current"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"packageName": ""}, "ERR_UNNAMED_PACKAGE"),
        ({"packageName": "../x"}, "ERR_UNNAMED_PACKAGE"),
        ({"version": "current"}, "ERR_INVALID_DOCUMENT"),
        ({"launchCommand": "node app.js"}, "ERR_INVALID_DOCUMENT"),
        ({"files": []}, "ERR_INVALID_DOCUMENT"),
        ({"check": ["rm", "-rf", "/"]}, "ERR_COMMAND_NOT_ALLOWED"),
        ({"service": "sshd"}, "ERR_INVALID_PACKAGE_NAME"),
    ],
)
def test_what_is_refused_before_anything_is_downloaded(
    installer: Place, site: Site, change: dict[str, object], code: str
) -> None:
    outcome = installer.run({**document(site.put("v", b"x")), **change})
    assert (outcome.status, outcome.details["errorCode"]) == ("REJECTED", code)
    assert not current(installer).parent.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checksum": {}}, "ERR_CHECKSUM_FAILED"),
        ({"checksum": {"hashAlgorithm": "MD5", "inline": {"value": "0"}}}, "ERR_UNSUPPORTED_CHECKSUM_ALGORITHM"),
        ({"checksum": {"hashAlgorithm": "SHA256", "inline": {"value": "0"}}}, "ERR_INVALID_DOCUMENT"),
        ({"checksum": {"hashAlgorithm": "SHA256", "inline": {"value": "\u00e4" * 64}}}, "ERR_INVALID_DOCUMENT"),
        ({"fileName": "a/b"}, "ERR_INVALID_DOCUMENT"),
        ({"fileSource": {"url": "file:///etc/passwd"}}, "ERR_INVALID_DOCUMENT"),
    ],
)
def test_files_that_are_refused(installer: Place, site: Site, change: dict[str, object], code: str) -> None:
    outcome = installer.run(document({**site.put("v", b"x"), **change}))
    assert (outcome.status, outcome.details["errorCode"]) == ("REJECTED", code)


def test_a_zip_is_unpacked_too(installer: Place, site: Site) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("bin/run", "go")
    outcome = installer.run(document({**site.put("app.zip", made.getvalue()), "unpack": True}))
    assert outcome.status == "SUCCEEDED"
    assert (current(installer) / "bin" / "run").read_text() == "go"


@pytest.mark.parametrize("name", ["../../../out", "{folder}/out"])
def test_an_archive_stays_in_its_folder(installer: Place, site: Site, name: str) -> None:
    name = name.format(folder=installer.folder)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    for file, content in (("a.tgz", tar(**{name: "x"})), ("a.zip", made.getvalue())):
        outcome = installer.run(document({**site.put(file, content), "unpack": True}), job_id=file)
        assert outcome.status == "FAILED" or ".." not in name  # an absolute path becomes one in the folder
        assert [path for path in installer.folder.rglob("out") if current(installer).parent not in path.parents] == []


def test_an_archive_that_grows_too_large(installer: Place, site: Site) -> None:
    installer.tables["limits"] = {"download_bytes": 10_000}
    outcome = installer.run(document({**site.put("a.tgz", tar(big="0" * 20_000)), "unpack": True}))
    assert "unpacks to more than limits.download_bytes" in outcome.details["reason"]


def test_a_wrong_checksum_changes_nothing(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"one")))
    entry = site.put("v", b"two")
    (site.folder / "v").write_bytes(b"other")
    outcome = installer.run(document(entry, version="1.1"), job_id="job-2")
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", "ERR_CHECKSUM_FAILED")
    assert (current(installer) / "v").read_text() == "one"
    assert left(installer) == ["1.0", "current"]


def test_a_version_that_does_not_work_is_rolled_back(installer: Place, site: Site) -> None:
    check = ["/bin/sh", "-c", "grep -q good v"]
    assert installer.run(document(site.put("v", b"good"), check=check)).status == "SUCCEEDED"
    outcome = installer.run(document(site.put("v", b"bad"), version="1.1", check=check), job_id="job-2")
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", "ERR_UNEXPECTED_PACKAGE_EXIT")
    assert (current(installer) / "v").read_text() == "good"
    assert left(installer) == ["1.0", "current"]
    assert installer.steps_told()[-2:] == ["checking", "rolling back"]


def test_a_first_version_that_does_not_work_leaves_nothing(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"bad"), check=["/bin/sh", "-c", "false"]))
    assert left(installer) == []


def test_the_service_restarts_with_the_new_version_and_again_with_the_old(installer: Place, site: Site) -> None:
    journal = installer.folder / "journal"
    script = f'echo "$1 $2 $(cat {current(installer)}/v)" >> {journal}; grep -qv bad {current(installer)}/v'
    installer.tables["services"] = {"allow": ["pumpd"], "command": ["/bin/sh", "-c", script, "x"]}
    installer.run(document(site.put("v", b"good"), service="pumpd"))
    outcome = installer.run(document(site.put("v", b"bad"), version="2", service="pumpd"), job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNABLE_TO_START_PACKAGE"
    assert journal.read_text().splitlines() == ["restart pumpd good", "restart pumpd bad", "restart pumpd good"]


def test_the_reason_is_told_even_if_the_old_version_does_not_start(installer: Place, site: Site) -> None:
    once = f"test ! -e {installer.folder}/begun && touch {installer.folder}/begun"
    check = ["/bin/sh", "-c", "grep -q good v"]
    installer.tables["services"] = {"allow": ["pumpd"], "command": ["/bin/sh", "-c", once, "x"]}
    installer.run(document(site.put("v", b"good"), check=check))
    bad = document(site.put("v", b"bad"), version="2", check=check, service="pumpd")
    outcome = installer.run(bad, job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNEXPECTED_PACKAGE_EXIT"
    assert installer.told[-1]["rollback"].endswith("restart pumpd ended with exit code 1")


def test_an_install_that_was_interrupted_goes_back_to_the_version_before_it(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"good")))
    interrupted = document(site.put("v", b"bad"), version="2", check=["/bin/sh", "-c", "exit 1"])
    installer.run({**interrupted, "check": []}, job_id="job-2")  # as far as the switch, and then the power went
    assert current(installer).readlink() == Path("2")
    outcome = installer.run(interrupted, Resumption(), job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNEXPECTED_PACKAGE_EXIT"
    assert (current(installer) / "v").read_text() == "good"
