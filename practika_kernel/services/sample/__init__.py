"""The sample course: eight invented weeks of one keyboard class, made from a seed."""
