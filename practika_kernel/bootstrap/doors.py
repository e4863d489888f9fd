"""The door of an OpenID provider: there only where one is set, and loaded when it is used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from practika_kernel.bootstrap.lazy import Lazy, utc_now
from practika_kernel.services.entrance import Entrance
from practika_kernel.settings import Settings

if TYPE_CHECKING:
    from practika_kernel.domain.provider import Provider
    from practika_kernel.services.provider import ProviderDoor


def open_provider(settings: Settings) -> Provider | None:
    """Return the OpenID provider of the settings, not asked yet; None where none is set."""
    if not settings.oidc_issuer:
        return None
    from practika_kernel.oidc.client import OidcProvider

    return OidcProvider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_secret,
        name=settings.oidc_name,
        scopes=settings.oidc_scopes,
        email_claim=settings.oidc_claim,
        verified_claim=settings.oidc_verified,
    )


class Doors(Lazy):
    """The ways in besides the password."""

    entrance: Entrance

    @cached_property
    def provider(self) -> ProviderDoor | None:
        """The door of the OpenID provider; None, and nothing of it loaded, where none is set."""
        provider = open_provider(self._settings)
        return None if provider is None else self.door_of(provider)

    def door_of(self, provider: Provider) -> ProviderDoor:
        """Return the door of a provider, whichever it is."""
        from practika_kernel.services.link_news import LinkNews
        from practika_kernel.services.provider import ProviderDoor
        from practika_kernel.services.vouching import Vouching

        vouching = Vouching(
            self._record,
            utc_now,
            self.accounts,
            self.joinings,
            news=LinkNews(provider.issuer, provider.name, mails=bool(self._settings.smtp_url)),
            join=self._settings.oidc_join,
        )
        return ProviderDoor(self._record, utc_now, provider, vouching, self.entrance, self.tries)
