"""What an entry costs: reads and computes, returns adjustments; posting writes them."""
