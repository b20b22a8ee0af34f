"""YAML stories played through the services."""
