"""The web server: sign-in, pages served by Voila, media, uploads, live updates.

Each route finds out who is asking from a signed cookie and asks the services, which authorise
again. Whatever may block runs in a thread, so that one slow request never holds up another.
"""

import sys
from types import ModuleType

# Jupyter checks its own log messages by JSON schemas, and the schemas' package brings a check of
# international addresses whose grammar is worked out anew in each process: two thirds of the time
# a server takes to start. No schema here has such an address; where the grammar has no such name,
# that one check is left out.
sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))
