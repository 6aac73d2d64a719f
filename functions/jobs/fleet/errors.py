"""With what errors the execution of a fleet run fails, and what they are on the run."""

from functions.jobs.run import Reason

DEVICES_FAILED = "Shiftwork.DevicesFailed"
NO_DEVICES = "Shiftwork.NoDevices"
ABORTED = "Shiftwork.Aborted"
NOT_ROLLED_OUT = "Shiftwork.NotRolledOut"

REASONS = {
    DEVICES_FAILED: Reason.DEVICES_FAILED,
    NO_DEVICES: Reason.NO_DEVICES,
    ABORTED: Reason.ABORTED,
    NOT_ROLLED_OUT: Reason.START_FAILED,
}
