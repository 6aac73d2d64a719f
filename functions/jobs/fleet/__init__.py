"""Fleet jobs: AWS IoT Core Jobs on device fleets."""
