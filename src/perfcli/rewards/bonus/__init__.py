"""The bonus of a period (policy, section 7)."""
