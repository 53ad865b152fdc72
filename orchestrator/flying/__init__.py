"""One vehicle flown by hand of the command line: planned or read from a file, verified, followed home."""
