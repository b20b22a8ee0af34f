"""What tests lean on: a throw-away PostgreSQL, the system's Chromium."""
