"""`shiftwork-agent check`: the files of the certificate."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shiftwork_agent.check import files
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.settings.config import Config
from tests.agent.certificates import NOW, make
from tests.agent.configs import CONNECTION, config


@pytest.fixture
def found(tmp_path: Path) -> Config:
    make(tmp_path)
    return config(tmp_path)


def test_what_is_right(found: Config) -> None:
    assert files.readable(found) == "readable"
    assert files.key_fits(found) == "device.key belongs to device.pem"
    assert files.dates(found) == f"valid until {NOW + timedelta(days=365):%F}"


def test_a_file_that_is_missing(found: Config) -> None:
    found.connection.key.unlink()
    with pytest.raises(CheckFailedError, match="No such file") as error:
        files.readable(found)
    assert "correct connection.key" in error.value.next_step


def test_a_key_that_others_may_read(found: Config) -> None:
    found.connection.key.chmod(0o644)
    assert files.readable(found).endswith(f"chmod 600 {found.connection.key}")


def test_the_key_of_another_certificate(found: Config, tmp_path: Path) -> None:
    make(tmp_path, "other").key.replace(found.connection.key)
    with pytest.raises(CheckFailedError, match="The key is not that of the certificate"):
        files.key_fits(found)


def test_files_that_are_something_else(found: Config, tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="has no certificate"):
        files.key_fits(config(tmp_path, connection={**CONNECTION, "ca": "device.key"}))
    found.connection.certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for step in (files.key_fits, files.dates):
        with pytest.raises(CheckFailedError):
            step(found)


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        (NOW + timedelta(days=1), NOW + timedelta(days=2), "is valid from"),
        (NOW - timedelta(days=2), NOW - timedelta(days=1), "was valid until"),
    ],
)
def test_dates(found: Config, tmp_path: Path, begin: datetime, end: datetime, told: str) -> None:
    make(tmp_path, begin=begin, end=end)
    with pytest.raises(CheckFailedError, match=told) as error:
        files.dates(found)
    assert "clock" in error.value.next_step


def test_dates_of_the_far_future(found: Config, tmp_path: Path) -> None:
    """AWS's own device certificates end in 2049, others later: from 2050 on X.509 writes years in four digits."""
    make(tmp_path, end=datetime(2050, 1, 1, tzinfo=UTC))
    assert files.dates(found) == "valid until 2050-01-01"
