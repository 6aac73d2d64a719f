"""Start a run with inputs of its own, or run a finished run again.

A call of the API or of a hook starts this. It checks the inputs against the job, prepares them and triggers the run. A
repeated call with the same idempotency key returns the same run.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from functions.jobs.inputs.inputs import Inputs, label_problems
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import (
    ActiveRunError,
    InvalidError,
    JobChangedError,
    JobNotFoundError,
    PayloadGoneError,
    RunNotFoundError,
)
from functions.jobs.model.run import Run
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import Payloads, RunStore
from functions.jobs.runs.prepare import InputPreparer
from functions.jobs.runs.trigger import RunStarter, Trigger, renewed

_TRIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLauncher:
    """Starts runs with inputs that the job allows."""

    jobs: JobStore
    runs: RunStore
    starter: RunStarter
    preparer: InputPreparer
    payloads: Payloads

    def launch_run(self, trigger: Trigger, inputs: Inputs) -> Run:
        """Start the run of the trigger with these inputs. The same trigger again returns the same run.

        Raises JobNotFoundError, InvalidError if the job does not allow the inputs, KeyReusedError.
        """
        if inputs == Inputs(labels=inputs.labels):  # labels alone need no check against the job document
            if inputs.labels and (problems := list(label_problems(inputs.labels))):
                raise InvalidError(problems)
            return self.starter.trigger_run(replace(trigger, labels=inputs.labels))
        return self._earlier(trigger) or self._start(trigger, inputs)

    def rerun(self, trigger: Trigger, run_id: str, devices: tuple[DeviceStatus, ...] | None = None) -> Run:
        """Start a run of the job as it is now, with the inputs of one of its finished runs.

        `devices`: only for those devices of a fleet run that have one of these statuses.
        Raises JobNotFoundError, RunNotFoundError, ActiveRunError, PayloadGoneError, and what starting a run raises.
        """
        earlier = self._earlier(trigger)
        if earlier:
            return earlier
        run = self.runs.get(trigger.job_id, run_id)
        if run is None:
            known = self.jobs.get(trigger.job_id)
            raise RunNotFoundError(trigger.job_id, run_id) if known else JobNotFoundError(trigger.job_id)
        if run.is_active:
            raise ActiveRunError(run_id)
        inputs, repeated = Inputs.of_run(run, self._payload(run)), run_id
        if devices is not None:
            inputs = replace(inputs, devices=devices)
        elif inputs.devices is not None and run.rerun_of:  # the devices again of the run that this one repeated
            repeated = run.rerun_of
        return self.launch_run(replace(trigger, rerun_of=repeated, scheduled_at=run.scheduled_at), inputs)

    def _start(self, trigger: Trigger, inputs: Inputs) -> Run:
        for _ in range(_TRIES):
            job = self.jobs.get(trigger.job_id)
            if job is None:
                raise JobNotFoundError(trigger.job_id)
            self.starter.remember_plan(job)
            with suppress(JobChangedError):  # the job was saved meanwhile: check the inputs again
                return self.starter.trigger_run(self.preparer.prepare_trigger(trigger, job, inputs))
        raise JobChangedError

    def _earlier(self, trigger: Trigger) -> Run | None:
        """The run that the same key started before, even if the job no longer allows its inputs.

        None if an earlier job with the same id had it: the run went with that job.
        """
        used = self.jobs.recall(trigger.key, trigger.now) if trigger.key else None
        if used is None:
            return None
        run = self.runs.get(trigger.job_id, trigger.earlier(used))
        if run is None:
            renewed(self.jobs, trigger, used)
            return None
        return self.starter.begin_run(run)

    def _payload(self, run: Run) -> str | None:
        if run.overrides.payload_url is None:
            return run.overrides.payload
        text = self.payloads.get(run.job_id, run.id)
        if text is None:
            raise PayloadGoneError(run.id)
        return text
