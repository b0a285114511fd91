"""What all workbooks are made of: looks, tables, formulas."""
