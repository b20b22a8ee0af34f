"""What vendors offer and we do not keep, and the items made of it (items.md section 11)."""
