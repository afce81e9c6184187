"""Where the worlds of the cases are, and how long Hypothesis looks: the same examples each time, unless somebody asks for more."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

try:
    from hypothesis import HealthCheck, settings
except ImportError:
    collect_ignore_glob = ["test_*.py"]
else:
    settings.register_profile(
        "dealer", deadline=None, derandomize="DEALER_MODEL_EXAMPLES" not in os.environ, database=None, suppress_health_check=list(HealthCheck)
    )
    settings.load_profile("dealer")
