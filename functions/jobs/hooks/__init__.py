"""Hooks: addresses with a secret, at which a deploy pipeline starts a job."""
