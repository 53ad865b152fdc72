"""Drones that deliver orders from warehouses with stock (Google Hash Code 2016, "Delivery")."""
