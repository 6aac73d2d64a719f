"""Values: jobs, runs, schedules, devices, hooks. They need no store and no AWS service."""
