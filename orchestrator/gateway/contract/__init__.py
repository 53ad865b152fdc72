"""What goes over the wire, as types: requests, views, messages, and every answer that is not a success."""
