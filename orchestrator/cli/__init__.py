"""The words of the command line: what is said there, and the job of `orchestrator.commands` it asks for."""
