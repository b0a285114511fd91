"""The result workbook: a module for each sheet."""
