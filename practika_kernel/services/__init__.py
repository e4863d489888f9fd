"""What people do with Practika: one class for each kind of thing, each call authorised anew."""
