"""The shipped city district: central Helsinki, from OpenStreetMap (ODbL)."""
