"""What happens to runs. Each module is one act, from the trigger to the settled run."""
