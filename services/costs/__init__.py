"""What the bookkeeper asks about costs: what waits, what was changed and why, how a cost came about, what differs.

Reads the ledgers for pages and papers; writing is posting's, computing is costing's.
"""
