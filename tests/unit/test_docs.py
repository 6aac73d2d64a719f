"""The documents' tables have all that there is: reasons, metrics, functions, settings, fields of a fleet job."""

import re
from pathlib import Path

import pytest

from functions.api.documents.fleet import Fleet
from functions.jobs.model.device import OPEN, DeviceStatus
from functions.jobs.model.run import Reason
from infra.settings import KEYS

ROOT = Path(__file__).parents[2]
ENDS = [status for status in DeviceStatus if status not in OPEN]


def tables(name: str) -> set[str]:
    """What is explained in a document's tables: each name in a first column."""
    document = (ROOT / "docs" / f"{name}.md").read_text()
    cells = re.findall(r"^\| (.*?) \|", document, re.MULTILINE)
    return {word.strip("`") for cell in cells for word in cell.split(", ")}


@pytest.mark.parametrize("document", ["architecture", "operating"])
def test_each_reason_of_a_failure_is_explained(document: str) -> None:
    assert set(Reason) - {word.partition(" ")[0] for word in tables(document)} == set()


def test_each_setting_is_explained() -> None:
    assert set(KEYS) - tables("operating") == set()


def test_each_function_is_explained() -> None:
    files = (ROOT / "functions" / "events").glob("*.py")
    assert {path.stem for path in files if "\ndef handler(" in path.read_text()} - tables("architecture") == set()


def test_each_metric_of_devices_is_named() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    names = {f"Devices{status.title().replace('_', '')}" for status in ENDS}
    assert names == set(re.findall(r"\bDevices[A-Z][A-Za-z]+", page))


def test_each_field_of_a_fleet_is_explained() -> None:
    explained = {field.removesuffix(" +") for field in tables("jobs")}
    parts = {field.split(".")[1] for field in explained if field.startswith("fleet.")}
    assert set(Fleet.model_fields) == parts


def test_each_status_of_a_device_is_named() -> None:
    api = (ROOT / "docs" / "api.md").read_text()
    assert [status for status in DeviceStatus if status not in api] == []
