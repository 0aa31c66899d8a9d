"""Deterministic simulation: platform, servers, store and clocks in one thread, driven by one seed."""
