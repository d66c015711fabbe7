"""Set Django up, whatever folder a benchmark is run from. Import it before anything of the project."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")
django.setup()
