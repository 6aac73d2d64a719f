"""Unpacks archives; nothing of them gets out of the folder that they are unpacked in."""

import stat
import tarfile
import zipfile
from pathlib import Path

from shiftwork_agent.errors import JobError

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
