"""Order promising: by when the lines of an order can be had, from what is there and by ordering more (section 17)."""
