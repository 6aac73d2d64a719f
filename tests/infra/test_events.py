"""Who hears of what, and what happens to an event that nobody can take."""

from tests.infra.template import Properties, Template


def test_settle_hears_of_every_end_of_our_executions_and_of_no_others(dev: Template) -> None:
    names = ("RunContainer", "RunTasks", "RunFleet")
    machines = [{"Ref": dev.the("StepFunctions::StateMachine", named=name)[0]} for name in names]
    _, rule = dev.the("Events::Rule", named="ExecutionEnded")
    assert rule["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": machines, "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]},
    }
    _leads_to(dev, rule, "FunctionsSettleFunction")


def test_track_hears_of_the_steps_of_our_tasks_and_of_no_others(dev: Template) -> None:
    cluster, _ = dev.the("ECS::Cluster")
    _, rule = dev.the("Events::Rule", named="TaskMoved")
    assert rule["EventPattern"] == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {"clusterArn": [{"Fn::GetAtt": [cluster, "Arn"]}], "lastStatus": ["PENDING", "RUNNING", "STOPPED"]},
    }
    _leads_to(dev, rule, "FunctionsTrackFunction")


def _leads_to(template: Template, rule: Properties, function: str) -> None:
    [target] = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [template.the("Lambda::Function", named=function)[0], "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == {
        "Fn::GetAtt": [template.the("SQS::Queue", named="DeadLetters")[0], "Arn"]
    }
    assert {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"} == set(target["RetryPolicy"])
