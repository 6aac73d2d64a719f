"""The scheduler of the local cloud: when schedules fire, what their targets get, and what comes of failures.

It knows nothing of MiniStack, nor of the product: it is the judge of what the product hands to EventBridge Scheduler.
"""
