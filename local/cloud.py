"""The local cloud as a context manager: up on entry, gone on exit."""

import http.client
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from local import child, sockets
from local.client import Client
from local.deploy import CREDENTIALS, Cdk, node
from local.errors import LocalCloudError
from local.progress import QUIET, Progress

SPACE = 300_000_000  # bytes: the bundle zipped and unpacked, the assets, and some logs
ANY_PORTS = sockets.Ports()
CA_PATH = "/_ministack/iot/ca.pem"
TAIL = 30  # lines of the log that are shown when something fails


@dataclass(frozen=True, kw_only=True)
class Mqtt:
    """The address that devices connect to: MQTT over TLS, with a client certificate, on loopback.

    The listener's own certificate is for `host` and for 127.0.0.1.
    """

    port: int
    endpoint_url: str
    folder: Path
    host: str = "localhost"

    @property
    def ca(self) -> Path:
        """The root certificate that devices trust: a file, made when it is first asked for."""
        path = self.folder / "mqtt-ca.pem"
        if not path.exists():
            path.write_bytes(self._read())
        return path

    def _read(self) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(self.endpoint_url).netloc, timeout=30)
        try:
            connection.request("GET", CA_PATH)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise LocalCloudError(f"GET {CA_PATH} was answered {answer.status}")
        return body


@dataclass(frozen=True, kw_only=True)
class Aws:
    """The local AWS, with nothing deployed."""

    endpoint_url: str
    api_url: str
    tasks: str
    mqtt: Mqtt
    home: Path
    server: child.Server

    def client(self, service: str, **arguments: Any) -> Any:
        """A boto3 client with the root test credentials, unless the arguments name others."""
        import boto3  # noqa: PLC0415 (takes 100 ms and 30 MB that `make up` can do without)

        keys = {"aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"]}
        keys["aws_secret_access_key"] = CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
        keys["region_name"] = CREDENTIALS["AWS_DEFAULT_REGION"]
        make: Any = boto3.client
        return make(service, **{"endpoint_url": self.endpoint_url, **keys, **arguments})

    def advance(self, seconds: float) -> None:
        """Move the clock of the scheduler and of IoT Jobs: what is due until then happens now, with its own time.

        Raises LocalCloudError for a move back or by more than 400 days, and after 2,000 firings, at the last of them.
        """
        Client(self.endpoint_url)("POST", "/_shiftwork/clock", {"advanceSeconds": seconds})


@dataclass(frozen=True, kw_only=True)
class Cloud(Aws):
    """The local AWS with Shiftwork deployed into it."""

    outputs: Mapping[str, str]


@contextmanager
def aws(
    *,
    enforce_iam: bool = False,
    ports: sockets.Ports = ANY_PORTS,
    tasks: Literal["", "process", "container"] = "",
    progress: Progress = QUIET,
) -> Iterator[Aws]:
    """Start the local AWS. What goes wrong is a LocalCloudError with the log's tail."""
    with ExitStack() as stack:
        home = stack.enter_context(_home())
        at, api, devices = (
            stack.enter_context(sockets.listen(port, setting=f"SHIFTWORK_{name.upper()}_PORT"))
            for name, port in vars(ports).items()
        )
        settings = {"AUTH": str(enforce_iam).lower(), "SHIFTWORK_TASKS": tasks or os.environ.get("SHIFTWORK_TASKS", "")}
        with (home / "cloud.log").open("wb") as log:
            server = child.start((at, api, devices), home, log.fileno(), settings)
        stack.callback(server.end)
        with _explained(home), progress.step("the local AWS starts"):
            words = server.until_ready()
        mqtt = Mqtt(port=devices.getsockname()[1], endpoint_url=_url(at), folder=home)
        yield Aws(endpoint_url=_url(at), api_url=_url(api), tasks=words, mqtt=mqtt, home=home, server=server)


@contextmanager
def running(*, auth: Literal["none", "iam"] = "none", progress: Progress = QUIET, **arguments: Any) -> Iterator[Cloud]:
    """Start the local AWS, deploy Shiftwork into it with the real CDK, and end all of it on exit."""
    binary = node()
    with aws(progress=progress, **arguments) as local, (local.home / "cloud.log").open("ab") as log:
        cdk = Cdk(binary, local.endpoint_url, local.home, log.fileno())
        with _explained(local.home):
            with progress.step("cdk bootstrap"):
                cdk.bootstrap()
            with progress.step("cdk deploy"):
                outputs = cdk.deploy({"stage": "local", "auth": auth})
        local.server.warm()
        yield Cloud(**vars(local), outputs=outputs)


def _url(listening: Any) -> str:
    return "http://{}:{}".format(*listening.getsockname())


def check_space(folder: str, free: int) -> None:
    """Raise LocalCloudError if `free` bytes are too few."""
    if free < SPACE:
        raise LocalCloudError(
            f"{folder} has {free // 1_000_000} MB free, the local cloud needs {SPACE // 1_000_000}: "
            "make room, or set TMPDIR to another folder"
        )


@contextmanager
def _home() -> Iterator[Path]:
    """A new folder for all that this cloud writes."""
    check_space(tempfile.gettempdir(), shutil.disk_usage(tempfile.gettempdir()).free)
    # A task may leave files that only it could delete.
    with tempfile.TemporaryDirectory(prefix="shiftwork-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """The log is deleted with the folder: what it ends with goes with the error."""
    try:
        yield
    except (LocalCloudError, OSError) as error:
        tail = (home / "cloud.log").read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]
        raise LocalCloudError("\n".join([*tail, str(error)])) from error
