"""The one table, by what its items are."""
