"""The door for AWS services: each module is the handler of one function, which they invoke."""
