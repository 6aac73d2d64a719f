"""What happens to definitions: jobs and their schedules, hooks and events are saved, synchronised and deleted."""
