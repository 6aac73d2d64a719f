"""The DynamoDB table: one file for each kind of item, with its keys, its attributes and its store."""
