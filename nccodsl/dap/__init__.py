"""The Debug Adapter Protocol: a call under a debugger. Knows the protocol's shapes, and neither files nor sockets."""
