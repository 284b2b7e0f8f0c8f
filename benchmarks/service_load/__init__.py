"""Load on the reference service as an operator runs it, and faults under that load; `make load`."""

import os

# The helpers of the tests import the application, which configures the logging of its process; here that is the client's.
os.environ.setdefault("ACCORD_LOG_FORMAT", "off")
