"""The device agent: takes the jobs of one thing from AWS IoT Jobs, runs them, and reports their outcome."""
