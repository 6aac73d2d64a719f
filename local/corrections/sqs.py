"""Corrections of SQS: queues that take only what is encrypted, and what AWS services put into queues."""

import contextvars
import logging
from collections.abc import Mapping
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import sqs

from local.corrections import iam
from local.corrections.registry import correction, replace

LOG = logging.getLogger(__name__)


@correction("sqs.encryption")
def encryption() -> None:
    """Take each request for encrypted.

    To MiniStack every request comes in clear, so that a policy on aws:SecureTransport refuses all. AWS is called over
    TLS; the local cloud is called over loopback instead.
    """
    pin = iam_evaluator.pin_request_origin

    def pin_encrypted(address: str, _: bool) -> None:
        pin(address, True)

    replace(app, pin_request_origin=pin_encrypted)


class NotSentError(Exception):
    """The queue is gone, refuses the message, or the role must not send to it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def send(role: str, arn: str, body: str, attributes: Mapping[str, tuple[str, str]], **more: Any) -> None:
    """Send a message, with attributes as (type, text), with a role; raises NotSentError.

    MiniStack's services write to a queue's list whatever the role. AWS's need the role's permission.
    """
    if not iam.allows(role, "sqs:SendMessage", arn):
        message = f"User: {role} is not authorized to perform: sqs:SendMessage on resource: {arn}"
        raise NotSentError("AccessDenied", message)
    if sqs._queue_by_arn(arn) is None:
        raise NotSentError("AWS.SimpleQueueService.NonExistentQueue", f"The queue {arn} does not exist.")
    typed = {name: {"DataType": kind, "StringValue": text} for name, (kind, text) in attributes.items() if text}
    try:
        contextvars.copy_context().run(_send, arn, {"MessageBody": body, "MessageAttributes": typed, **more})
    except sqs._Err as error:
        raise NotSentError(error.code, error.message) from error


def send_for(service: str, source: str, arn: str, body: str, attributes: Mapping[str, tuple[str, str]]) -> None:
    """Send a message that a service has of a resource, if the queue's policy admits it; else it is lost."""
    if not arn or not contextvars.copy_context().run(_admits, service, source, arn):
        LOG.warning("the queue %s takes no message of %s: it is lost", arn, source)
        return
    typed = {name: {"DataType": kind, "StringValue": text} for name, (kind, text) in attributes.items()}
    contextvars.copy_context().run(_send, arn, {"MessageBody": body, "MessageAttributes": typed})


def _admits(service: str, source: str, arn: str) -> bool:
    iam_evaluator.pin_request_origin("127.0.0.1", True)
    return bool(sqs.queue_policy_allows(arn, service, source, get_account_id()))


def _send(arn: str, message: dict[str, Any]) -> None:
    iam_evaluator.pin_request_origin("127.0.0.1", True)
    sqs._act_send_message(message, sqs._queue_url(arn.rsplit(":", 1)[-1]))
