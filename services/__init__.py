"""One package an area: decide and orchestrate; know no request and no HTML; never commit."""
