"""When a schedule fires, as callers write it and as EventBridge Scheduler is given it."""
