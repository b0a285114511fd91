"""The workbook of a roll-up: a module for each sheet."""
