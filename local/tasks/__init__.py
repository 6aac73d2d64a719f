"""Where tasks run: as processes of this machine, or in containers. Nothing in here knows MiniStack."""
