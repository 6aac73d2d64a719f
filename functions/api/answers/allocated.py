"""The size of what runs, as an answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.jobs.model.launch_plan import LaunchPlan


class AllocatedAnswer(BaseModel):
    """The Fargate size that was allocated: the smallest that fits what was asked for."""

    cpus: Annotated[float, Field(description="vCPUs.", examples=[0.25])]
    mem: Annotated[int, Field(description="Memory in MiB.", examples=[512])]

    @classmethod
    def of(cls, plan: LaunchPlan) -> "AllocatedAnswer":
        """The size in a launch plan."""
        return cls.sized(plan.cpu, plan.memory)

    @classmethod
    def sized(cls, cpu: int, memory: int) -> "AllocatedAnswer":
        """The size with so many CPU units, 1024 to a vCPU, and MiB."""
        return cls.model_construct(cpus=cpu / 1024 if cpu % 1024 else cpu // 1024, mem=memory)
