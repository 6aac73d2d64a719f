"""Where tasks run: the two kinds of network that a deployment may have."""

from dataclasses import dataclass
from typing import Literal

from infra.context import Context
from infra.setting_values import SettingsError, flag, network_range, texts


@dataclass(frozen=True, kw_only=True)
class OwnNetwork:
    """A VPC made by the stack: public subnets in two zones, no NAT gateway."""

    cidr: str = "10.42.0.0/16"
    assign_public_ip: Literal[True] = True  # without NAT, the only way to an image registry


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """A VPC that is there already. Its subnets need a way to the image registry and to CloudWatch Logs."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    assign_public_ip: bool


def network_of(given: Context) -> OwnNetwork | ExistingNetwork:
    """The network that the settings ask for."""
    vpc_id, subnet_ids = given.text("vpcId", ""), texts(given.text("subnetIds", ""))
    if not vpc_id and not subnet_ids:
        given.refuse("assignPublicIp", because="it belongs to an existing network (vpcId and subnetIds)")
        return OwnNetwork(cidr=network_range("vpcCidr", given.text("vpcCidr", OwnNetwork.cidr)))
    if not (vpc_id and subnet_ids):
        raise SettingsError("vpcId and subnetIds belong together: give both, or neither for a network of its own")
    given.refuse("vpcCidr", because="the network of vpcId has its range already")
    public = flag("assignPublicIp", given.text("assignPublicIp", "false"))
    return ExistingNetwork(vpc_id=vpc_id, subnet_ids=subnet_ids, assign_public_ip=public)
