"""The domain: jobs and their runs, without boto3, HTTP or Lambda events."""
