"""Words and tools that know nobody else: errors, clock, rounding, unit of work, text."""
