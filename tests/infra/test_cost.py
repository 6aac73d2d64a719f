"""What an idle stack costs: nothing by the hour, less than a dollar a month."""

from tests.infra.template import Template

# Anything that is billed by the hour, whether used or not.
BILLED_BY_THE_HOUR = {
    *("EC2::NatGateway", "EC2::Instance", "EC2::EIP", "EC2::VPCEndpoint", "EC2::TransitGatewayAttachment"),
    *("EC2::VPNConnection", "EC2::ClientVpnEndpoint", "EC2::Volume", "ECS::Service", "EKS::Cluster"),
    *("ElasticLoadBalancing::LoadBalancer", "ElasticLoadBalancingV2::LoadBalancer", "AutoScaling::AutoScalingGroup"),
    *("RDS::DBInstance", "RDS::DBCluster", "DocDB::DBCluster", "ElastiCache::CacheCluster", "DAX::Cluster"),
    *("ElastiCache::ReplicationGroup", "OpenSearchService::Domain", "Redshift::Cluster", "MSK::Cluster"),
    *("Kinesis::Stream", "AmazonMQ::Broker", "EFS::FileSystem", "Lambda::Alias", "NetworkFirewall::Firewall"),
}
BILLED_BY_THE_MONTH = {"KMS::Key": 1.00, "SecretsManager::Secret": 0.40, "CloudWatch::Alarm": 0.10}


def test_nothing_is_billed_by_the_hour(dev: Template, prod: Template) -> None:
    for template in (dev, prod):
        kinds = {resource["Type"].removeprefix("AWS::") for resource in template.body["Resources"].values()}
        assert not kinds & BILLED_BY_THE_HOUR


def test_idle_it_costs_less_than_a_dollar_a_month(prod: Template) -> None:
    assert sum(len(prod.of(kind)) * price for kind, price in BILLED_BY_THE_MONTH.items()) < 1.00


def test_nothing_runs_at_deployment_but_what_the_template_shows(dev: Template) -> None:
    assert len(dev.of("Lambda::Function")) == 4, "a custom resource would bring a function of its own"
    assert not [kind for kind in (one["Type"] for one in dev.body["Resources"].values()) if "CDK" in kind]
