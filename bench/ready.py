"""Imported before anything of the project: makes Django ready, whatever folder a bench is run from."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")
django.setup()
