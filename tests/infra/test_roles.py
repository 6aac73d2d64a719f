"""What holds for every role: one each, no wildcard actions, nothing hidden."""

import json

from tests.infra.template import Template, many, texts


def test_every_function_has_a_role_of_its_own(dev: Template) -> None:
    roles = [json.dumps(function["Role"]) for function in dev.of("Lambda::Function").values()]
    assert len(roles) == len(set(roles)) == 12


def test_nobody_may_do_everything_of_anything(dev: Template) -> None:
    policies = [policy for role in dev.of("IAM::Role").values() for policy in role.get("Policies", [])]
    allowed = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    assert len(allowed) > 20
    for statement in allowed:
        assert statement["Effect"] == "Allow"
        assert not [action for action in many(statement["Action"]) if "*" in action]


def test_each_role_says_once_what_for_and_leaves_room(dev: Template) -> None:
    """IAM User Guide, "IAM and AWS STS quotas": the inline policies of a role may have 10,240 characters."""
    for name, role in dev.of("IAM::Role").items():
        sids = [one["Sid"] for one in dev.statements(name)]
        assert len(sids) == len(set(sids)), name
        assert len(json.dumps(role.get("Policies", []))) < 2 * 10_240, "half of it is how CloudFormation joins ARNs"


def test_no_policy_hides_outside_the_roles(dev: Template) -> None:
    assert not dev.of("IAM::Policy") and not dev.of("IAM::ManagedPolicy")
    assert not [role for role in dev.of("IAM::Role").values() if "ManagedPolicyArns" in role]


def test_nobody_may_scan(dev: Template) -> None:
    assert "dynamodb:Scan" not in set(texts(dev.body))
