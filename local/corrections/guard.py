"""Checks at the start that MiniStack has what the corrections replace and read, and says what a new release changes."""

import json
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from local.corrections.registry import CorrectionError

RECORDED = Path(__file__).with_name("recorded.json")
AGAIN = "python -m local.corrections.record"


class Name(NamedTuple):
    """A name of MiniStack, as it was recorded: who uses it, and the hash of its source."""

    file: str
    corrections: list[str]
    name: str
    digest: str

    @property
    def user(self) -> str:
        """Return the corrections that use it, with their file."""
        return f"{', '.join(self.corrections)} (local/{self.file})".lstrip()


def read(path: Path = RECORDED) -> dict[str, Any]:
    """Return what was recorded."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def names(recorded: Mapping[str, Any]) -> Iterator[Name]:
    """Yield all recorded names."""
    for file, used in recorded["files"].items():
        for name, digest in (used["replaces"] | used["reads"]).items():
            yield Name(file, used["corrections"], name, digest)


def check(path: Path = RECORDED) -> None:
    """Raise CorrectionError for a name that is gone. For another release than the recorded, say what to read again."""
    recorded = read(path)
    release, known = version("ministack"), recorded["ministack"]
    for one in names(recorded):
        if not _exists(one.name):
            raise CorrectionError(
                f"{one.user} uses {one.name.replace(':', '.')}, which MiniStack {release} does not have. "
                f"Install {known}, or change the correction and record it with {AGAIN}"
            )
    if release != known:
        print("\n".join(_warning(release, recorded)), file=sys.stderr)


def changed(recorded: Mapping[str, Any]) -> list[Name]:
    """Return the names whose source is another than the recorded one."""
    from local.corrections.names import digest  # noqa: PLC0415 (parses MiniStack: some seconds)

    return [one for one in names(recorded) if digest(one.name) != one.digest]


def _warning(release: str, recorded: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"shiftwork: MiniStack {release} is installed, the corrections are for {recorded['ministack']}. "
        "These names have changed: read the corrections that use them."
    )
    for one in changed(recorded):
        yield f"  {one.name.replace(':', '.')}: {one.user}"
    yield f"Then record the names with {AGAIN}"


def _exists(name: str) -> bool:
    module, _, rest = name.partition(":")
    attribute, *keys = rest.replace("]", "").split("[")
    try:
        found = getattr(import_module(module), attribute)
        for key in keys:
            found = found[key]
    except (ImportError, AttributeError, KeyError):
        return False
    return True
