"""The resources in AWS: one stack that connects them, one construct a capability. Imports nothing of functions/."""
