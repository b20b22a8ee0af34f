"""Bringing data in (dry run first) and out: CSV and XLSX, items, parties, journal lines, a real week of trade."""
