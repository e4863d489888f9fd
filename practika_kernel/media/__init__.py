"""Work on video bytes: look, copy, cut, draw. Imports libraries only inside functions."""
