"""What MiniStack does differently than AWS, corrected: by AWS service, a file or a folder each.

install.py lists the corrections in their order, registry.py says what a correction is, guard.py what a new release of
MiniStack means for them.
"""
