"""Cron expressions in Metronome's dialect: reading them, and the times that they name."""
