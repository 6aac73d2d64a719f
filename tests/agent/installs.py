"""Install documents, archives to install, and what is installed."""

import io
import tarfile
from pathlib import Path
from typing import Any

from tests.agent.place import Place


def document(*files: dict[str, object], version: str = "1.0", **more: object) -> dict[str, Any]:
    return {"operation": "install", "packageName": "pump", "version": version, "files": list(files), **more}


def tar(**members: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content.encode()))
    return made.getvalue()


def current(place: Place) -> Path:
    return place.folder / "state" / "packages" / "pump" / "current"


def left(place: Place) -> list[str]:
    return sorted(path.name for path in current(place).parent.iterdir())
