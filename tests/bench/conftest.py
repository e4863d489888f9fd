"""The peers' pages need packages of the bench's own environment; the tests do not collect them."""

collect_ignore_glob = ["opening/peer_apps/*", "media/peers/*"]
