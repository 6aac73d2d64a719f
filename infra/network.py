"""The network of the tasks: one that the stack creates, or one that exists already."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.conventions import accept
from infra.settings import ExistingNetwork, OwnNetwork

FIRST_ZONES = 2  # of the region, if the settings name none


class Network(Construct):
    """Subnets for the tasks, and a security group that admits no connection from outside."""

    def __init__(self, scope: Construct, construct_id: str, *, network: OwnNetwork | ExistingNetwork) -> None:
        super().__init__(scope, construct_id)
        self.assign_public_ip = "ENABLED" if network.assign_public_ip else "DISABLED"
        if isinstance(network, ExistingNetwork):
            vpc_id, self.subnet_ids = network.vpc_id, list(network.subnet_ids)
        else:
            vpc = self._own(network)
            vpc_id, self.subnet_ids = vpc.vpc_id, [subnet.subnet_id for subnet in vpc.public_subnets]
        group = ec2.CfnSecurityGroup(
            self,
            "Tasks",
            group_description="Tasks of Shiftwork: any way out, no way in",
            vpc_id=vpc_id,
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(ip_protocol="-1", cidr_ip="0.0.0.0/0", description="Any way out")
            ],
        )
        self.security_group_id = group.attr_group_id

    def _own(self, network: OwnNetwork) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(network.cidr),
            max_azs=len(network.zones) or FIRST_ZONES,
            nat_gateways=0,
            subnet_configuration=[
                # Each task asks for its public address itself, and nothing else is launched here.
                ec2.SubnetConfiguration(
                    name="Public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
                ),
            ],
            # It would take a custom resource, with a Lambda function for one call, and nothing uses the default group.
            restrict_default_security_group=False,
        )
        accept(
            vpc,
            "VPC7",
            "Flow logs are billed by volume; whether an account keeps them is its own policy, not this stack's.",
        )
        return vpc
