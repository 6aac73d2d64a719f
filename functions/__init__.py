"""What runs in Lambda: one bundle, one import root, several handlers."""
