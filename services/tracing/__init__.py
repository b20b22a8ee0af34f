"""From a lot, serial or package number to where it came from and where it went (tracking.md sections 12 and 13)."""
