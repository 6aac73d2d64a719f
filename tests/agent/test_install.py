"""install: whole, or not at all."""

from tests.agent.installs import current, document, left, tar
from tests.agent.orders import Place
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
