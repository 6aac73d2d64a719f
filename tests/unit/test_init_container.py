"""The init container's script, really run: by busybox, for which it is written, and by this machine's own sh.

Without busybox, stand-ins that know no more options than its programs take their place. The container's paths become
folders of the test, as the local cloud's do: all of them come in variables.
"""

import base64
import gzip
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.closing_lines import STAND_IN
from tests.unit import busybox_programs
from tests.unit.definitions import artifact, containers, file
from tests.unit.site import Site, serve

SANDBOX = "mnt/mesos/sandbox"
UCR = {"image": {"id": "python", "kind": "docker", "forcePull": False}, "privileged": False}
HOSTILE = "a'b\"c $(touch /tmp/owned) `id` \\ %s ${HOME}\n\n* é\n\n"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as server:
        yield server


@pytest.fixture(params=["busybox", "sh"])
def run(request: pytest.FixtureRequest, tmp_path: Path, record_property: Callable[[str, object], None]) -> Run:
    """Run the init container of a job with these fields; its paths are below tmp_path / "root"."""
    programs, root, before = tmp_path / "programs", tmp_path / "root", ""
    programs.mkdir()
    root.mkdir()
    path = str(programs)
    if request.param == "sh":
        busybox_programs.install(programs)  # for what this machine does not have
        path = f"{os.environ['PATH']}:{programs}"
    elif not shutil.which("busybox"):
        busybox_programs.install(programs)
        record_property(STAND_IN, "busybox")
    else:
        subprocess.run(["busybox", "--install", "-s", str(programs)], check=True)
        # Debian builds its busybox without the timeout that Alpine's wget has; and its sh prefers its own programs.
        known = subprocess.run(["busybox", "wget", "--help"], capture_output=True, text=True, check=False).stderr
        if "-T " not in known:
            before = f'wget() {{ {shutil.which("wget")} "$@"; }}\n'

    def start(
        values: dict[str, str] | None = None, handed: dict[str, str] | None = None, **fields: Any
    ) -> "subprocess.CompletedProcess[str]":
        init = containers(**fields)["init"]
        folders = [point["containerPath"] for point in init["mountPoints"]]
        for folder in folders:
            (root / folder.lstrip("/")).mkdir(parents=True)
        given = {pair["name"]: pair["value"] for pair in init["environment"]}
        moved = {name: f"{root}{value}" if value.startswith(tuple(folders)) else value for name, value in given.items()}
        secret = {pair["name"]: (values or {})[pair["valueFrom"]] for pair in init["secrets"]}
        shell = [str(programs / "sh")] if request.param == "busybox" else ["sh"]
        return subprocess.run(
            [*shell, *init["entryPoint"][1:], before + init["command"][0]],
            env={"PATH": path, **moved, **secret, **(handed or {}), "PAUSE": "0"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return start


def contents(root: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tar(how: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=how) as archive:  # type: ignore[call-overload]
        member = tarfile.TarInfo("folder/inside")
        member.size, member.uid, member.mode = 2, 4711, 0o750
        archive.addfile(member, io.BytesIO(b"hi"))
    return made.getvalue()


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("folder/inside", "hi")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tar", tar("w")),
        ("a.tar.gz", tar("w:gz")),
        ("a.tgz", tar("w:gz")),
        ("a.tar.bz2", tar("w:bz2")),
        ("a.tbz2", tar("w:bz2")),
        ("a.tar.xz", tar("w:xz")),
        ("a.txz", tar("w:xz")),
        ("a.zip", zipped()),
    ],
)
def test_archives_are_unpacked_and_stay(run: Run, site: Site, tmp_path: Path, name: str, content: bytes) -> None:
    site.pages[f"/v1/{name}"] = content
    done = run(cmd="true", artifacts=[artifact(f"{site.url}/v1/{name}?signature=abc#part")])
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(tmp_path / "root" / SANDBOX) == {name: content, "folder/inside": b"hi"}
    assert site.asked[0].startswith(f"/v1/{name}?signature=abc")


def test_a_file_that_is_only_compressed_loses_its_ending(run: Run, site: Site, tmp_path: Path) -> None:
    site.pages["/data.csv.gz"] = gzip.compress(b"1;2")
    run(cmd="true", artifacts=[artifact(f"{site.url}/data.csv.gz")])
    assert contents(tmp_path / "root" / SANDBOX)["data.csv"] == b"1;2"


def test_other_files_and_those_not_to_extract_stay_as_they_are(run: Run, site: Site, tmp_path: Path) -> None:
    site.pages |= {"/a.tar": tar("w"), "/tool.zip": zipped(), "/app.jar": zipped()}
    uris = [
        artifact(f"{site.url}/a.tar", extract=False),
        artifact(f"{site.url}/tool.zip", executable=True),
        artifact(f"{site.url}/app.jar"),
    ]
    assert run(cmd="true", artifacts=uris).returncode == 0
    sandbox = tmp_path / "root" / SANDBOX
    assert set(contents(sandbox)) == {"a.tar", "tool.zip", "app.jar"}
    assert mode(sandbox / "tool.zip") & 0o111 == 0o111
    assert mode(sandbox / "app.jar") & 0o111 == 0


def test_any_user_may_change_the_sandbox(run: Run, site: Site, tmp_path: Path) -> None:
    site.pages["/a.tar"] = tar("w")
    run(cmd="true", artifacts=[artifact(f"{site.url}/a.tar")])
    sandbox = tmp_path / "root" / SANDBOX
    assert mode(sandbox) == 0o1777
    assert mode(sandbox / "folder" / "inside") & 0o666 == 0o666


def test_a_download_that_fails_is_tried_again(run: Run, site: Site, tmp_path: Path) -> None:
    site.pages["/a"], site.failures["/a"] = b"at last", 3
    assert run(cmd="true", artifacts=[artifact(f"{site.url}/a")]).returncode == 0
    assert contents(tmp_path / "root" / SANDBOX) == {"a": b"at last"}
    assert len(site.asked) == 4


def test_a_download_that_keeps_failing_ends_the_task_and_is_named_without_what_is_secret(run: Run, site: Site) -> None:
    host = site.url.removeprefix("http://")
    uri = f"http://user:word@{host}/gone.tgz?X-Amz-Signature=abc"
    done = run(cmd="true", artifacts=[artifact(uri)])
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"shiftwork: cannot fetch http://{host}/gone.tgz"
    assert "abc" not in done.stderr.splitlines()[-1]


def test_an_archive_that_is_none_ends_the_task(run: Run, site: Site) -> None:
    site.pages["/a.tgz"] = b"no archive"
    done = run(cmd="true", artifacts=[artifact(f"{site.url}/a.tgz")])
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"shiftwork: cannot unpack {site.url}/a.tgz"


def test_files_hold_exactly_what_the_document_says(run: Run, tmp_path: Path) -> None:
    binary = bytes(range(256)) * 4
    files = [
        file("/app/config/hostile", HOSTILE),
        file("/app/config/sub folder/it's $(a) file", "x"),
        file("/app/config/nul", "a\0b"),
        file("/app/config/empty", ""),
        file("/app/bin/tool", base64.b64encode(binary).decode(), encoding="base64", executable=True),
    ]
    done = run(cmd="true", files=files)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    app = tmp_path / "root" / "app"
    assert contents(app) == {
        "config/hostile": HOSTILE.encode(),
        "config/sub folder/it's $(a) file": b"x",
        "config/nul": b"a\0b",
        "config/empty": b"",
        "bin/tool": binary,
    }
    assert (mode(app / "config" / "hostile"), mode(app / "bin" / "tool")) == (0o444, 0o555)


def test_a_secret_is_written_and_linked(run: Run, tmp_path: Path) -> None:
    volumes = [{"containerPath": "/var/secrets", "secret": "a"}, {"containerPath": "keys/b", "secret": "b"}]
    sources = {"a": {"source": "/a"}, "b": {"source": "/b"}}
    done = run(ucr=UCR, volumes=volumes, secrets=sources, values={"/a": HOSTILE, "/b": ""})
    assert (done.returncode, done.stderr) == (0, "")
    root = tmp_path / "root"
    assert (root / "var" / "secrets").read_text() == HOSTILE
    assert (root / SANDBOX / "var" / "secrets").readlink() == root / "var" / "secrets"
    assert (root / SANDBOX / "keys" / "b").read_bytes() == b""


@pytest.mark.parametrize("text", ['"a text"', json.dumps(HOSTILE), "{}", '"-n"', '"' + "x" * 2000 + '"'])
def test_a_payload_that_comes_with_the_task_is_written_as_it_is(run: Run, tmp_path: Path, text: str) -> None:
    done = run(cmd="true", takesPayload=True, handed={"SHIFTWORK_PAYLOAD": text})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(tmp_path / "root" / SANDBOX) == {"shiftwork-payload": text.encode()}
    assert mode(tmp_path / "root" / SANDBOX / "shiftwork-payload") & 0o666 == 0o666


def test_a_payload_is_fetched_and_tried_again(run: Run, site: Site, tmp_path: Path) -> None:
    site.pages["/p"], site.failures["/p"] = b"[1]", 1
    assert (
        run(cmd="true", takesPayload=True, handed={"SHIFTWORK_PAYLOAD_URL": f"{site.url}/p?X=%2F&Y=1"}).returncode == 0
    )
    assert contents(tmp_path / "root" / SANDBOX) == {"shiftwork-payload": b"[1]"}
    assert site.asked == ["/p?X=%2F&Y=1"] * 2


def test_a_payload_that_cannot_be_fetched_ends_the_task_and_its_signature_is_not_shown(run: Run, site: Site) -> None:
    done = run(cmd="true", takesPayload=True, handed={"SHIFTWORK_PAYLOAD_URL": f"{site.url}/p?X-Amz-Signature=abc"})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "shiftwork: cannot fetch the payload: its URL is good for hours only"
    assert "abc" not in done.stderr.splitlines()[-1]


def test_a_run_without_a_payload_has_no_such_file(run: Run, tmp_path: Path) -> None:
    assert run(cmd="true", takesPayload=True).returncode == 0
    assert contents(tmp_path / "root" / SANDBOX) == {}


def test_tmp_is_open_to_any_user(run: Run, tmp_path: Path) -> None:
    assert run(cmd="true", readonlyRootFilesystem=True).returncode == 0
    assert mode(tmp_path / "root" / "tmp") == 0o1777


def test_a_job_with_nothing_to_fetch_or_write_has_no_init_container() -> None:
    assert list(containers(cmd="true")) == ["main"]
