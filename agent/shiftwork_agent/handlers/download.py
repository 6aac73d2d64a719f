"""download-file, and the download that other handlers share: bounded, checked, and there as a whole or not at all."""

import hashlib
import hmac
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, InvalidURL
from pathlib import Path
from typing import Any, Protocol

from shiftwork_agent.disk import settle
from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Config

_ALGORITHMS = ("sha224", "sha256", "sha384", "sha512")  # md5 and sha1 can be forged


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest in hexadecimal digits."""

    algorithm: str
    value: str

    def check(self, path: Path) -> None:
        """Raises JobError if the file has another one."""
        with path.open("rb") as file:
            found = hashlib.file_digest(file, self.algorithm).hexdigest()
        if not hmac.compare_digest(found, self.value):
            reason = f"The {self.algorithm} of {path.name} is {found}, the document says {self.value}"
            raise JobError("ERR_CHECKSUM_FAILED", reason)


def read_checksum(document: Mapping[str, Any]) -> Checksum | None:
    """`{"checksum": {"hashAlgorithm": "SHA256", "inline": {"value": "..."}}}`, as AWS's JavaScript SDK has it."""
    given = fields.table(document, "checksum")
    if not given:
        return None
    algorithm = fields.text(given, "hashAlgorithm").lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        reason = f"hashAlgorithm is {algorithm!r}: give one of {', '.join(_ALGORITHMS)}"
        raise RefusedError("ERR_UNSUPPORTED_CHECKSUM_ALGORITHM", reason)
    value = fields.text(fields.table(given, "inline"), "value").lower()
    if len(value) != hashlib.new(algorithm).digest_size * 2 or not set(value) <= set("0123456789abcdef"):
        raise RefusedError(fields.INVALID, f"checksum.inline.value is not a {algorithm} in hexadecimal digits")
    return Checksum(algorithm, value)


def download_file(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """`url` into `filePath`, after its checksum was found right."""
    url = fields.text(document, "url")
    target = fields.within(job.config.downloads.folders, fields.text(document, "filePath"), "filePath")
    checksum = read_checksum(document)
    if target.is_dir():
        raise JobError("ERR_FILE_COPY_FAILED", f"{target} is a folder")
    job.report(operation="download-file", step="downloading")
    fetch(url, target, checksum, job.config, lambda done, size: job.report(progress=_percent(done, size)))
    return {"step": "downloaded", "progress": "100", "bytes": target.stat().st_size}


def _percent(done: int, size: int) -> str:
    return str(done * 100 // size) if size else f"{done} bytes"


_CHUNK = 1 << 18
_DRAFT = ".shiftwork-download"
_SECONDS = 60  # without a byte


class Progress(Protocol):
    """Is told how many bytes have come, of how many; 0 if that is not known."""

    def __call__(self, done: int, size: int) -> None: ...


def check_url(url: str, config: Config) -> None:
    """Raises RefusedError unless it is one that the device may fetch."""
    schemes = ("https", "http") if config.downloads.http else ("https",)
    if url.partition(":")[0].lower() not in schemes:
        raise RefusedError(fields.INVALID, f"The URL {_shown(url)} does not begin with {' or '.join(schemes)}")


def fetch(url: str, target: Path, checksum: Checksum | None, config: Config, progress: Progress) -> None:
    """Download into `target`, replacing it only when all of it has come and is right."""
    check_url(url, config)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)  # of a download that a power cut ended
    draft.mkdir(mode=0o700)
    try:
        part = draft / target.name
        try:
            _download(url, part, config, progress)
        except (OSError, HTTPException, ValueError) as error:
            raise JobError("ERR_DOWNLOAD_FAILED", f"{_shown(url)}: {_why(error)}") from error
        if checksum:
            checksum.check(part)
        settle(part)
        part.replace(target)
        settle(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to where the device may fetch from, and nowhere else."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def redirect_request(self, *request: Any) -> urllib.request.Request | None:
        check_url(request[-1], self._config)
        return super().redirect_request(*request)


def _download(url: str, part: Path, config: Config, progress: Progress) -> None:
    most = config.limits.download_bytes
    opener = urllib.request.build_opener(_Redirects(config))
    with opener.open(url, timeout=_SECONDS) as answer, part.open("wb") as file:
        size = int(answer.headers.get("Content-Length") or 0)
        done = 0
        while chunk := answer.read(_CHUNK):
            done += len(chunk)
            if max(done, size) > most:
                raise OSError(f"it is larger than limits.download_bytes, {most}")
            file.write(chunk)
            progress(done, size)
        if size and done < size:
            raise OSError(f"it ended after {done} of {size} bytes")


def _why(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code}"
    if isinstance(error, InvalidURL):  # its text has the whole of it
        return "that is not a URL"
    return str(getattr(error, "reason", None) or error)


def _shown(url: str) -> str:
    """Without query, user and password: a presigned URL has its signature there."""
    return re.sub("//[^/]*@", "//", url.partition("?")[0])[:300]
