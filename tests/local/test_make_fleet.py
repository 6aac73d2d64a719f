"""`make fleet`, with fewer devices: one at least of each conduct."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENDS = {"pump-07": "FAILED", "pump-14": "FAILED", "pump-17": "TIMED_OUT", "pump-19": "REJECTED"}


def test_a_fleet_is_rolled_out_and_each_that_fails_is_named() -> None:
    (command,) = re.findall(r"^fleet: .*\n\t@python (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    words = [sys.executable, *shlex.split(command), "--devices", "19"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stderr
    run = json.loads(ended.stdout)
    assert (run["jobId"], run["status"]) == ("examples.fleet-update", "SUCCESS")
    assert run["devices"]["counts"] == {"SUCCEEDED": 15, "FAILED": 2, "TIMED_OUT": 1, "REJECTED": 1}
    named = re.findall(r"^  (pump-\d+) ([A-Z_]+): .+$", ended.stderr, re.MULTILINE)
    assert dict(named) == ENDS
