"""Bring photographs to a size. Usage: with_photographs.py FOLDER full|1|2 SIDE.

"full" is a plain loop that decodes every pixel; 1 and 2 are convscope's with so many workers.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from convscope.pictures import Reading, building, cached_pixels, get_image_files

folder, how, side = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
files = get_image_files(folder)
start = time.perf_counter()
if how == "full":
    pictures = [
        np.asarray(Image.open(file).convert("RGB").resize((side, side), Image.Resampling.BILINEAR))
        for file in files
    ]
    count = len(np.stack(pictures))
else:
    building.processors = lambda: int(how)
    count = len(cached_pixels(files, Reading(side, side, 3)).array)
print(json.dumps({"seconds": time.perf_counter() - start, "pictures": count}))
