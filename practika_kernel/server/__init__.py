"""The web server: sign-in, pages served by Voila, media, uploads, live updates.

Each route finds out who is asking from a signed cookie and asks the services, which authorise
again. Whatever may block runs in a thread, so that one slow request never holds up another.
"""
