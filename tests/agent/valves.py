"""A module of a device's owner, as a text."""

VALVES = """
from shiftwork_agent.errors import JobError, RefusedError

def custom_job(document, job):
    job.report(step="closing", progress=50)
    return {"otherInfo": document["otherInfo"], "job": job.id, "n": job.execution_number}

def firmware(document, job):
    if job.rebooted:
        return {"slot": job.saved["slot"]}
    job.save(slot="b")
    return job.reboot(step="new image")

def nothing(document, job): pass
def wrong(document, job): return 7
def broken(document, job): return 1 / 0
def refuses(document, job): raise RefusedError("ERR_BATTERY", "Below 20 %")
def fails(document, job): raise JobError("ERR_VALVE", "Stuck")
"""
