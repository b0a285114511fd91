"""What perf wrote, read back: sealed records, computed again and compared."""
