"""The workbook of bonuses: a module for each sheet."""
