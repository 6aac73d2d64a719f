"""A container that has been started."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

from docker.errors import DockerException
from requests.exceptions import RequestException

from local.tasks.launch import Launch
from local.tasks.lines import batches

Lost = (DockerException, RequestException)


class ContainerTask:
    """One container."""

    def __init__(self, container: Any, launch: Launch) -> None:
        self._container, self._launch = container, launch
        # Each stream has lines of its own.
        streams = ({"stdout": True, "stderr": False}, {"stdout": False, "stderr": True})
        self._readers = [_thread(self._forward, **stream) for stream in streams]

    def wait(self) -> int:
        """Block until it has ended and its output is read."""
        try:
            code = int(self._container.wait()["StatusCode"])
            for reader in self._readers:
                reader.join(timeout=10)
        except Lost as error:
            self._launch.output([f"(local cloud: the container engine is lost: {error})"])
            return 137
        return code

    def stop(self) -> None:
        """The engine sends SIGTERM, and SIGKILL after the stop timeout."""
        try:
            self._container.stop(timeout=int(self._launch.stop_timeout))
        except Lost as error:
            self._launch.output([f"(local cloud: the container could not be stopped: {error})"])

    def check(self, argv: Sequence[str], timeout: float) -> bool:
        """Run it in the container. The engine cannot end it: what is too late is not waited for."""
        codes: list[int] = []

        def run() -> None:
            with contextlib.suppress(*Lost):
                codes.append(self._container.exec_run(list(argv)).exit_code)

        _thread(run).join(timeout)
        return codes == [0]

    def _forward(self, **streams: bool) -> None:
        output = self._container.logs(stream=True, follow=True, **streams)
        for lines in batches(output):
            self._launch.output(lines)


def _thread(target: Callable[..., None], **arguments: bool) -> threading.Thread:
    thread = threading.Thread(target=target, kwargs=arguments, daemon=True)
    thread.start()
    return thread
