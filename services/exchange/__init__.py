"""CSV and XLSX in (dry run first) and out."""
