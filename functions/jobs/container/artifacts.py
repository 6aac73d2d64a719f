"""Artifacts: what to fetch into the sandbox, under which name, and what can be fetched at all."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from functions.jobs.container.run_spec import RunSpec
from functions.jobs.errors import Problem

# Before the first "/", "?" or "#" after the scheme: the host, perhaps with a user and a password.
_WEB = re.compile(r"https?://[^/?#\s]+[^\s\x00-\x1f\x7f]*", re.IGNORECASE)
_INSTEAD = {"s3": "give a presigned https URL of the object", "file": "put the file into the image, or into run.files"}


def file_name(uri: str) -> str:
    """The last segment of the URI's path, as Mesos' fetcher names the file."""
    _, _, rest = re.split("[?#]", uri, maxsplit=1)[0].partition("://")
    return rest.rpartition("/")[2] if "/" in rest else ""


def shown(uri: str) -> str:
    """The URI as it may stand in a log: without a password, and without a query, which may be a signature."""
    scheme, _, rest = re.split("[?#]", uri, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def artifact_problems(run: RunSpec) -> Iterator[Problem]:
    """What the init container could not fetch."""
    for place, artifact in enumerate(run["artifacts"]):
        if words := _problem(artifact["uri"]):
            yield Problem(f"/run/artifacts({place})/uri", words)


def _problem(uri: str) -> str | None:
    if not _WEB.fullmatch(uri) or not _has_host(uri):
        scheme = uri.partition("://")[0].lower() if "://" in uri else ""
        return f"must be an http or https URI without blanks: {_INSTEAD.get(scheme, 'nothing else is fetched')}."
    if file_name(uri) in ("", ".", ".."):
        return "names no file: the last segment of its path is the file's name in the sandbox."
    return None


def _has_host(uri: str) -> bool:
    try:
        return bool(urlsplit(uri).hostname)
    except ValueError:  # such as an open bracket of an IPv6 address
        return False
