"""Practice as data: tidy tables without names, with a codebook."""
