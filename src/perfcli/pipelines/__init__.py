"""The ways on one screen each: nothing else knows the order."""
