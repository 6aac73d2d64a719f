"""download-file, and the download that install shares: a file within the limits, with its checksum, or no file."""

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

from shiftwork_agent.disk import sync
from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Config

_ALGORITHMS = ("sha224", "sha256", "sha384", "sha512")  # md5 and sha1 can be forged
_CHUNK = 1 << 18
_DRAFT = ".shiftwork-download"
_SECONDS = 60  # without a byte


@dataclass(frozen=True, slots=True)
class Checksum:
    """A digest in hexadecimal digits."""

    algorithm: str
    value: str

    def check(self, path: Path) -> None:
        """Raise JobError if the file has another checksum."""
        with path.open("rb") as file:
            found = hashlib.file_digest(file, self.algorithm).hexdigest()
        if not hmac.compare_digest(found, self.value):
            reason = f"The {self.algorithm} of {path.name} is {found}, but the document has {self.value}"
            raise JobError("ERR_CHECKSUM_FAILED", reason)


def download_file(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Download `url` to `filePath`, in a folder that the device allows."""
    url = fields.text(document, "url")
    target = fields.within(job.config.downloads.folders, fields.text(document, "filePath"), "filePath")
    checksum = read_checksum(document)
    if target.is_dir():
        raise JobError("ERR_FILE_COPY_FAILED", f"filePath: {target} is a folder. Name a file")
    job.report(operation="download-file", step="downloading")
    fetch(url, target, checksum, job.config, lambda done, size: job.report(progress=percent(done, size)))
    return {"step": "downloaded", "progress": "100", "bytes": target.stat().st_size}


def percent(done: int, size: int) -> str:
    """Return the progress in percent, or in bytes if the size is not known."""
    return str(done * 100 // size) if size else f"{done} bytes"


def read_checksum(document: Mapping[str, Any]) -> Checksum | None:
    """Read the checksum in the form of AWS's JavaScript SDK. None: the document has none.

    `{"checksum": {"hashAlgorithm": "SHA256", "inline": {"value": "<hexadecimal digits>"}}}`
    """
    given = fields.table(document, "checksum")
    if not given:
        return None
    algorithm = fields.text(given, "hashAlgorithm").lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        reason = f"hashAlgorithm: {algorithm!r} is not allowed. Use one of {', '.join(_ALGORITHMS)}"
        raise RefusedError("ERR_UNSUPPORTED_CHECKSUM_ALGORITHM", reason)
    value = fields.text(fields.table(given, "inline"), "value").lower()
    if len(value) != hashlib.new(algorithm).digest_size * 2 or not set(value) <= set("0123456789abcdef"):
        reason = f"checksum.inline.value: a {algorithm} in hexadecimal digits is required"
        raise RefusedError(fields.INVALID, reason)
    return Checksum(algorithm, value)


class Progress(Protocol):
    """Receives how many bytes have come, and of how many; 0 if the size is not known."""

    def __call__(self, done: int, size: int) -> None: ...


def check_url(url: str, config: Config) -> None:
    """Raise RefusedError unless the device may download from this URL."""
    schemes = ("https", "http") if config.downloads.http else ("https",)
    if url.partition(":")[0].lower() not in schemes:
        raise RefusedError(fields.INVALID, f"The URL {_shown(url)} does not begin with {' or '.join(schemes)}")


def fetch(url: str, target: Path, checksum: Checksum | None, config: Config, progress: Progress) -> None:
    """Download to `target`, and replace it only when the whole file has come and its checksum is right."""
    check_url(url, config)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)  # left by a download that a power cut ended
    draft.mkdir(mode=0o700)
    try:
        part = draft / target.name
        try:
            _download(url, part, config, progress)
        except (OSError, HTTPException, ValueError) as error:
            raise JobError("ERR_DOWNLOAD_FAILED", f"{_shown(url)}: {_why(error)}") from error
        if checksum:
            checksum.check(part)
        sync(part)
        part.replace(target)
        sync(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to URLs that the device may download from."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def redirect_request(self, *request: Any) -> urllib.request.Request | None:
        check_url(request[-1], self._config)
        return super().redirect_request(*request)


def _download(url: str, part: Path, config: Config, progress: Progress) -> None:
    limit = config.limits.download_bytes
    opener = urllib.request.build_opener(_Redirects(config))
    with opener.open(url, timeout=_SECONDS) as answer, part.open("wb") as file:
        size = int(answer.headers.get("Content-Length") or 0)
        done = 0
        while chunk := answer.read(_CHUNK):
            done += len(chunk)
            if max(done, size) > limit:
                raise OSError(f"the file is larger than limits.download_bytes, {limit}")
            file.write(chunk)
            progress(done, size)
        if size and done < size:
            raise OSError(f"the download ended after {done} of {size} bytes")


def _why(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code}"
    if isinstance(error, InvalidURL):  # the error's text contains the whole URL
        return "this is not a valid URL"
    return str(getattr(error, "reason", None) or error)


def _shown(url: str) -> str:
    """Leave out query, user and password: a presigned URL has its signature in the query."""
    return re.sub("//[^/]*@", "//", url.partition("?")[0])[:300]
