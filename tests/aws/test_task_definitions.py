"""Task definitions, on moto and on stubbed answers."""

from functools import partial

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.ecs import EcsTaskDefinitions
from functions.jobs.model.errors import InvalidError, Problem

REQUEST = {"family": "f", "containerDefinitions": [{"name": "main", "image": "i", "memory": 64}]}


@pytest.mark.usefixtures("aws")
def test_a_whole_family_is_deregistered_and_no_other() -> None:
    definitions = EcsTaskDefinitions(partial(boto3.client, "ecs"))
    arns = [definitions.register(REQUEST | {"family": family}) for family in ("f", "f", "g")]
    assert arns[1].endswith(":task-definition/f:2")
    assert definitions.last_revision("f") == 2
    assert list(definitions.active_up_to("f", 1)) == arns[:1]
    for arn in list(definitions.active_up_to("f", 2)):
        definitions.deregister(arn)
    assert definitions.last_revision("f") == 0
    assert boto3.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"] == [arns[2]]


def test_a_refusal_of_ecs_is_the_callers_mistake_and_a_failure_of_ecs_is_not() -> None:
    client = boto3.client("ecs")
    with Stubber(client) as stubber:
        stubber.add_client_error("register_task_definition", "ClientException", "Container.image should not be blank.")
        with pytest.raises(InvalidError) as refused:
            EcsTaskDefinitions(lambda: client).register(REQUEST)
        stubber.add_client_error("register_task_definition", "ServerException")
        with pytest.raises(ClientError):
            EcsTaskDefinitions(lambda: client).register(REQUEST)
    assert refused.value.problems == (Problem("/run", "Container.image should not be blank."),)
