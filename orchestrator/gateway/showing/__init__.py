"""From the record to what is shown: views, the gallery of them, and the live stream."""
