"""The engines that run tasks: as processes of this machine, or in containers. Nothing in here knows MiniStack."""
