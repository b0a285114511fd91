"""Tables for other systems: written in several formats, and compared with what was approved."""
