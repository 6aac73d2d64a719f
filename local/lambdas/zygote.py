"""The process that Lambda's execution environments are forked from. Run as a program; imports the standard library.

Three generations: this process has the AWS SDK imported; for each function that is kept warm it forks one that has
imported the handler; for each execution environment that one forks one that answers invocations, one after the other,
as Lambda's do ("Lambda execution environment lifecycle"). Where a function is not kept warm, the second generation is
the environment itself. Memory is shared until it is written to, and a fork takes milliseconds.

Each generation ends when its socket closes, so all end with the server that holds the other ends.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from typing import Any

# What every environment needs is read once, here, and not again by each: packages, and the models of services. Of our
# own what all share, but no handler: at its import a handler reads the environment of its function.
PACKAGES = (
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.utilities.typing",
    "boto3.dynamodb.types",
    "encodings.idna",
    "zoneinfo",
    "functions.wiring",
    "functions.aws.clients",
    "functions.aws.stepfunctions",
    "functions.aws.table.runs",
    "functions.jobs.runs.dispatch",
)
SERVICES = ("dynamodb", "stepfunctions")


def main() -> None:
    """Serve functions of one bundle: its folder and the socket's number are the arguments."""
    code, number = sys.argv[1:3]
    sys.path.insert(0, code)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # loggers keep this very object
    with contextlib.suppress(ImportError):
        import boto3  # noqa: PLC0415 (the bundle's, else the interpreter's: as in Lambda)

        make: Any = boto3.client
        for service in SERVICES:
            make(service, region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")  # noqa: S106
        for package in PACKAGES:
            importlib.import_module(package)
    fork_for_each(socket.socket(fileno=int(number)), function)


def fork_for_each(control: socket.socket, work: Callable[[dict[str, Any], socket.socket], None]) -> None:
    """Fork a child for each request, with the socket that came with it; return when the other side closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    gc.collect()
    gc.freeze()  # a collection would write to every object, and so copy all memory
    while request := _request(control):
        message, channel = request
        with channel:
            if os.fork() == 0:
                _end_with_parent()
                control.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                work(message, channel)
                os._exit(0)


def _end_with_parent() -> None:
    """A handler that does not come back would not see its socket close. Only Linux can tell a child."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def function(init: dict[str, Any], control: socket.socket) -> None:
    """Import a handler, say how that went, and fork its environments, or be the one that has a log stream."""
    os.environ.clear()
    os.environ.update(init["environment"])
    os.chdir(init["environment"]["LAMBDA_TASK_ROOT"])
    module, _, name = init["handler"].replace("/", ".").rpartition(".")
    try:
        handler = getattr(importlib.import_module(module), name)
    except Exception as error:
        _send(control, _failure(error))
        return
    _send(control, {"status": "ready"})
    if "log_stream" in init:
        environment(handler, init, control)
    else:
        fork_for_each(control, lambda message, channel: environment(handler, {**init, **message}, channel))


def environment(handler: Callable[[Any, Any], Any], init: dict[str, Any], channel: socket.socket) -> None:
    """Answer invocations until the channel closes."""
    os.environ["AWS_LAMBDA_LOG_STREAM_NAME"] = init["log_stream"]
    printed = _capture_output()
    _send(channel, {"pid": os.getpid()})
    for line in channel.makefile("r", encoding="utf-8"):
        call = json.loads(line)
        if call["trace_id"]:
            os.environ["_X_AMZN_TRACE_ID"] = call["trace_id"]
        answer = _answer(handler, call["event"], Context(init, call))
        _send(channel, {**answer, "log": _take(printed)})


def _answer(handler: Callable[[Any, Any], Any], event: Any, context: "Context") -> dict[str, Any]:
    try:
        result = handler(event, context)
        json.dumps(result)
    except Exception as error:
        return _failure(error)
    return {"status": "ok", "result": result}


def _failure(error: Exception) -> dict[str, Any]:
    """Return the answer to the caller of the function, and what is written to its log."""
    return {"status": "error", "error": str(error), "type": type(error).__name__, "trace": traceback.format_exc()}


class Context:
    """The second argument of a handler ("Using the Lambda context object to retrieve Python function information")."""

    identity = None
    client_context = None

    def __init__(self, init: dict[str, Any], call: dict[str, Any]) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = call["arn"]
        self.aws_request_id = call["request_id"]
        self._deadline = time.monotonic() + init["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def _capture_output() -> int:
    """A file in place of standard output and error: whatever writes to them, and whatever it starts."""
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    return 1


def _take(printed: int) -> str:
    sys.stdout.flush()
    sys.stderr.flush()
    size = os.lseek(printed, 0, os.SEEK_CUR)
    os.lseek(printed, 0, os.SEEK_SET)
    text = os.read(printed, size).decode(errors="replace")
    os.lseek(printed, 0, os.SEEK_SET)
    os.ftruncate(printed, 0)
    return text


def _request(control: socket.socket) -> tuple[dict[str, Any], socket.socket] | None:
    data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
    while data and not data.endswith(b"\n"):
        data += control.recv(1 << 16)
    return (json.loads(data), socket.socket(fileno=descriptors[0])) if data else None


def _send(channel: socket.socket, message: dict[str, Any]) -> None:
    channel.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
