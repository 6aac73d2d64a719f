"""Installed packages: each version in a folder of its own, and a link `current` that is switched in one step."""

import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

from shiftwork_agent.disk import settle
from shiftwork_agent.errors import JobError


class Packages:
    """`root/NAME/VERSION/...` and `root/NAME/current`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def installed(self) -> dict[str, str]:
        """The current version of each package."""
        links = sorted(self._root.glob("*/current"))
        return {link.parent.name: link.readlink().name for link in links if link.is_symlink()}

    def current(self, name: str) -> Path:
        """The link by which the package is used."""
        return self._root / name / "current"

    def draft(self, name: str, version: str) -> Path:
        """An empty folder to prepare the version in; what an attempt that was interrupted left is gone."""
        folder = self._root / name / f".draft-{version}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, draft: Path, name: str, version: str) -> Path:
        """Give the draft its place, beside the other versions; the same version anew replaces itself when switched."""
        place = self.place(name, version)
        number = 1
        while place.exists():
            number += 1
            place = self.place(name, f"{version}+{number}")
        settle(*(path for path in (draft, *draft.rglob("*")) if not path.is_symlink()))
        draft.rename(place)
        return place

    def place(self, name: str, version: str) -> Path:
        """The folder of an installed version."""
        return self._root / name / version

    def switch(self, name: str, place: Path) -> None:
        """Make `place` the current version."""
        link = self.current(name)
        draft = link.with_name(".current")
        draft.unlink(missing_ok=True)
        draft.symlink_to(place.name)
        os.replace(draft, link)  # noqa: PTH105 - of a link, not of what it leads to
        settle(link.parent)

    def unswitch(self, name: str, before: Path | None) -> None:
        """Go back to the version before; to none, if there was none."""
        if before:
            self.switch(name, before)
        else:
            self.current(name).unlink(missing_ok=True)

    def tidy(self, name: str, *keep: Path | None) -> None:
        """Remove the versions that are not to be kept."""
        kept = {place.name for place in keep if place} | {"current"}
        for place in (self._root / name).iterdir():
            if place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)


_CODE = "ERR_FILE_COPY_FAILED"


def unpack(archive: Path, folder: Path, most: int) -> None:
    """Unpack a tar (also compressed) or a zip of at most `most` bytes into the folder. Raises JobError."""
    try:
        if zipfile.is_zipfile(archive):
            _zip(archive, folder, most)
        elif tarfile.is_tarfile(archive):
            _tar(archive, folder, most)
        else:
            raise JobError(_CODE, f"{archive.name} is neither a tar nor a zip archive")
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise JobError(_CODE, f"{archive.name} could not be unpacked: {error}") from error


def _tar(archive: Path, folder: Path, most: int) -> None:
    with tarfile.open(archive) as tar:
        total = 0
        for member in tar:
            total += member.size
            _check_size(archive, total, most)
            # PEP 706: no absolute paths, nothing outside by `..` or links, no devices, no foreign owners
            tar.extract(member, folder, filter="data")


def _zip(archive: Path, folder: Path, most: int) -> None:
    with zipfile.ZipFile(archive) as zipped:
        _check_size(archive, sum(member.file_size for member in zipped.infolist()), most)
        for member in zipped.infolist():
            if stat.S_ISLNK(member.external_attr >> 16) or ".." in Path(member.filename).parts:
                raise JobError(_CODE, f"{archive.name} has {member.filename!r}, which leads out of its folder")
            found = Path(zipped.extract(member, folder))  # drops what makes a path absolute
            if mode := member.external_attr >> 16 & 0o755:
                found.chmod(mode | 0o600 if found.is_file() else 0o755)


def _check_size(archive: Path, size: int, most: int) -> None:
    if size > most:
        raise JobError(_CODE, f"{archive.name} unpacks to more than limits.download_bytes, {most}")
