"""The adapters to AWS: the only folder that imports boto3."""
