"""Lots, serial and package numbers: their set-up, the numbers of open lines, what there is of each (tracking.md)."""
