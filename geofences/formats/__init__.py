"""One module per file format. None drops a zone in silence."""
