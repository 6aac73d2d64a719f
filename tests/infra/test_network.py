"""Where tasks run: a network of the stack's own, or one that is there."""

import json
from pathlib import Path

from infra.settings import ExistingNetwork, OwnNetwork, Settings
from tests.infra.template import Template, synthesise

EXISTING = ExistingNetwork(vpc_id="vpc-0a1b2c3d", subnet_ids=("subnet-0a1b2c3d",), assign_public_ip=False)


def test_tasks_are_reached_by_nobody_and_have_a_public_way_out(dev: Template) -> None:
    _, group = dev.the("EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group and not dev.of("EC2::SecurityGroupIngress")
    zones = [json.dumps(subnet["AvailabilityZone"]) for subnet in dev.of("EC2::Subnet").values()]
    assert len(zones) == len(set(zones)) == 2
    assert all("Fn::GetAZs" in zone for zone in zones)
    assert len([route for route in dev.of("EC2::Route").values() if "GatewayId" in route]) == 2


def test_zones_are_those_of_the_settings(tmp_path: Path) -> None:
    """Fargate is not in each zone of us-west-1 and ap-northeast-1."""
    zones = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
    template = synthesise(Settings(network=OwnNetwork(zones=zones)), tmp_path)
    assert {subnet["AvailabilityZone"] for subnet in template.of("EC2::Subnet").values()} == set(zones)
    assert len({subnet["CidrBlock"] for subnet in template.of("EC2::Subnet").values()}) == 3


def test_an_existing_network_is_used_and_none_is_made(tmp_path: Path) -> None:
    template = synthesise(Settings(network=EXISTING), tmp_path)
    variables = template.the("Lambda::Function", named="Api")[1]["Environment"]["Variables"]
    assert not template.of("EC2::VPC") and not template.of("EC2::Subnet")
    assert template.the("EC2::SecurityGroup")[1]["VpcId"] == EXISTING.vpc_id
    assert (variables["SUBNET_IDS"], variables["ASSIGN_PUBLIC_IP"]) == (EXISTING.subnet_ids[0], "DISABLED")
