"""The same files make the same zip, and the same name for it: whatever the machine, the time, or the order on disk."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path


def fingerprint(root: Path, files: Sequence[Path]) -> str:
    """A short hash of what the files hold and where under `root` they lie."""
    digest = hashlib.sha256()
    for path in files:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def add_to_zip(archive: Path, tree: Path) -> None:
    """Add a folder's files to a zip, made if need be: sorted, with one time and one mode for all."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            target.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
