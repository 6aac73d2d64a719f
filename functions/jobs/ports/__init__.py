"""What the domain needs of the outside world, as protocols; functions/aws has the implementations."""
