"""Files that the init container writes before the others start: those in the document, and secrets as files."""

import base64
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.volume_spec import File
from functions.jobs.errors import Problem

SANDBOX = "/mnt/mesos/sandbox"  # where Mesos has it for a container with an image
PAYLOAD_FILE = f"{SANDBOX}/shiftwork-payload"  # of a run that has a payload


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenFile:
    """A file: `content` (base64) or `source` (of a secret) is set. `problem_path` is where the document says it."""

    path: str
    problem_path: str
    mode: str = "0444"
    content: str | None = None
    source: str | None = None
    link: str | None = None

    @property
    def folder(self) -> str:
        """Where it is."""
        return posixpath.dirname(self.path)


def written_files(run: RunSpec) -> list[WrittenFile]:
    """All files to write, by their paths in the container."""
    return [*_inline_files(run), *_secret_files(run)]


def written_file_problems(run: RunSpec) -> Iterator[Problem]:
    """What is wrong with the files' own paths."""
    files = written_files(run)
    times = Counter(file.path for file in files)
    for file in files:
        if not file.path.startswith("/") or posixpath.normpath(file.path) != file.path or file.path.startswith("//"):
            yield Problem(
                file.problem_path, "must be a plain path of a file: without '.', '..', '//' or a '/' at its end."
            )
        elif re.search(r"[\x01-\x1f\x7f]", file.path):
            yield Problem(file.problem_path, "must not hold control characters.")
        elif file.path == PAYLOAD_FILE and "takesPayload" in run:
            yield Problem(file.problem_path, f"{file.path} is where the payload is written: use another name.")
        elif times[file.path] > 1:
            yield Problem(file.problem_path, f"{file.path} is written more than once.")


def _inline_files(run: RunSpec) -> Iterator[WrittenFile]:
    for place, file in enumerate(run.get("files", [])):
        yield WrittenFile(
            path=file["path"],
            problem_path=f"/run/files({place})/path",
            mode="0555" if file["executable"] else "0444",
            content=_base64(file),
        )


def _base64(file: File) -> str:
    """Base64 in any case: an environment variable holds no NUL, and the local cloud rewrites values that are paths."""
    return file["content"] if file["encoding"] == "base64" else base64.b64encode(file["content"].encode()).decode()


def _secret_files(run: RunSpec) -> Iterator[WrittenFile]:
    for place, volume in enumerate(run["volumes"]):
        if "secret" in volume:
            given = volume["containerPath"]
            path = given if given.startswith("/") else f"{SANDBOX}/{given}"
            inside = path.startswith(f"{SANDBOX}/")
            yield WrittenFile(
                path=path,
                problem_path=f"/run/volumes({place})/containerPath",
                source=run["secrets"][volume["secret"]]["source"],
                # Metronome's documentation reads a file secret as $MESOS_SANDBOX/<containerPath>.
                link=None if inside else f"{SANDBOX}{path}",
            )
