"""Ports: what the domain needs from outside, as protocols. functions/aws implements them."""
