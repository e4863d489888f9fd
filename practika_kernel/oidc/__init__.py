"""Sign-in by an OpenID provider (OpenID Connect Core 1.0): the code flow with PKCE.

Imported only where a provider is set. Nobody is believed before all of `token` has been looked at.
"""
