"""Draw the pictures of docs/paths.md: python -m scripts.path_pictures [FOLDER_OF_SHARED_DATA].

Helsinki comes from the city in this repository; the zones of a real file and the hills from the data beside
it, whose pictures are left alone where it is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.path_pictures import helsinki, hills, layers, people
from scripts.path_pictures.drawing import ROOT

beside = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
helsinki.draw()
people.draw()
layers.draw(beside)
hills.draw(beside)
