"""Who keeps which supply: reservation of stock and of what is on order (availability-and-reservation.md 2 to 9)."""
