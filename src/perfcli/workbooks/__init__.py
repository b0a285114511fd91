"""The workbooks that perf writes: blank score sheets and results."""
