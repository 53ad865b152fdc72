"""What `sanderling serve` is told: one TOML file, parsed once, every wrong word named by its place."""
