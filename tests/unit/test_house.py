"""The house rules that a machine can hold: who imports whom, and how large a file or a function may be."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["app.py", "infra", "functions", "agent", "local", "tests"]
MAY_IMPORT = {
    "functions.jobs": ("functions.jobs",),
    "functions.aws": ("functions.aws", "functions.jobs", "functions.settings"),
    "functions.wiring": ("functions.aws", "functions.jobs", "functions.settings"),
    "functions.api": ("functions.api", "functions.jobs", "functions.settings", "functions.wiring"),
    "functions.events": (
        "functions.events",
        "functions.aws",
        "functions.jobs",
        "functions.settings",
        "functions.wiring",
    ),
    "functions.settings": (),
    "infra": ("infra",),
    "agent": ("shiftwork_agent",),
}
# The folders of functions/jobs from the ground floor up: each imports those before it, and none after it.
FLOORS = ["model", "ports", "cron", "expressions", "container", "fleet", "inputs", "runs", "catalog"]
LONG = {"functions/wiring.py": "the one list of what the functions are made of"}
OURS = ("functions", "infra", "shiftwork_agent", "local", "tests")


def sources() -> Iterator[Path]:
    for room in ROOMS:
        path = ROOT / room
        # `pip install ./agent` leaves a folder `build`.
        found = (one for one in path.rglob("*.py") if "build" not in one.relative_to(ROOT).parts)
        yield from [path] if path.is_file() else sorted(found)


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed once for all of the rules."""
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_inward(room: str) -> None:
    place = ROOT / room.replace(".", "/")
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files
    for path in files:
        for name in imports(path):
            if name.startswith(tuple(f"{ours}." for ours in OURS)) or name in OURS:
                assert name.startswith(MAY_IMPORT[room]), f"{path.relative_to(ROOT)} imports {name}"


def test_the_domain_stands_on_its_ground_floor() -> None:
    jobs = ROOT / "functions" / "jobs"
    assert {path.name for path in jobs.iterdir() if path.suffix != ".pyc"} - {"__init__.py", "__pycache__"} == set(
        FLOORS
    )
    for path in jobs.rglob("*.py"):
        for name in imports(path):
            if name.startswith("functions.jobs.") and path.parent != jobs:
                floor, imported = path.relative_to(jobs).parts[0], name.split(".")[2]
                assert FLOORS.index(imported) <= FLOORS.index(floor), f"{path.relative_to(ROOT)} imports {name}"


def test_only_one_room_imports_boto3() -> None:
    for path in (ROOT / "functions").rglob("*.py"):
        if "aws" not in path.parts:
            assert not any(name.split(".")[0] in ("boto3", "botocore") for name in imports(path)), path


def test_nothing_is_found_by_reading_everything() -> None:
    for path in (ROOT / "functions").rglob("*.py"):
        assert not re.search(r"""\.scan\(|["']scan["']""", path.read_text()), path


def test_files_stay_small() -> None:
    """250 lines are where to look again: a longer file is one thought all the same, and stands here with its reason."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {path for path, length in lengths.items() if length > 250} == LONG.keys()


def test_functions_stay_small() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}
    assert median(lengths.values()) <= 8


def test_modules_say_what_they_are() -> None:
    for path in sources():
        text = path.read_text()
        assert not text.strip() or ast.get_docstring(tree(path)), f"{path} has no docstring"


# Fragments that are still to be merged, by room. A name leaves this list with its file; none may come.
FRAGMENTS = {
    "functions": set[str](),
    "infra": set[str](),
    "local": {"agents"},  # a program of its own, which the leash runs
    "agent": set[str](),
}
MERGE = """A file under 40 lines that only its neighbour imports is a part of that neighbour. Move its code there.
If the two together exceed 250 lines, look for another part of the neighbour that is a thought of its own."""


@pytest.mark.parametrize("room", FRAGMENTS)
def test_no_file_is_a_fragment_of_its_neighbour(room: str) -> None:
    importers = importers_by_module()
    # `__init__.py` and `__main__.py` list what a folder has: neither are they fragments, nor is what they alone import.
    files = [path for path in sources() if path.is_relative_to(ROOT / room) and not path.stem.startswith("__")]
    assert len(files) > 1
    found = set()
    for path in files:
        who = importers[module(path)]
        short = len(path.read_text().splitlines()) < 40
        if short and len(who) == 1 and who[0].parent == path.parent and not who[0].stem.startswith("__"):
            found.add(path.stem)
    assert not found - FRAGMENTS[room], MERGE
    assert not FRAGMENTS[room] - found, "These are merged or gone: take them off the list FRAGMENTS."


def module(path: Path) -> str:
    """Return the name that imports use. The agent's package lies in the folder of its project."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("agent.")


@cache
def importers_by_module() -> defaultdict[str, list[Path]]:
    """Map each module to the files outside tests that import it, also as `from package import module`."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sources():
        if path.is_relative_to(ROOT / "tests"):
            continue
        names = set(imports(path))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        for name in names:
            found[name].append(path)
    return found
