"""Changes of definitions: save and delete jobs, schedules and hooks, and bring schedules and event rules to AWS."""
