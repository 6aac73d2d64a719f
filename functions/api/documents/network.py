"""What a document says of networks and places, with Metronome's rules for networks."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from functions.api.documents.fields import AbsentIf, Broken, Document, Shape, Text


class Network(Document):
    """A network in Metronome's words. On Fargate each task has a network interface of its own, whatever this says."""

    mode: Literal["host", "container/bridge", "container"] = Field(
        description="One kind per job; a job without docker or ucr can only say `host`.", examples=["container/bridge"]
    )
    name: Annotated[str | None, AbsentIf("")] = Field(
        default=None, description="For `container`, and only there.", examples=["dcos"]
    )
    labels: Annotated[dict[str, str] | None, AbsentIf({})] = Field(
        default=None, description="Kept, without effect. Not for `host`.", examples=[{"team": "reports"}]
    )


class Constraint(Document):
    """A constraint on hosts: refused, since Fargate has no hosts to choose from."""

    attribute: Text = Field(description="An attribute of hosts.", examples=["rack"])
    operator: Literal["IS", "EQ", "LIKE", "UNLIKE"] = Field(description="How to compare.", examples=["IS"])
    value: str | None = Field(default=None, description="What to compare with.", examples=["a"])


Subnet = Annotated[str, Shape(r"subnet-[0-9a-f]+", "is not a subnet's id.")]
SecurityGroup = Annotated[str, Shape(r"sg-[0-9a-f]+", "is not a security group's id.")]


class Placement(Document):
    """Where tasks run, if not where the deployment says. Limits: ECS API Reference, AwsVpcConfiguration."""

    constraints: list[Constraint] = Field(
        default=[], description="Must be empty: Fargate has no hosts to choose from.", examples=[[]]
    )
    subnets: Annotated[list[Subnet], Field(min_length=1, max_length=16)] | None = Field(
        default=None,
        description="Subnets of one VPC; without it, the deployment's.",
        examples=[["subnet-0123456789abcdef0"]],
    )
    securityGroups: Annotated[list[SecurityGroup], Field(min_length=1, max_length=5)] | None = Field(
        default=None,
        description="Security groups of that VPC; without it, the deployment's.",
        examples=[["sg-0123456789abcdef0"]],
    )
    assignPublicIp: bool | None = Field(
        default=None,
        description="Whether the task has a public address; without it, as the deployment says.",
        examples=[False],
    )


def network_rules(networks: Sequence[Network], *, docker: bool, container: bool) -> Iterator[Broken]:
    """Metronome's rules. `container`: the job has a docker or ucr image; steps begin at `run`."""
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
        yield from (Broken(("networks", place, *one.steps), one.message) for one in _of_one(network))


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
