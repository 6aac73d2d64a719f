"""`make fleet`: fifty devices of this machine, a job that is rolled out to them, and a picture of it."""
