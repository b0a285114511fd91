"""From results to money: bonus, salary adjustment and what payroll imports. Pure: no files, no terminal."""
