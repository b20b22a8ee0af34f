"""What to order, when stock is short: planning parameters, stock positions, the reorder report and its cart."""
