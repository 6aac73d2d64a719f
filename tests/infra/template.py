"""A template to ask questions of. Tests ask for promises, never for a logical id's hash."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks

from infra.definitions import Definitions
from infra.platform_stack import PlatformStack
from infra.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
STATE_MACHINES = ROOT / "state_machines"
Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """What one synth made."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.template.json"

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    def of(self, kind: str) -> dict[str, Properties]:
        """The properties of all resources of a type (without "AWS::"), by logical id."""
        resources = self.body["Resources"].items()
        return {key: value.get("Properties", {}) for key, value in resources if value["Type"] == f"AWS::{kind}"}

    def the(self, kind: str, *, named: str = "") -> tuple[str, Properties]:
        """The one resource of a type whose logical id holds `named`."""
        [found] = [item for item in self.of(kind).items() if named in item[0]]
        return found

    def statements(self, role: str) -> list[Properties]:
        """All that the role whose logical id holds `role` may do."""
        policies = self.the("IAM::Role", named=role)[1].get("Policies", [])
        return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]

    def actions(self, role: str) -> set[str]:
        """The actions of all statements of a role."""
        return {action for statement in self.statements(role) for action in many(statement["Action"])}


def many(value: object) -> list[Any]:
    """CloudFormation writes a list of one as the one."""
    return value if isinstance(value, list) else [value]


def texts(value: object) -> Iterator[str]:
    """Every string inside, keys included."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (str(key), *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def synthesise(settings: Settings, folder: Path, *, rules: bool = False) -> Template:
    """The real stack with a stub for its code; with `rules`, synth fails on a finding that nobody accepted."""
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = cdk.App(outdir=str(folder), context=context)
    if rules:
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    stub = folder / "stub"
    stub.mkdir(parents=True)
    (stub / "handler.py").touch()
    definitions = Definitions.of(STATE_MACHINES)
    PlatformStack(app, settings=settings, code=lambda_.Code.from_asset(str(stub)), definitions=definitions)
    app.synth()
    return Template(folder, settings.stack_name)
