"""Installed packages: a folder for each version, a link `current` to the one in use, and archives unpacked safely."""

import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

from shiftwork_agent.disk import sync
from shiftwork_agent.errors import JobError

_CODE = "ERR_FILE_COPY_FAILED"


class Packages:
    """The folders `root/NAME/VERSION/...` and the links `root/NAME/current`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def installed(self) -> dict[str, str]:
        """Return the current version of each package."""
        links = sorted(self._root.glob("*/current"))
        return {link.parent.name: link.readlink().name for link in links if link.is_symlink()}

    def current(self, name: str) -> Path:
        """Return the link by which programs use the package."""
        return self._root / name / "current"

    def draft(self, name: str, version: str) -> Path:
        """Return an empty folder to prepare the version in. What an interrupted attempt left there is removed."""
        folder = self._root / name / f".draft-{version}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, draft: Path, name: str, version: str) -> Path:
        """Move the draft beside the other versions, and return its folder.

        If the same version is installed already, the folder gets another name until the switch.
        """
        place = self.place(name, version)
        number = 1
        while place.exists():
            number += 1
            place = self.place(name, f"{version}+{number}")
        sync(*(path for path in (draft, *draft.rglob("*")) if not path.is_symlink()))
        draft.rename(place)
        return place

    def place(self, name: str, version: str) -> Path:
        """Return the folder of an installed version."""
        return self._root / name / version

    def switch(self, name: str, place: Path) -> None:
        """Make `place` the current version in one step."""
        link = self.current(name)
        draft = link.with_name(".current")
        draft.unlink(missing_ok=True)
        draft.symlink_to(place.name)
        os.replace(draft, link)  # noqa: PTH105 - replaces the link, not the folder that it leads to
        sync(link.parent)

    def unswitch(self, name: str, before: Path | None) -> None:
        """Go back to the version before. None: there was none, so the link is removed."""
        if before:
            self.switch(name, before)
        else:
            self.current(name).unlink(missing_ok=True)

    def tidy(self, name: str, *keep: Path | None) -> None:
        """Remove all versions but these."""
        kept = {place.name for place in keep if place} | {"current"}
        for place in (self._root / name).iterdir():
            if place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)


def unpack(archive: Path, folder: Path, limit: int) -> None:
    """Unpack a tar, also a compressed one, or a zip into the folder, and write nothing outside of it.

    Raises JobError if the archive is wrong, or unpacks to more than `limit` bytes.
    """
    try:
        if zipfile.is_zipfile(archive):
            _zip(archive, folder, limit)
        elif tarfile.is_tarfile(archive):
            _tar(archive, folder, limit)
        else:
            raise JobError(_CODE, f"{archive.name} is neither a tar nor a zip archive")
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise JobError(_CODE, f"{archive.name} cannot be unpacked: {error}") from error


def _tar(archive: Path, folder: Path, limit: int) -> None:
    with tarfile.open(archive) as tar:
        total = 0
        for member in tar:
            total += member.size
            _check_size(archive, total, limit)
            # PEP 706: refuses absolute paths, paths and links that lead outside, devices, and other owners
            tar.extract(member, folder, filter="data")


def _zip(archive: Path, folder: Path, limit: int) -> None:
    with zipfile.ZipFile(archive) as zipped:
        _check_size(archive, sum(member.file_size for member in zipped.infolist()), limit)
        for member in zipped.infolist():
            if stat.S_ISLNK(member.external_attr >> 16) or ".." in Path(member.filename).parts:
                raise JobError(_CODE, f"{archive.name} has {member.filename!r}, which leads out of its folder")
            found = Path(zipped.extract(member, folder))  # makes an absolute path relative
            if mode := member.external_attr >> 16 & 0o755:
                found.chmod(mode | 0o600 if found.is_file() else 0o755)


def _check_size(archive: Path, size: int, limit: int) -> None:
    if size > limit:
        raise JobError(_CODE, f"{archive.name} unpacks to more than limits.download_bytes, {limit}")
