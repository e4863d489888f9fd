"""Numbers about practice: facts kept in DuckDB, measures over them, and figures to draw."""
