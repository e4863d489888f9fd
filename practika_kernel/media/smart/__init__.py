"""Clips of H.264 and VP9 at copying speed: only pictures beside the whole ones are encoded."""
