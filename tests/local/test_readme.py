"""The commands that the documents show, carried out as they stand there."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local import cloud

ROOT = Path(__file__).parents[2]


def shell_block(document: str) -> str:
    """The one ```sh block of a document."""
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    return str(block)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_readmes_walk_through() -> None:
    with cloud.running(tasks="process") as local:
        script = "set -e\n" + shell_block("README.md").replace("\ncurl", "\necho; curl")
        ended = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "API": local.api_url},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    job, run, log, stopped = (json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{"))
    assert job["id"] == "examples.hello"
    assert run["jobId"] == "examples.hello"
    assert "events" in log
    assert stopped["id"] == run["id"]
    assert stopped["status"] in ("FAILED", "SUCCESS")


def test_the_make_targets_that_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        named = set(re.findall(r"`?make ([a-z0-9-]+)", document.read_text()))
        assert named <= targets, document


def test_links_between_documents_lead_somewhere() -> None:
    for document in ROOT.rglob("*.md"):
        if {"node_modules", ".venv", "build", "cdk.out"} & set(document.parts):
            continue
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document}: {target}"


def test_links_to_headings_lead_to_one() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for path, anchor in re.findall(r"\]\((?!http)([^)#]*)#([^)]+)\)", document.read_text()):
            target = document.parent / path if path else document
            assert anchor in anchors(target), f"{document}: {path}#{anchor}"


def anchors(document: Path) -> list[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
