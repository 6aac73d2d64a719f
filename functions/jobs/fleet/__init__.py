"""Rules of fleet jobs, which AWS IoT rolls out to devices: document, targets, pace, verdict."""
