"""What raises an alarm: each of them calls for a person."""

from tests.infra.template import Properties, Template


def test_dead_letters_raise_an_alarm(dev: Template) -> None:
    alarm = _alarm(dev, "DeadLetters")
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert _of_queue(dev, alarm) == "DeadLetters"


def test_a_firing_that_was_not_dispatched_at_once_raises_an_alarm_though_it_is_gone_in_a_moment(dev: Template) -> None:
    alarm = _alarm(dev, "MissedFirings")
    assert (alarm["MetricName"], alarm["Statistic"]) == ("NumberOfMessagesSent", "Sum")
    assert _of_queue(dev, alarm) == "MissedFirings"
    assert alarm["TreatMissingData"] == "notBreaching"


def test_a_sweep_that_fails_or_does_not_run_raises_an_alarm(dev: Template) -> None:
    alarm = _alarm(dev, "SweepErrors")
    [dimension] = alarm["Dimensions"]
    assert dimension["Value"] == {"Ref": dev.the("Lambda::Function", named="FunctionsSweep")[0]}
    assert (alarm["MetricName"], alarm["TreatMissingData"]) == ("Errors", "breaching")
    assert alarm["Period"] >= 2 * 120, "a period that holds two sweeps, or one that is late would be an alarm"


def test_a_fresh_deployment_has_no_alarm_but_that_of_the_sweep_until_it_has_run(dev: Template) -> None:
    """Without data, notBreaching is OK after the first minutes; CloudWatch's default would be INSUFFICIENT_DATA."""
    missing = {name: one["TreatMissingData"] for name, one in dev.of("CloudWatch::Alarm").items()}
    breaching = {name for name, treated in missing.items() if treated == "breaching"}
    assert breaching == {dev.the("CloudWatch::Alarm", named="SweepErrors")[0]}
    assert set(missing.values()) == {"notBreaching", "breaching"}


def test_one_of_anything_is_enough(dev: Template) -> None:
    alarms = dev.of("CloudWatch::Alarm").values()
    assert {(one["Threshold"], one["ComparisonOperator"]) for one in alarms} == {(1, "GreaterThanOrEqualToThreshold")}


def _alarm(template: Template, named: str) -> Properties:
    return template.the("CloudWatch::Alarm", named=named)[1]


def _of_queue(template: Template, alarm: Properties) -> str:
    [dimension] = alarm["Dimensions"]
    queues = {template.the("SQS::Queue", named=named)[0]: named for named in ("DeadLetters", "MissedFirings")}
    return queues[dimension["Value"]["Fn::GetAtt"][0]]
