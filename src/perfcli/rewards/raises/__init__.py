"""The yearly adjustment of salaries (policy, section 7)."""
