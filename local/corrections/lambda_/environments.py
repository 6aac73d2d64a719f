"""Correction of the execution environments of Lambda functions: forked, and at most LIMIT of a function at once."""

import functools
import os
import threading
import time
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid
from ministack.services import apigateway, lambda_svc

from local.corrections.registry import correction, replace
from local.lambdas.forks import Channel, Forks, Function, kill

LIMIT = max(2, min(4, os.cpu_count() or 1))
PATIENCE = 10.0  # then one more is made: a function that calls itself must not wait for itself forever


class Environment:
    """One execution environment, with the methods that MiniStack calls on its own."""

    _proc = None  # MiniStack's: nothing for it to signal

    def __init__(self, forks: Forks, name: str, config: dict[str, Any], code_zip: bytes) -> None:
        self.func_name, self.config, self._code_zip = name, config, code_zip
        self.in_use, self.last_used = False, time.time()
        self._forks, self._pid, self._lock = forks, 0, threading.Lock()
        self._channel: Channel | None = None

    def start(self) -> Channel:
        """Make it, unless it is there."""
        with self._lock:
            if self._channel is None:
                function = _function(self.config, self._forks.unpacked(self._code_zip))
                channel = self._forks.environment(function, new_uuid())
                hello = channel.receive()
                self._channel, self._pid = channel, hello["pid"] if hello else 0
            return self._channel

    def invoke(
        self, event: Any, request_id: str, *, trace_id: str | None = None, invoked_function_arn: str = "", **_: Any
    ) -> dict[str, Any]:
        """Run the handler once."""
        cold = self._channel is None
        channel, seconds = self.start(), float(self.config.get("Timeout", 3))
        channel.socket.settimeout(seconds)
        call = {"event": event, "request_id": request_id, "trace_id": trace_id, "arn": invoked_function_arn}
        try:
            channel.send(call)
            answer = channel.receive()
        except TimeoutError:
            kill(self._pid)
            self._discard_tmpdir()
            return {"status": "error", "error": f"Task timed out after {seconds:.2f} seconds", "cold_start": cold}
        except OSError:
            answer = None
        if answer is None:
            self._discard_tmpdir()
            answer = {"status": "error", "error": "Runtime exited", "log": ""}
        return {**answer, "cold_start": cold}

    def _discard_tmpdir(self) -> None:
        """MiniStack's word for: it is no longer needed."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _function(config: dict[str, Any], code: Path) -> Function:
    account_and_region = lambda_runtime._account_region_from_function_config(config)
    name, region = config["FunctionName"], account_and_region[1]
    variables = {
        # "Defined runtime environment variables" in the Lambda Developer Guide.
        "PATH": os.environ["PATH"],
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": os.environ["TMPDIR"],
        "LAMBDA_TASK_ROOT": str(code),
        "_HANDLER": config["Handler"],
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_LOG_GROUP_NAME": (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}",
        **lambda_runtime.execution_credentials(config),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        **(config.get("Environment") or {}).get("Variables", {}),
    }
    return Function(
        arn=f"{config['FunctionArn']}:{config.get('Version', '$LATEST')}",
        handler=config["Handler"],
        code=code,
        variables=tuple(sorted(variables.items())),
        timeout=float(config.get("Timeout", 3)),
    )


@correction("lambda.environments")
def environments(forks: Forks) -> None:
    """Fork the environments of Python functions.

    MiniStack unpacks the bundle and starts an interpreter for each environment (0.7 s and 70 MB each), starts as many
    as there are invocations at once, and after each invocation waits up to 50 ms for its output. Here environments are
    forked from a process that has imported the handler, and at most LIMIT of a function work at once: others wait, as
    they would for the cores of this machine. As on AWS ("Lambda execution environment lifecycle"), an environment
    handles one invocation at a time and keeps its state.
    """
    theirs = lambda_runtime._worker_class_for
    acquire, release = lambda_runtime.acquire_worker, lambda_runtime.release_worker
    free = threading.Condition()

    def worker_class_for(config: dict[str, Any]) -> Any:
        python = str(config.get("Runtime", "")).startswith("python") and not config.get("Layers")
        if python:
            return functools.partial(Environment, forks)
        other: type[lambda_runtime.Worker] = theirs(config)
        return other

    def acquire_worker(*args: Any, **kwargs: Any) -> Any:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with free:
                leased = acquire(*args, **{**kwargs, "max_concurrency": LIMIT})
                if leased[0] is not None:
                    return leased
                free.wait(PATIENCE)
        return acquire(*args, **kwargs)

    def release_worker(worker: Any) -> None:
        release(worker)
        with free:
            free.notify()

    replace(lambda_runtime, _worker_class_for=worker_class_for)
    replace(lambda_svc, acquire_worker=acquire_worker, release_worker=release_worker)


def warm(forks: Forks) -> None:
    """Import the handlers behind the API, so that no request has to wait for them.

    The functions of events are imported when their first one comes: each takes a dozen megabytes, and some get none.
    """
    integrations = [found for of_api in list(apigateway._integrations._data.values()) for found in of_api.values()]
    behind_the_api = " ".join(str(integration.get("integrationUri")) for integration in integrations)
    for record in list(lambda_svc._functions._data.values()):
        python = isinstance(lambda_runtime._worker_class_for(record["config"]), functools.partial)
        if python and record["config"]["FunctionArn"] in behind_the_api:
            forks.warm(_function(record["config"], forks.unpacked(record["code_zip"])))
