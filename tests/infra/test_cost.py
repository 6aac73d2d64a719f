"""What an idle stack costs: nothing by the hour, less than a dollar a month."""

import re

from infra.functions import TABLE
from tests import prices
from tests.infra.template import ROOT, Template

# Anything that is billed by the hour, whether used or not.
BILLED_BY_THE_HOUR = {
    *("EC2::NatGateway", "EC2::Instance", "EC2::EIP", "EC2::VPCEndpoint", "EC2::TransitGatewayAttachment"),
    *("EC2::VPNConnection", "EC2::ClientVpnEndpoint", "EC2::Volume", "ECS::Service", "EKS::Cluster"),
    *("ElasticLoadBalancing::LoadBalancer", "ElasticLoadBalancingV2::LoadBalancer", "AutoScaling::AutoScalingGroup"),
    *("RDS::DBInstance", "RDS::DBCluster", "DocDB::DBCluster", "ElastiCache::CacheCluster", "DAX::Cluster"),
    *("ElastiCache::ReplicationGroup", "OpenSearchService::Domain", "Redshift::Cluster", "MSK::Cluster"),
    *("Kinesis::Stream", "AmazonMQ::Broker", "EFS::FileSystem", "Lambda::Alias", "NetworkFirewall::Firewall"),
}
# A sweep with nothing to do, none of it taken as free: its schedule, Lambda's request and 0.2 s of 512 MB, two reads of
# DynamoDB (one for rollouts), one trace, 2 KB of log. The trace is more than half of it.
PER_SWEEP = (
    prices.FIRING
    + prices.INVOCATION
    + 0.2 * 0.5 * prices.GB_SECOND
    + 2 * prices.READ
    + prices.TRACE
    + 2048 * prices.LOG_BYTE
)
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_nothing_is_billed_by_the_hour(dev: Template, prod: Template) -> None:
    for template in (dev, prod):
        kinds = {resource["Type"].removeprefix("AWS::") for resource in template.body["Resources"].values()}
        assert not kinds & BILLED_BY_THE_HOUR


def test_idle_it_costs_less_than_a_dollar_a_month_as_the_page_says(prod: Template) -> None:
    standing = sum(len(prod.of(kind)) * price for kind, price in prices.BY_THE_MONTH.items())
    costs = (standing, _polling(prod), _sweeping(prod))
    assert sum(costs) < 1.00
    [table] = re.findall(r"^\| idle, a month \| USD \|\n\|---\|---\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
    said = [float(value) for value in re.findall(r"\| ([\d.]+) \|$", table, re.MULTILINE)]
    assert said == [round(cost, 2) for cost in (*costs, sum(costs))]


def test_a_task_has_a_public_address_and_no_gateway_that_costs_by_the_hour(dev: Template) -> None:
    """AWS bills each public IPv4 address, of which a million minutes are on the page of costs."""
    variables = dev.the("Lambda::Function", named="FunctionsApi")[1]["Environment"]["Variables"]
    assert variables["ASSIGN_PUBLIC_IP"] == "ENABLED"
    assert not dev.of("EC2::NatGateway") and not dev.of("EC2::EIP")


def test_the_tables_stream_is_read_by_lambda_alone_and_so_for_nothing(prod: Template) -> None:
    """DynamoDB Developer Guide, "Evaluate your Streams usage": read requests made by Lambda are free."""
    stream = {"Fn::GetAtt": [prod.the("DynamoDB::Table")[0], "StreamArn"]}
    readers = [kind for kind in prod.body["Resources"].values() if stream in kind.get("Properties", {}).values()]
    assert [reader["Type"] for reader in readers] == ["AWS::Lambda::EventSourceMapping"]


def _polling(template: Template) -> float:
    """Lambda long-polls each queue five times at once, 20 s each.

    Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings": it goes down to two only
    where no maximum concurrency is set.
    """
    mappings = template.of("Lambda::EventSourceMapping").values()
    queues = [one for one in mappings if one["EventSourceArn"]["Fn::GetAtt"][0] in template.of("SQS::Queue")]
    return len(queues) * 5 * 3 * prices.MINUTES * prices.RECEIVE


def _sweeping(template: Template) -> float:
    expression = template.the("Scheduler::Schedule")[1]["ScheduleExpression"]
    return prices.MINUTES / int(expression.removeprefix("rate(").removesuffix(" minutes)")) * PER_SWEEP


def test_nothing_runs_at_deployment_but_what_the_template_shows(dev: Template) -> None:
    assert len(dev.of("Lambda::Function")) == len(TABLE), "a custom resource of CDK's would bring a function of its own"
    kinds = [one["Type"] for one in dev.body["Resources"].values() if "AWS::" not in one["Type"]]
    assert sorted(kinds) == ["Custom::EcsServiceLinkedRole", "Custom::IotJobEvents"]
