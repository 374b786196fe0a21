"""The operator's settings: from a TOML file and the environment, checked at once, read only when asked."""
