"""What each subcommand of `sanderling` does; `orchestrator.__main__` only reads the words."""
