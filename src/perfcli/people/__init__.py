"""Who: the roster, ids, and what pay needs of somebody."""
