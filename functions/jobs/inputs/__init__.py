"""What one run may have otherwise than its job: what the job declares and allows, and what a call gives."""
