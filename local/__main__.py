"""The commands: `python -m local up`, `... run FILE`, `... fleet FILE`, `... bench`."""

import argparse
import errno
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from local.bench import bench
from local.commands import run, up
from local.errors import LocalCloudError
from local.fleet.roll_out import roll_out
from local.sockets import Ports

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Carry out a command; what goes wrong is said in one line, and is status 1."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    chosen = _parser().parse_args(arguments)
    try:
        return _carry_out(chosen)
    except LocalCloudError as error:
        return _fail(str(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _fail(f"no space is left on the disk: make room ({error})")
    except KeyboardInterrupt:
        return INTERRUPTED


def _carry_out(chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "up":
            return up(Ports(aws=chosen.aws_port, api=chosen.api_port, mqtt=chosen.mqtt_port))
        case "run":
            return run(chosen.file)
        case "fleet":
            return roll_out(chosen.file, chosen.devices)
    return bench()


def _interrupt(_: int, __: FrameType | None) -> None:
    """All ends take the same way, through every `with` and `finally`; a second order does not cut it short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _fail(message: str) -> int:
    *tail, line = message.split("\n")
    for told in tail:
        print(f"  {told}", file=sys.stderr)
    print(f"shiftwork: {line}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Shiftwork on a local AWS.")
    commands = parser.add_subparsers(dest="command", required=True)
    up_parser = commands.add_parser("up", help="keep a local cloud running until Ctrl-C")
    for option, default in (("aws", 4566), ("api", 8080), ("mqtt", 8883)):
        variable = f"SHIFTWORK_{option.upper()}_PORT"
        wanted = os.environ.get(variable, str(default))
        up_parser.add_argument(f"--{option}-port", type=int, default=wanted, help=f"default {default}, or ${variable}")
    commands.add_parser("run", help="run one job, show its log and its end").add_argument("file", type=Path)
    fleet = commands.add_parser("fleet", help="roll a job out to devices of this machine")
    fleet.add_argument("file", type=Path)
    fleet.add_argument("--devices", type=int, default=50, help="how many, 50 by default")
    commands.add_parser("bench", help="measure")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
