"""download-file: one file into a folder that the device allows."""

from collections.abc import Mapping
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.files.checksum import read
from shiftwork_agent.files.fetch import fetch
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.job import Job


def download_file(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """`url` into `filePath`, after its checksum was found right."""
    url = fields.text(document, "url")
    target = fields.within(job.config.downloads.folders, fields.text(document, "filePath"), "filePath")
    checksum = read(document)
    if target.is_dir():
        raise JobError("ERR_FILE_COPY_FAILED", f"{target} is a folder")
    job.report(operation="download-file", step="downloading")
    fetch(url, target, checksum, job.config, lambda done, size: job.report(progress=_percent(done, size)))
    return {"step": "downloaded", "progress": "100", "bytes": target.stat().st_size}


def _percent(done: int, size: int) -> str:
    return str(done * 100 // size) if size else f"{done} bytes"
