"""Values: what jobs, runs, schedules, devices and hooks are, without a store or a service of AWS."""
