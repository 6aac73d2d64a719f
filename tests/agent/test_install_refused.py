"""install: documents that are refused."""

import pytest

from tests.agent.installs import current, document
from tests.agent.orders import Place
from tests.agent.site import Site


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
