"""What the documents promise: their tables are complete, their links lead somewhere, their cells are short."""

import re
from pathlib import Path

import pytest

from functions.api.documents.fleet import Fleet
from functions.aws.run_metrics import METRICS
from functions.jobs.model.device import OPEN, DeviceStatus
from functions.jobs.model.firing import SkipReason
from functions.jobs.model.run import Reason
from infra.settings import KEYS

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not {"node_modules", ".venv", "build", "cdk.out"} & set(page.relative_to(ROOT).parts)
)
LONGEST = 160  # characters of a table's cell as it is shown: more is two rows, or a paragraph
ENDS = [status for status in DeviceStatus if status not in OPEN]


def tables(name: str) -> set[str]:
    """What is explained in a document's tables: each name in a first column."""
    document = (ROOT / "docs" / f"{name}.md").read_text()
    cells = re.findall(r"^\| (.*?) \|", document, re.MULTILINE)
    return {word.strip("`") for cell in cells for word in cell.split(", ")}


def test_each_reason_of_a_failure_is_explained() -> None:
    assert set(Reason) - {word.partition(" ")[0] for word in tables("operate")} == set()


def test_each_reason_of_a_skip_is_explained() -> None:
    assert set(SkipReason) - tables("schedules") == set()


def test_each_setting_is_explained() -> None:
    assert set(KEYS) - tables("operate") == set()


def test_each_function_is_explained() -> None:
    files = (ROOT / "functions" / "events").glob("*.py")
    assert {path.stem for path in files if "\ndef handler(" in path.read_text()} - tables("architecture") == set()


def test_each_metric_of_devices_is_named() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    names = {f"Devices{status.title().replace('_', '')}" for status in ENDS if status is not DeviceStatus.LEFT_OUT}
    assert names == set(re.findall(r"\bDevices[A-Z][A-Za-z]+", page))


def test_each_metric_of_runs_is_named() -> None:
    assert set(METRICS.values()) - tables("operate") == set()


def test_each_field_of_a_fleet_is_explained() -> None:
    explained = {field.removesuffix(" +") for field in tables("jobs")}
    parts = {field.split(".")[1] for field in explained if field.startswith("fleet.")}
    assert set(Fleet.model_fields) == parts


def test_each_status_of_a_device_is_named() -> None:
    api = (ROOT / "docs" / "api.md").read_text()
    assert [status for status in DeviceStatus if status not in api] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for path, _, anchor in re.findall(r"\]\((?!http)([^)#]*)(#([^)]+))?\)", page.read_text()):
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings: a heading that is there twice has two."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    names = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {f"{name}-{names[:at].count(name)}".removesuffix("-0") for at, name in enumerate(names)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"`((?:agent|examples|functions|infra|local|state_machines|tests)/[\w./*-]+)`", page.read_text())
    assert [path for path in named if not any(ROOT.glob(path))] == []


def test_the_index_has_each_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def test_the_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        named = set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", page.read_text(), re.MULTILINE))
        assert named <= targets, page


def test_cells_of_tables_are_short() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for line in re.findall(r"^\|.*\|$", page.read_text(), re.MULTILINE):
            shown = re.sub(r"\]\([^)]*\)", "]", line)
            assert [cell for cell in shown.split(" | ") if len(cell) > LONGEST + 2] == [], page


def test_the_readme_begins_with_a_short_sentence_and_fits_on_three_screens() -> None:
    readme = (ROOT / "README.md").read_text()
    sentence = readme.partition("\n")[2].partition(".")[0]
    assert len(sentence.split()) < 25
    assert len(readme.splitlines()) < 150
