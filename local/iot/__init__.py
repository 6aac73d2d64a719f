"""AWS IoT in the local cloud: where devices connect, devices to register, and what IoT Jobs do by themselves."""
