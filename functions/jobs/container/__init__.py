"""Container jobs: from the job document to ECS's task definition, and the rules of what Fargate can do."""
