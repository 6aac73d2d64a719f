"""Corrections of what MiniStack does differently than AWS: a file or a folder for each AWS service.

install.py lists the corrections in their order, registry.py says what a correction is, guard.py what a new release of
MiniStack means for them.
"""
