"""Removes a deployment: stops what runs, deletes what its functions created, calls `cdk destroy`, lists what remains.

It is a program of the caller, with the caller's credentials: `make destroy` runs it. docs/decisions/0060 says why.
"""
