"""Blank sheets."""
