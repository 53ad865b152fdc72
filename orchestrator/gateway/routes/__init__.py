"""The paths of the API: a request parsed, an act or a view, an answer."""
