"""Physical inventory orders: calculated, recorded by several people, compared, posted (posting-and-costing.md 17.2)."""
