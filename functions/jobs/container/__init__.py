"""What a run executes, from its document to ECS's task definition: what Fargate can do, and what it cannot."""
