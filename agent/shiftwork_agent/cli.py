"""The command `shiftwork-agent`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shiftwork_agent.check.report import check
from shiftwork_agent.errors import ConfigError
from shiftwork_agent.log import log_to
from shiftwork_agent.run import run
from shiftwork_agent.settings.load import load

_CONFIG = Path("/etc/shiftwork-agent/config.toml")
_EXIT_CODES = "Exit codes: 0 success, 1 a check failed or the agent cannot go on, 2 the configuration is wrong."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        config = load(parsed.config)
        if parsed.command == "check":
            return 0 if check(config, print) else 1
        reason = run(config, log_to())
    except ConfigError as error:
        for problem in error.problems:
            print(f"{parsed.config}: {problem}", file=sys.stderr)
        return 2
    if reason:
        print(reason, file=sys.stderr)
    return 1 if reason else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shiftwork-agent", description=__doc__, epilog=_EXIT_CODES)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, description in (
        ("run", "Take the jobs of this device until SIGTERM."),
        ("check", "Check the configuration and the connection, and say what to do about the first fault."),
    ):
        command = commands.add_parser(name, help=description, description=description, epilog=_EXIT_CODES)
        command.add_argument("--config", type=Path, default=_CONFIG, help=f"the configuration file; default: {_CONFIG}")
    return parser
