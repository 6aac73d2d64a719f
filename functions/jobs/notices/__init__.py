"""What the deployment's bus tells of jobs and runs: Metronome's events, with details."""
