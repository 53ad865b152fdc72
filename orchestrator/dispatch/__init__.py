"""Which vehicle carries which parcel, and why."""
