"""The fork server: one warmed parent, from which each page's kernel is forked.

Run with ``python -m practika_kernel.forks --socket PATH``; `practika serve` does.

The law of this room:

- The parent has one thread, for the system as well as for Python: a fork copies the thread that
  forks and no other, and a lock another thread held would stay locked in the child for ever.
- The parent holds nothing of anybody's: no database, no visitor's environment, no connection
  but the ones that are asking at this moment.
- What a child shares with the parent is code and constants. Whatever must differ between two
  children (random generators, signals, environment, process group) is set in `child`.
- A kernel hangs on the server, by a pipe, and never on the fork server: the parent may end or
  be started anew while pages are open.
- Nothing here imports the rest of the product by name. `warm` reads what to import from a list,
  so this room stands beside storage and media, not above them.
"""
