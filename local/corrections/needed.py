"""`python -m local.corrections.needed [NAME ...]`: which corrections still matter to the product.

Runs the product's end to end tests with one correction off at a time, all in turn or those named, and prints which
tests fail without it. Names with a plus between them, iot.sql+iot.access, are off together: if nothing fails, none is
needed. A run takes minutes, all of them hours. `--tests` chooses other tests.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.corrections.registry import SWITCH

ROOT = Path(__file__).resolve().parents[2]
TESTS = ("test_product*.py", "test_run_*.py", "test_fleet_docs.py", "test_make_fleet.py")
PATIENCE = 1800  # seconds: without a correction, tests may wait for what never comes
ENOUGH = "--maxfail=3"


def main(arguments: Sequence[str]) -> int:
    """Print a line for each correction, and the tests that need it."""
    parser = argparse.ArgumentParser(prog="python -m local.corrections.needed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--tests", nargs="+", default=[str(one) for name in TESTS for one in _found(name)])
    chosen = parser.parse_args(arguments)
    for name in chosen.names or _every():
        failed = failures(name.split("+"), chosen.tests)
        print(f"{name}: {'needed by' if failed else 'nothing fails without it'}", flush=True)
        for test in failed:
            print(f"  {test}", flush=True)
    return 0


def failures(without: Sequence[str], tests: Sequence[str]) -> list[str]:
    """Return the tests that fail without these corrections, three at most."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", ENOUGH, *tests]
    settings: Any = {"cwd": ROOT, "env": {**os.environ, SWITCH: ",".join(without)}, "timeout": PATIENCE}
    try:
        ran = subprocess.run(command, check=False, capture_output=True, text=True, **settings)
    except subprocess.TimeoutExpired:
        return [f"no end within {PATIENCE} s"]
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", ran.stdout, re.MULTILINE)
    return failed or ([f"pytest ended with status {ran.returncode}"] if ran.returncode else [])


def _every() -> list[str]:
    from local.corrections import install  # noqa: F401, PLC0415 (registers all)
    from local.corrections.registry import known  # noqa: PLC0415

    return list(known)


def _found(pattern: str) -> list[Path]:
    return sorted((ROOT / "tests" / "local").glob(pattern))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
