"""A copy of a workbook with its findings in the cells."""
