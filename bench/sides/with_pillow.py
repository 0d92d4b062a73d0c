"""A plain single-process loop over picture files. Usage: with_pillow.py FOLDER."""

import json
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from convscope.pictures import get_image_files

start = time.perf_counter()
pictures = [np.asarray(Image.open(file)) for file in get_image_files(Path(sys.argv[1]))]
batch = np.stack(pictures[:512])
print(json.dumps({"first_batch_seconds": time.perf_counter() - start, "pictures": len(pictures)}))
