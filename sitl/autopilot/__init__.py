"""A simulated autopilot that speaks MAVLink 2 as PX4 does (seen on PX4 1.17, see `docs/mavlink.md`).

Departures, on purpose: lower default stream rates (`streams`), so that ten vehicles at ten times real time
leave a small machine to the fleet; two parameter defaults (`sitl.motion.settings`); home stays the pad where
the vehicle was started.
"""
