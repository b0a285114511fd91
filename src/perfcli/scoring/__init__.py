"""Scores to totals, grades and ranks: exact and pure, without files or a terminal."""
