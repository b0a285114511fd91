"""The workbook of raises: a module for each sheet."""
