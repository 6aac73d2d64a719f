"""install: archives."""

import io
import zipfile

import pytest

from tests.agent.installs import current, document, tar
from tests.agent.orders import Place
from tests.agent.site import Site


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
