"""The init container, which fetches artifacts and the payload and writes files; and the rules of artifacts."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from functions.jobs.container.containers import INIT
from functions.jobs.container.folders import PAYLOAD_FILE, SANDBOX, WrittenFile, folders, written_files
from functions.jobs.model.container_spec import Artifact, RunSpec
from functions.jobs.model.errors import Problem

# Before the first "/", "?" or "#" after the scheme: the host, perhaps with a user and a password.
_WEB = re.compile(r"https?://[^/?#\s]+[^\s\x00-\x1f\x7f]*", re.IGNORECASE)
_INSTEAD = {"s3": "Give a presigned https URL of the object", "file": "Put the file into the image, or into run.files"}


def file_name(uri: str) -> str:
    """Return the name of a fetched file, as in Mesos: the last segment of the URI's path."""
    _, _, rest = re.split("[?#]", uri, maxsplit=1)[0].partition("://")
    return rest.rpartition("/")[2] if "/" in rest else ""


def shown(uri: str) -> str:
    """Return the URI as a log may have it: without password, and without query, which may be a signature."""
    scheme, _, rest = re.split("[?#]", uri, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def artifact_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield the artifacts that the init container could not fetch."""
    for place, artifact in enumerate(run["artifacts"]):
        if message := _problem(artifact["uri"]):
            yield Problem(f"/run/artifacts({place})/uri", message)


def _problem(uri: str) -> str | None:
    if not _WEB.fullmatch(uri) or not _has_host(uri):
        scheme = uri.partition("://")[0].lower() if "://" in uri else ""
        way_out = _INSTEAD.get(scheme, "Put the file on a web server")
        return f"must be an http or https URI without blanks. {way_out}."
    if file_name(uri) in ("", ".", ".."):
        return "names no file. End the path with a file name: the file gets this name in the sandbox."
    return None


def _has_host(uri: str) -> bool:
    try:
        return bool(urlsplit(uri).hostname)
    except ValueError:  # such as an open bracket of an IPv6 address
        return False


SCRIPT = r"""
value() { eval "printf %s \"\${$1-}\""; }
fail() { printf 'shiftwork: %s\n' "$1" >&2; exit 1; }
fetch() {
  try=1
  until wget -q -T 60 -O "$2" "$1"; do
    [ "$try" -lt 4 ] || return 1
    sleep $((try * PAUSE))
    try=$((try + 1))
  done
}
unpack() {
  case $1 in
    *.tar) tar -x -o -f "$1" -C "$2" ;;
    *.tar.gz | *.tgz) tar -x -o -z -f "$1" -C "$2" ;;
    *.tar.bz2 | *.tbz2) tar -x -o -j -f "$1" -C "$2" ;;
    *.tar.xz | *.txz) tar -x -o -J -f "$1" -C "$2" ;;
    *.zip) unzip -o -q "$1" -d "$2" ;;
    *.gz) gunzip -c "$1" > "${1%.gz}" ;;
  esac
}
write() {
  mkdir -p "${1%/*}" || return 1
  if eval "[ -n \"\${$2_SECRET+set}\" ]"; then value "$2_SECRET" > "$1"; else value "$2_BASE64" | base64 -d > "$1"; fi
}
n=0
while file=$(value FETCH_${n}_FILE); [ -n "$file" ]; do
  shown=$(value FETCH_${n}_SHOWN)
  fetch "$(value FETCH_$n)" "$file" || fail "cannot fetch $shown"
  case $(value FETCH_${n}_HOW) in
    run) chmod 755 "$file" ;;
    unpack) unpack "$file" "${file%/*}" || fail "cannot unpack $shown" ;;
  esac
  n=$((n + 1))
done
if [ -n "${SHIFTWORK_PAYLOAD_URL-}" ]; then
  fetch "$SHIFTWORK_PAYLOAD_URL" "$PAYLOAD_FILE" || fail 'cannot fetch the payload: its URL is good for hours only'
elif [ -n "${SHIFTWORK_PAYLOAD-}" ]; then
  printf %s "$SHIFTWORK_PAYLOAD" > "$PAYLOAD_FILE" || fail 'cannot write the payload'
fi
n=0
while folder=$(value OPEN_$n); [ -n "$folder" ]; do
  chmod -R a+rwX "$folder" && chmod 1777 "$folder" || fail "cannot open $folder"
  n=$((n + 1))
done
n=0
while file=$(value WRITE_$n); [ -n "$file" ]; do
  write "$file" WRITE_$n && chmod "$(value WRITE_${n}_MODE)" "$file" || fail "cannot write $file"
  link=$(value WRITE_${n}_LINK)
  [ -z "$link" ] || { mkdir -p "${link%/*}" && ln -s -f "$file" "$link"; } || fail "cannot link $link"
  n=$((n + 1))
done
"""


_PAUSE_SECONDS = 2


def init_container(run: RunSpec, image: str) -> dict[str, Any] | None:
    """Return the container definition without the log; None if there is nothing to fetch, to write or to open.

    The container runs as root, because root owns a new volume of Fargate (ECS Developer Guide, "Use bind mounts").
    `image` must have a shell, wget, tar, unzip and base64, as busybox has them.
    """
    mounted = folders(run)
    if not mounted:
        return None
    files = written_files(run)
    writable = [folder.path for folder in mounted if not folder.read_only]
    environment = dict(
        [
            *((f"OPEN_{n}", path) for n, path in enumerate(writable)),
            *(pair for n, artifact in enumerate(run["artifacts"]) for pair in _fetch(f"FETCH_{n}", artifact)),
            *(pair for n, file in enumerate(files) for pair in _write(f"WRITE_{n}", file)),
            *([("PAYLOAD_FILE", PAYLOAD_FILE)] if "takesPayload" in run else []),
            ("PAUSE", str(_PAUSE_SECONDS)),
        ]
    )
    return {
        "name": INIT,
        "essential": False,
        "image": image,
        "entryPoint": ["/bin/sh", "-c"],
        "command": [SCRIPT],
        "user": "0",
        "readonlyRootFilesystem": True,
        "environment": [{"name": name, "value": value} for name, value in environment.items()],
        "secrets": [
            {"name": f"WRITE_{n}_SECRET", "valueFrom": file.source} for n, file in enumerate(files) if file.source
        ],
        "mountPoints": [folder.mount(read_only=False) for folder in mounted],
    }


def _fetch(name: str, artifact: Artifact) -> Iterator[tuple[str, str]]:
    uri = artifact["uri"]
    yield name, uri
    yield f"{name}_FILE", f"{SANDBOX}/{file_name(uri)}"
    yield f"{name}_HOW", "run" if artifact["executable"] else "unpack" if artifact["extract"] else "keep"
    yield f"{name}_SHOWN", shown(uri)


def _write(name: str, file: WrittenFile) -> Iterator[tuple[str, str]]:
    yield name, file.path
    yield f"{name}_MODE", file.mode
    if file.content is not None:
        yield f"{name}_BASE64", file.content
    if file.link:
        yield f"{name}_LINK", file.link
