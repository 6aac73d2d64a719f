"""What happens to runs: each module is one act, from the trigger to the settled run."""
