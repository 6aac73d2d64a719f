"""schemathesis against the local cloud: whatever is sent, the answer is one that the OpenAPI document describes."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local import cloud

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_no_request_is_answered_otherwise_than_documented(tmp_path: Path) -> None:
    """Its jobs go with the cloud, which is its own."""
    with cloud.running(tasks="process") as local:
        ended = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run", f"{local.api_url}/openapi.json"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"Selected: (\d+)/\1\n *Tested: \1\n", ended.stdout), ended.stdout
