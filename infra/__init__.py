"""What exists in AWS: one stack that wires, one construct per capability. Imports nothing of functions/."""
