"""Settings of the test run, loaded as a pytest plugin before Django reads its settings."""

import os

from learning import local

os.environ["DJANGO_SETTINGS_MODULE"] = "learning.settings"
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
local.set_up()
