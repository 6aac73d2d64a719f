"""The door for people and programs: the HTTP API."""
