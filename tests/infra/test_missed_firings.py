"""A firing that could not be dispatched at once waits, is dispatched again, and is lost to nobody."""

from tests.infra.template import Properties, Template

DAY = 86_400  # seconds: the longest startingDeadlineSeconds, since EventBridge Scheduler keeps an event no longer


def test_the_queue_is_taken_up_by_missed_message_by_message(dev: Template) -> None:
    _, mapping = dev.the("Lambda::EventSourceMapping", named="MissedFirings")
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [_queue(dev)[0], "Arn"]}
    assert mapping["FunctionName"] == {"Ref": dev.the("Lambda::Function", named="FunctionsMissed")[0]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 10


def test_a_new_account_keeps_room_for_the_api_while_a_herd_is_taken_up(dev: Template) -> None:
    _, mapping = dev.the("Lambda::EventSourceMapping", named="MissedFirings")
    assert mapping["ScalingConfig"]["MaximumConcurrency"] <= 5, "new accounts may have a concurrency of 10"


def test_a_message_comes_back_late_enough_for_lambda_and_soon_enough_for_the_deadline(dev: Template) -> None:
    back = _queue(dev)[1]["VisibilityTimeout"]
    timeout = dev.the("Lambda::Function", named="FunctionsMissed")[1]["Timeout"]
    assert 6 * timeout <= back, "Lambda's advice for SQS"
    assert 4 * back <= 900, "four tries within the default startingDeadlineSeconds"


def test_a_message_is_tried_for_a_day_and_then_waits_for_a_person(dev: Template) -> None:
    _, queue = _queue(dev)
    redrive, letters = queue["RedrivePolicy"], dev.the("SQS::Queue", named="DeadLetters")
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [letters[0], "Arn"]}
    assert redrive["maxReceiveCount"] <= 1000, "SQS's limit"
    tried = redrive["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert tried > DAY
    # A message that moves keeps its age (SQS, "Using dead-letter queues"): a week is left for the person.
    assert tried + 7 * DAY < min(queue["MessageRetentionPeriod"], letters[1]["MessageRetentionPeriod"])


def test_no_queue_is_open_to_plain_http_or_stored_in_the_clear(dev: Template) -> None:
    queues = dev.of("SQS::Queue")
    guarded = {one["Queues"][0]["Ref"]: one["PolicyDocument"] for one in dev.of("SQS::QueuePolicy").values()}
    assert set(guarded) == set(queues)
    for document in guarded.values():
        [denied] = [one for one in document["Statement"] if one["Effect"] == "Deny"]
        assert (denied["Action"], denied["Principal"]) == ("sqs:*", {"AWS": "*"})
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def _queue(template: Template) -> tuple[str, Properties]:
    return template.the("SQS::Queue", named="MissedFirings")
