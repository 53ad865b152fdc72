"""The vehicle kinds this fleet knows, with the published figures they rest on.

They are classes of vehicle, not copies of a product: where makers publish a figure it is used,
where they do not the figure is derived and the derivation is stated.

Sizes are those of a parcel network's compartments (InPost: A 8 x 38 x 64 cm, B 19 x 38 x 64, C 41 x 38 x 64),
as `ParcelSize` has small, medium and large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from geofences.zone import Medium
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.profile import Airframe, VehicleProfile

# A certified quadcopter of this class: Matternet M2 (FAA type certificate, 2022): 29 lb (13.2 kg)
# at take-off, 4.4 lb (2 kg) of it payload, at most 400 ft (122 m) and 45 mph (20 m/s).
# Wing lowers its parcels from 23 ft (7 m) and cruises near 150 ft (45 m); Manna flies at 50 to 80 m
# and carries up to 3.5 kg; Wing puts the sensible payload at a quarter of the aircraft's mass.
DELIVERY_DRONE = VehicleProfile(
    name="delivery-drone",
    medium=Medium.AIR,
    cruise_mps=15.0,  # three quarters of the M2's limit, so that a headwind does not slow it
    climb_mps=4.0,  # above PX4's default of 3 (MPC_Z_VEL_MAX_UP); within a 2:1 thrust margin
    descend_mps=2.5,  # slow enough to stay out of its own wake (vortex ring state)
    mass_kg=10.6,  # M2: 13.2 kg at take-off, less the payload below
    max_payload_kg=2.5,
    battery_wh=800.0,  # 4.0 kg of lithium-ion cells at 200 Wh/kg: 30 % of take-off mass
    reserve_frac=0.25,  # a whole return leg of 3 km more than planned, or a fifth lost to age and cold
    idle_w=35.0,  # autopilot, companion computer, two radios, lights
    drag_power_w=230.0,  # 0.5 rho CdA v^3 / 0.55 with CdA 0.06 m2 (frame and hung parcel) at 15 m/s
    rotor_area_m2=1.37,  # four 26-inch (0.66 m) propellers
    rotor_efficiency_frac=0.55,  # figure of merit 0.65 x motor and controller 0.85 (D'Andrea 2014: 0.5)
    charge_w=800.0,  # 1 C through pad contacts
    max_wind_mps=12.0,  # below Manna's published 50 km/h (13.9 m/s)
    radius_m=0.8,  # the M2 is 50 in (1.27 m) wide; half of that and what its blades reach beyond
    nav_error_m=2.0,  # 95 %, multi-band GNSS with corrections in a city
    min_cruise_height_agl_m=45.0,  # above the 6 to 8 storeys of a European inner city
    max_cruise_height_agl_m=105.0,  # below the EU's 120 m (2019/947), less height error
    handover_height_agl_m=8.0,
    load_s=6.0,
    handover_s=6.0,
    thrust_n=257.0,  # twice its weight with the payload, as its climb above asks for
    largest=ParcelSize.MEDIUM,  # what hangs under it is in its drag above; of a C no maker flies one
)

# A lift-plus-cruise aircraft of the class that Wing flies: parcels up to 1.2 kg, cruise near 65 mph
# (29 m/s), a wing of about 1.5 m, a dozen small lifting rotors. What is not published is derived: drag
# from a lift-to-drag ratio of 8 at cruise, with 0.6 from battery to thrust.
DELIVERY_VTOL = VehicleProfile(
    name="delivery-vtol",
    medium=Medium.AIR,
    cruise_mps=22.0,  # three quarters of the published 29 m/s, so that a headwind does not slow it
    climb_mps=4.0,
    descend_mps=2.5,
    mass_kg=5.3,
    max_payload_kg=1.2,
    battery_wh=360.0,  # 1.8 kg of lithium-ion cells at 200 Wh/kg
    reserve_frac=0.25,
    idle_w=30.0,
    drag_power_w=292.0,  # (5.3 + 1.2) kg * g / 8 * 22 m/s / 0.6
    rotor_area_m2=0.38,  # twelve 8-inch (0.2 m) lifting propellers
    rotor_efficiency_frac=0.5,  # small propellers: figure of merit 0.6 x motor and controller 0.83
    charge_w=360.0,
    max_wind_mps=12.0,
    radius_m=0.8,
    nav_error_m=2.0,
    min_cruise_height_agl_m=45.0,
    max_cruise_height_agl_m=105.0,
    handover_height_agl_m=8.0,
    load_s=6.0,
    handover_s=6.0,
    airframe=Airframe.VTOL,
    stall_mps=14.0,
    ceiling_amsl_m=1500.0,  # flown by calibrated airspeed, it is 7 % faster over ground there than timed
    largest=ParcelSize.MEDIUM,
)

# What PX4's own simulation (SIH) flies as its standard VTOL: a model aircraft that no thrust takes beyond
# 12 m/s. Its airspeeds are that airframe's (10043: FW_AIRSPD_MIN 7, TRIM 10), its climb and descent PX4's.
SIH_VTOL = replace(
    DELIVERY_VTOL,
    name="px4-sih-vtol",
    cruise_mps=10.0,
    climb_mps=3.0,
    descend_mps=1.5,
    stall_mps=7.0,
)

# Starship-class robot: 6 km/h, 20 lb (9 kg) and more of payload, about 35 kg empty; the figures
# for rolling resistance and drive follow Vepsaelaeinen, "Energy Demand Analysis and Powertrain Design
# of a High-Speed Delivery Robot", Energies 15(6):2198, 2022, which takes Helsinki as its city.
SIDEWALK_ROBOT = VehicleProfile(
    name="sidewalk-robot",
    medium=Medium.SIDEWALK,
    cruise_mps=1.6,  # 6 km/h, walking pace, less the waits at kerbs
    climb_mps=0.0,
    descend_mps=0.0,
    mass_kg=35.0,
    max_payload_kg=10.0,
    battery_wh=1200.0,
    reserve_frac=0.2,
    idle_w=60.0,  # cameras, radar and their computer run while standing too
    drag_power_w=37.0,  # m g c_rr v / 0.6 with c_rr 0.04: small tyres on setts and kerbs, at 1.6 m/s
    rotor_area_m2=0.0,
    rotor_efficiency_frac=0.0,
    charge_w=400.0,
    max_wind_mps=20.0,
    radius_m=0.4,
    nav_error_m=0.3,  # it localises on kerbs and house fronts, not on satellites alone
    min_cruise_height_agl_m=0.0,
    max_cruise_height_agl_m=0.0,
    handover_height_agl_m=0.0,
    load_s=10.0,
    handover_s=20.0,  # the recipient opens the lid
    airframe=Airframe.ROVER,
    largest=ParcelSize.MEDIUM,  # 66 x 53 x 55 cm outside (The Institute, IEEE, 2016): no C
)

# The same robot with a chest of three compartments, each with a lid and a lock of its own.
CHEST_ROBOT = replace(SIDEWALK_ROBOT, name="sidewalk-robot-3", compartments=3)

# A courier on a pedelec with a bag: motor help ends at 25 km/h (EN 15194), couriers' traces in inner
# cities average 14 to 17 km/h over a trip, stops at crossings included. Batteries of 500 Wh are usual, and
# last 50 km and more: 10 Wh/km. The rider is the greater part of the mass.
# The bag is insulated: food that leaves the kitchen above 63 C or the fridge below 8 C may be two hours on
# its way in one (West Norfolk's rules for food deliveries, after the UK's hygiene regulations). Nothing in it
# keeps -18 C: that takes a cold box, which the configuration gives to who has one. It is couriers who look at
# a proof of age, in Wolt's, Uber's and Just Eat's instructions alike, and bring back what nobody may have.
COURIER = VehicleProfile(
    name="courier-e-bike",
    medium=Medium.SIDEWALK,
    cruise_mps=4.2,  # 15 km/h
    climb_mps=0.0,
    descend_mps=0.0,
    mass_kg=110.0,  # rider 78, bicycle 25, bag and lock 7
    max_payload_kg=20.0,
    battery_wh=500.0,
    reserve_frac=0.1,  # flat, it is still a bicycle
    idle_w=4.0,
    drag_power_w=100.0,  # what the motor adds at this speed; air drag comes on top
    rotor_area_m2=0.0,
    rotor_efficiency_frac=0.0,
    charge_w=3000.0,  # the battery is swapped, in ten minutes with the walk to the rack
    max_wind_mps=20.0,
    radius_m=0.4,
    nav_error_m=0.3,
    min_cruise_height_agl_m=0.0,
    max_cruise_height_agl_m=0.0,
    handover_height_agl_m=0.0,
    load_s=30.0,
    handover_s=75.0,  # lock the bicycle, find the door, ring, hand over
    airframe=Airframe.ROVER,
    compartments=6,
    ridden=True,
    temperatures=(Temperature.AMBIENT, Temperature.CHILLED, Temperature.HOT),
    skills=(Skill.CHECK_AGE,),
)

PROFILES: Mapping[str, VehicleProfile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (DELIVERY_DRONE, DELIVERY_VTOL, SIH_VTOL, SIDEWALK_ROBOT, CHEST_ROBOT, COURIER)
    }
)
"""Every kind by its name, as scenarios, configuration and the command line name it."""
