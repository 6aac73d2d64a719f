"""A schedule's cron expression, in Metronome's dialect."""
