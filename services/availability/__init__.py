"""Supply, demand and what is free, by date."""
