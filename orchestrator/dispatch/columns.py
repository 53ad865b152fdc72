"""Where each figure stands in the tables that the trips kernel works on. Money is euros, the rest SI and Wh.

Kinds have one row a kind of vehicle, carriers one a vehicle, parcels one a parcel to carry.
"""

from __future__ import annotations

K_LOAD_S, K_SERVICE_S, K_PREPARE_S, K_TURN_S = 0, 1, 2, 3
"""Loading a parcel; handing one over; from decision to loading; from docking to the next loading."""
K_FULL_WH, K_READY_WH, K_CHARGE_W, K_TAPER_FRAC, K_TAPER_SHARE_FRAC = 4, 5, 6, 7, 8
"""What a plan may draw from a full battery; what must be in it before a trip; how it charges: at `K_CHARGE_W`
up to the share `K_TAPER_FRAC`, from there on ever slower, down to `K_TAPER_SHARE_FRAC` of that power."""
K_LATER_FRAC = 9
"""How much longer than planned a trip takes to its hand-overs, at the quantile that is planned with."""
K_PER_TRIP_EUR, K_PER_S_EUR, K_PER_M_EUR, K_PER_WH_EUR = 10, 11, 12, 13
K_WIDTH = 14

C_KIND, C_FREE_AT_S, C_UNTIL_S, C_LEFT_WH, C_ROOM, C_ROOM_KG, C_WEAR_EUR = 0, 1, 2, 3, 4, 5, 6
"""Its kind's row; when it can load; when it must be back; what a plan may draw now; parcels and kilograms at
once; what a further trip costs it more than others, having worked more."""
C_WIDTH = 7

P_READY_AT_S, P_DEADLINE_S, P_PROMISED_S, P_WEIGHT_FRAC, P_MASS_KG = 0, 1, 2, 3, 4
"""Not before; not after; the latest that the recipient was told, infinite before; how much it counts."""
P_WIDTH = 5

R_LATE_EUR, R_LATE_PER_S_EUR, R_WAIT_PER_S_EUR, R_BROKEN_PER_S_EUR, R_LEFT_EUR = 0, 1, 2, 3, 4
"""Being late at all; each second of it; each second of waiting; each second past what was promised; being
left out of the plan."""
R_WIDTH = 5
