"""The error of the local cloud."""


class LocalCloudError(Exception):
    """The message is one line that says what is wrong and what to do."""
