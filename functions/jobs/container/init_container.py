"""The init container: fetches artifacts and writes files into the task's volumes before the others start.

A run's payload comes with the task itself, as the script's variable SHIFTWORK_PAYLOAD or SHIFTWORK_PAYLOAD_URL.
"""

from collections.abc import Iterator
from typing import Any

from functions.jobs.container.artifacts import file_name, shown
from functions.jobs.container.folders import folders
from functions.jobs.container.init_script import SCRIPT
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.start_order import INIT
from functions.jobs.container.volume_spec import Artifact
from functions.jobs.container.written_files import PAYLOAD_FILE, SANDBOX, WrittenFile, written_files

_PAUSE_SECONDS = 2


def init_container(run: RunSpec, image: str) -> dict[str, Any] | None:
    """Its container definition without the log; None if there is nothing to fetch, to write or to open.

    It runs as root, since a volume of Fargate is root's at first (ECS Developer Guide, "Use bind mounts"). `image` has
    a shell, wget, tar, unzip and base64 as busybox has them.
    """
    made = folders(run)
    if not made:
        return None
    files = written_files(run)
    writable = [folder.path for folder in made if not folder.read_only]
    environment = dict(
        [
            *((f"OPEN_{n}", path) for n, path in enumerate(writable)),
            *(pair for n, artifact in enumerate(run["artifacts"]) for pair in _fetch(f"FETCH_{n}", artifact)),
            *(pair for n, file in enumerate(files) for pair in _write(f"WRITE_{n}", file)),
            *([("PAYLOAD_FILE", PAYLOAD_FILE)] if "takesPayload" in run else []),
            ("PAUSE", str(_PAUSE_SECONDS)),
        ]
    )
    return {
        "name": INIT,
        "essential": False,
        "image": image,
        "entryPoint": ["/bin/sh", "-c"],
        "command": [SCRIPT],
        "user": "0",
        "readonlyRootFilesystem": True,
        "environment": [{"name": name, "value": value} for name, value in environment.items()],
        "secrets": [
            {"name": f"WRITE_{n}_SECRET", "valueFrom": file.source} for n, file in enumerate(files) if file.source
        ],
        "mountPoints": [folder.mount(read_only=False) for folder in made],
    }


def _fetch(name: str, artifact: Artifact) -> Iterator[tuple[str, str]]:
    uri = artifact["uri"]
    yield name, uri
    yield f"{name}_FILE", f"{SANDBOX}/{file_name(uri)}"
    yield f"{name}_HOW", "run" if artifact["executable"] else "unpack" if artifact["extract"] else "keep"
    yield f"{name}_SHOWN", shown(uri)


def _write(name: str, file: WrittenFile) -> Iterator[tuple[str, str]]:
    yield name, file.path
    yield f"{name}_MODE", file.mode
    if file.content is not None:
        yield f"{name}_BASE64", file.content
    if file.link:
        yield f"{name}_LINK", file.link
