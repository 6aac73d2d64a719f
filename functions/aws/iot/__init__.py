"""AWS IoT Core: jobs and the registry of things."""
