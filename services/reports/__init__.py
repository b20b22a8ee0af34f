"""Figures as values; pages, prints and files draw the same value."""
