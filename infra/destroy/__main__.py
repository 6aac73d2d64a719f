"""The command `python -m infra.destroy -c stage=prod`: `make destroy` calls it with ARGS.

Settings come from where the CDK has them, and what is not ours goes on to `cdk destroy`.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.destroy.api import TOKEN, Api, signed, with_token
from infra.destroy.destroyer import Destroyer
from infra.destroy.progress import DestroyError, Progress
from infra.given import SettingsError
from infra.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
# Throttled calls are repeated for minutes: ECS deregisters one task definition a second.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 12})
_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Destroy a deployment. What is wrong is one line on stderr and status 1."""
    chosen, for_cdk = _parser().parse_known_args(arguments)
    try:
        settings = Settings.from_context(_context(chosen.context))
        return _destroy(settings, chosen, for_cdk)
    except (DestroyError, SettingsError) as error:
        return _fail(str(error))
    except (ClientError, BotoCoreError) as error:
        return _fail(f"{error}. Call make destroy again once that is put right: it goes on from here.")
    except KeyboardInterrupt:
        print("\nshiftwork: broken off. Call make destroy again: it goes on from here.", file=sys.stderr)
        return _INTERRUPTED


def _destroy(settings: Settings, chosen: argparse.Namespace, for_cdk: list[str]) -> int:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    session = boto3.Session(profile_name=chosen.profile, region_name=region)
    if not session.region_name:
        raise DestroyError("No region is chosen: set AWS_REGION, or a region in your profile.")
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = session.client(service, config=_CONFIG)  # type: ignore[call-overload]
        return clients[service]

    def cdk() -> int:
        profile = ["--profile", chosen.profile] if chosen.profile else []
        context = [part for pair in chosen.context for part in ("-c", pair)]
        environment = {**os.environ, "AWS_REGION": session.region_name}
        command = ["cdk", "destroy", "--force", *context, *profile, *for_cdk]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

    progress = Progress()

    def api(url: str) -> Api | None:
        token, credentials = os.environ.get(TOKEN), session.get_credentials()
        authorize = (
            with_token(token)
            if token
            else signed(lambda: credentials and credentials.get_frozen_credentials(), session.region_name)
        )
        return None if chosen.without_api else Api(chosen.api_url or url, authorize, progress.clock)

    destroyer = Destroyer(settings=settings, client=client, api=api, cdk=cdk, progress=progress)
    account = client("sts").get_caller_identity()["Account"]
    where = f"account {account}, region {session.region_name}"
    return destroyer.run(where, confirm=lambda question: chosen.force or _confirmed(question, os.environ))


def _confirmed(question: str, environment: Mapping[str, str]) -> bool:
    """Ask the person at the terminal, as `cdk destroy` does. In a CI nobody is asked."""
    if environment.get("CI"):
        return True
    if not sys.stdin.isatty():
        raise DestroyError("Nobody can confirm without a terminal: add --force to ARGS.")
    return input(f"{question} (y/n) ").strip().lower() in ("y", "yes")


def _context(pairs: Sequence[str]) -> dict[str, object]:
    """Return the context as the CDK reads it: ~/.cdk.json, cdk.json, then the command line."""
    context: dict[str, object] = {}
    for path in (Path.home() / ".cdk.json", ROOT / "cdk.json"):
        if path.exists():
            context |= json.loads(path.read_text(encoding="utf-8")).get("context", {})
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise DestroyError(f"-c {pair}: write it as -c name=value.")
        context[name] = value
    return context


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.destroy", allow_abbrev=False, description="Destroy a deployment of Shiftwork."
    )
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=VALUE", help="a setting")
    parser.add_argument("-f", "--force", action="store_true", help="do not ask")
    parser.add_argument("--profile", help="the profile of your credentials")
    parser.add_argument("--api-url", help="the API, if it has a domain of its own; default: the output ApiUrl")
    parser.add_argument("--without-api", action="store_true", help="stop what runs by AWS, if the API does not work")
    return parser


def _fail(message: str) -> int:
    print(f"shiftwork: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
