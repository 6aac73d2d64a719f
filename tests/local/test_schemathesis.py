"""schemathesis against the local cloud: whatever is sent, the answer is one that the OpenAPI document describes."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local.cloud import Cloud

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_no_request_is_answered_otherwise_than_documented(open_cloud: Cloud, tmp_path: Path) -> None:
    document = f"{open_cloud.api_url}/openapi.json"
    ended = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run", document],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"Selected: (\d+)/\1\n *Tested: \1\n", ended.stdout), ended.stdout
