"""Files that people name: read whole or refused whole, by what named them, the file and the reason."""
