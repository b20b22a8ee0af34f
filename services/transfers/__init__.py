"""Transfer orders: kept, shipped, received, undone (documents.md sections 13, 19)."""
