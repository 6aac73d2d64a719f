"""The networks and the placement of tasks, with Metronome's rules for networks."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from functions.api.documents.fields import AbsentIf, Broken, Document, Shape, Text


class Network(Document):
    """A network in Metronome's terms. It has no effect: on Fargate each task has its own network interface."""

    mode: Literal["host", "container/bridge", "container"] = Field(
        description="The kind of network, one for the whole job. Without docker and ucr, only `host` is possible.",
        examples=["container/bridge"],
    )
    name: Annotated[str | None, AbsentIf("")] = Field(
        default=None,
        description="The name of the network. Required for `container`, not allowed for the other modes.",
        examples=["dcos"],
    )
    labels: Annotated[dict[str, str] | None, AbsentIf({})] = Field(
        default=None, description="Labels, kept without effect. Not allowed for `host`.", examples=[{"team": "reports"}]
    )


class Constraint(Document):
    """A constraint on hosts. It is refused: Fargate has no hosts to choose from."""

    attribute: Text = Field(description="An attribute of hosts.", examples=["rack"])
    operator: Literal["IS", "EQ", "LIKE", "UNLIKE"] = Field(description="The comparison.", examples=["IS"])
    value: str | None = Field(default=None, description="The value to compare with.", examples=["a"])


Subnet = Annotated[
    str, Shape(r"subnet-[0-9a-f]+", "is not a subnet's id. Use a form such as subnet-0123456789abcdef0.")
]
SecurityGroup = Annotated[
    str, Shape(r"sg-[0-9a-f]+", "is not a security group's id. Use a form such as sg-0123456789abcdef0.")
]


class Placement(Document):
    """The network of the job's tasks, instead of the deployment's. Limits: ECS API Reference, AwsVpcConfiguration."""

    constraints: list[Constraint] = Field(
        default=[], description="Must be empty: Fargate has no hosts to choose from.", examples=[[]]
    )
    subnets: Annotated[list[Subnet], Field(min_length=1, max_length=16)] | None = Field(
        default=None,
        description="Subnets of one VPC. Default: those of the deployment.",
        examples=[["subnet-0123456789abcdef0"]],
    )
    securityGroups: Annotated[list[SecurityGroup], Field(min_length=1, max_length=5)] | None = Field(
        default=None,
        description="Security groups of that VPC. Default: those of the deployment.",
        examples=[["sg-0123456789abcdef0"]],
    )
    assignPublicIp: bool | None = Field(
        default=None,
        description="Whether tasks get a public address. Default: the deployment's setting.",
        examples=[False],
    )


def network_rules(networks: Sequence[Network], *, docker: bool, container: bool) -> Iterator[Broken]:
    """Yield the broken rules of Metronome. `container`: the job has a docker or ucr image. Steps begin at `run`."""
    modes = [network.mode for network in networks]
    if len(set(modes)) > 1:
        yield Broken(
            ("networks",),
            "You may not mix host, container, or container/bridge networking. Only define one kind of network.",
        )
    if modes.count("host") > 1 or modes.count("container/bridge") > 1:
        yield Broken(("networks",), "Only one host or container/bridge network modes are allowed")
    if docker and modes.count("container") > 1:
        yield Broken(("networks",), "Docker does not allow specification of multiple networks")
    if not container and set(modes) - {"host"}:
        yield Broken(("networks",), "Only containers may join container or bridge networks")
    names = [network.name for network in networks if network.name is not None]
    if len(set(names)) < len(names):
        yield Broken(("networks",), "network names must be unique")
    for place, network in enumerate(networks):
        yield from (Broken(("networks", place, *rule.steps), rule.message) for rule in _of_one(network))


def _of_one(network: Network) -> Iterator[Broken]:
    if network.mode == "host":
        yield from (
            Broken((field,), "must be empty for host network")
            for field in ("name", "labels")
            if getattr(network, field) is not None
        )
    elif network.mode == "container/bridge" and network.name is not None:
        yield Broken(("name",), "must be empty for container/bridge networks")
    elif network.mode == "container" and network.name is None:
        yield Broken(("name",), "must not be empty for container networks")
