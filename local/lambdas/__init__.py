"""Lambda's execution environments, forked from a process that has imported the handler."""
