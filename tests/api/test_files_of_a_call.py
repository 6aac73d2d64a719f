"""Which files of functions/ a call passes through, in order: few enough to read, and as the README lists them."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from functions.events import dispatch, settle
from tests.api.conftest import CONTEXT, JOB, NIGHTLY, RUNS, Call

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"


@contextmanager
def passed_files() -> Iterator[list[str]]:
    """The files whose functions are called meanwhile, relative to functions/, in the order of their first call."""
    files: dict[str, None] = {}

    def note(frame: FrameType, event: str, argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        # The body of a module or class runs once, at its import; a lambda or comprehension belongs to its function.
        if event == "call" and not frame.f_code.co_name.startswith("<") and path.is_relative_to(FUNCTIONS):
            files[str(path.relative_to(FUNCTIONS))] = None

    found: list[str] = []
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        found += files


def files_of(act: Callable[[], Any]) -> list[str]:
    """The files that an act passes through, once everything that is made on first use is made."""
    with passed_files() as files:
        act()
    return files


def test_saving_a_container_job(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"id": "team.other"})
    files = files_of(lambda: call("POST", "/v1/jobs", JOB))
    assert len(files) < 35, files


def test_triggering_a_run(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("POST", RUNS)
    files = files_of(lambda: call("POST", RUNS))
    assert len(files) < 14, files
    section = (ROOT / "README.md").read_text().partition("### A trigger, file by file")[2].partition("\n## ")[0]
    assert files == re.findall(r"^\| `([\w/]+\.py)` \|", section, re.MULTILINE)


def test_a_firing(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"schedules": [NIGHTLY | {"startingDeadlineSeconds": 10**9}]})
    firing = {"jobId": "team.job", "scheduleId": "nightly", "scheduledTime": "2026-01-02T03:00:00Z"}
    dispatch.handler(firing, CONTEXT)
    files = files_of(lambda: dispatch.handler(firing | {"scheduledTime": "2026-01-03T03:00:00Z"}, CONTEXT))
    assert len(files) < 16, files  # aws/passing_errors.py, which each call of AWS meets, is the fifteenth


def test_settling_a_run(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    first, second = (call("POST", RUNS).json["id"] for _ in range(2))
    ended = {"status": "SUCCEEDED", "stopDate": 0, "input": '{"jobId": "team.job"}', "output": "{}"}
    settle.handler({"detail": ended | {"name": first}}, CONTEXT)
    files = files_of(lambda: settle.handler({"detail": ended | {"name": second}}, CONTEXT))
    assert len(files) < 11, files
