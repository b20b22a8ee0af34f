"""Inventory receipts and shipments: adjustments of stock as documents (posting-and-costing.md section 18)."""
