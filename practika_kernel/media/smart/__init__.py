"""Clips of H.264 at copying speed: only what lies beside the whole pictures is encoded anew."""
