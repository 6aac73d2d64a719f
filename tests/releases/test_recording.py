"""The recording of a release has each kind of item and each machine, so that none is forgotten."""

import os
import re
from pathlib import Path

from tests.api.fleets.fleet import Fleet
from tests.releases.recording import FILES, MACHINES, items, read, record, write
from tests.releases.story import Story

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"


def kinds_of_the_page() -> set[tuple[str, str]]:
    """The kinds of items that the page of the architecture lists, by the beginnings of their keys."""
    rows = re.findall(r"^\| [^|]+ \| `([A-Z]+)[#`][^|]*\| `([A-Z]+)[#`]", ARCHITECTURE.read_text(), re.MULTILINE)
    return set(rows)


def test_the_story_leaves_each_kind_of_item_and_runs_of_each_machine(fleet: Fleet) -> None:
    """With RECORD in the environment, it also writes the recording of this release."""
    story = Story(fleet)
    story.tell()
    recorded = record(story)
    kinds = {(item["PK"]["S"].partition("#")[0], item["SK"]["S"].partition("#")[0]) for item in items()}
    assert kinds == kinds_of_the_page()
    assert {one["machine"] for one in recorded["inputs"]} == set(MACHINES)
    assert len(recorded["schedules"]) == 3 and len(recorded["rules"]) == 1
    if "RECORD" in os.environ:
        write(recorded)


def test_releases_are_recorded() -> None:
    assert FILES and all(read(file)["release"] == file.stem for file in FILES)
