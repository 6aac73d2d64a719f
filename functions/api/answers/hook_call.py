"""What callers of hooks are told."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.jobs.model.run import Run, RunStatus


class StartedAnswer(BaseModel):
    """The run that a call of a hook started."""

    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]
    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    status: Annotated[RunStatus, Field(description="Where it stands.", examples=["INITIAL"])]
    statusUrl: Annotated[
        str,
        Field(
            description="Where the run is read: with a signature or a token of the API, a hook's secret is none.",
            examples=["https://api.example.com/v1/jobs/team.report/runs/20260102030405kV9x0"],
        ),
    ]

    @classmethod
    def of(cls, run: Run, host: str) -> "StartedAnswer":
        """What a caller is told of the run; `host` is the API's own URL."""
        url = f"{host}/v1/jobs/{run.job_id}/runs/{run.id}"
        return cls(runId=run.id, jobId=run.job_id, status=run.status, statusUrl=url)
