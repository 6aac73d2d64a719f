"""Where Lambda functions run: execution environments forked from a process that has imported the handler."""
