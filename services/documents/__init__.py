"""Documents until they are posted, and their way into posting."""
