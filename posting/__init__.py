"""The only writer of ledger rows: prepare (lock, load), decide (pure), write (bulk), in one transaction."""
