"""E-mails leave here."""
