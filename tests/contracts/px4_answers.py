"""What PX4 1.17 (a70a558393, SIH quadrotor) says to every command and request for a message: as asked of it.

Disarmed without a mission, disarmed with one and holding in the air: the same, but for what is named here.
"""

from __future__ import annotations

from types import MappingProxyType

from tests.contracts.survey import Answers

_ACCEPTED = (
    20,
    21,
    22,
    23,
    34,
    80,
    178,
    179,
    186,
    187,
    191,
    195,
    196,
    197,
    201,
    246,
    400,
    401,
    410,
    510,
    512,
)
_SILENT = (0, 35, 84, 93, 203, 204, 205, 206, 214, 220, 242, 243, 260, 310, 311, 420, 500, 521, 530, 531, 532)

OTHERS: Answers = (3,)
"""To every command that stands nowhere here: UNSUPPORTED."""
COMMANDS = MappingProxyType(
    {
        **dict.fromkeys((*_ACCEPTED, 519, 520, 525, 528, 2510), (0,)),
        **dict.fromkeys((*_SILENT, 1000, 1001, 2003, 2511, 3000, 30001, 30002, 42600), ()),
        185: (2,),
        262: (4,),
        511: (4,),
        2600: (4,),
        43004: (0, 3),
    }
)
IN_FLIGHT = MappingProxyType({241: (1,), 310: (2,), 400: (1,), 42006: (1,)})
"""In the air, other than above."""
AS_BUILT: MappingProxyType[int, tuple[Answers, ...]] = MappingProxyType({84: ((0,),), 43004: ((3, 0),)})
"""What a PX4 answers as well: NAV_VTOL_TAKEOFF is ACCEPTED where the modules of a VTOL are built in; a wind
estimate (43004) is answered by two modules, commander and estimator, whichever comes first."""
NOT_SIMULATED = MappingProxyType({34: OTHERS, 2510: OTHERS})
"""The simulated one's own: it does not circle and keeps no log, and says so."""

SENT = frozenset({0, 2, 4, 49, 111, 141, 147, 148, 230, 241, 242, 245, 261, 264, 435, 436})
"""Messages that are sent on request."""
SENT_WHEN_NEW = frozenset({1, 24, 30, 31, 32, 33, 42, 74, 77, 162, 300, 380, 410})
"""Those that PX4 refuses where nothing new is to be told since it sent them last: either answer."""
NEVER_SIMULATED = frozenset(
    {26, 29, 36, 69, 83, 85, 87, 93, 105, 115, 132, 192, 231, 235, 286, 331, 375}
    | {10001, 10002, 12900, 12901, 12904}
)
"""Messages of sensors, controllers and remote identification, which the simulated one refuses."""
