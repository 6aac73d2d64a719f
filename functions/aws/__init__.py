"""The adapters: the only room that imports boto3."""
