"""Founding an organization: who may is a setting; the founder owns it."""

from __future__ import annotations

import logging

from core.config import Founding, Settings
from core.domain.ids import OrgId
from core.errors import NotAllowed
from core.store.identity.people import Person
from core.web.services import Services
from core.web.sessions import Visitor

_log = logging.getLogger(__name__)
_REFUSALS = {
    Founding.DOMAIN: "Organizations are founded by people of certain mail domains here, with an "
    "address that their login provider has verified. Ask a colleague for an invitation.",
    Founding.INVITATION: "Organizations are joined by invitation here. Ask whoever runs "
    "Flightdeck for one.",
}


def may_found(settings: Settings, person: Person) -> bool:
    """Return whether this person may found an organization.

    By domain counts only an address that the identity provider says it has verified.
    """
    if settings.founding is Founding.DOMAIN:
        local, at, domain = (person.email or "").rpartition("@")
        listed = bool(local and at) and domain.lower() in _domains(settings)
        return person.email_verified and listed
    return settings.founding is Founding.OPEN


def found(services: Services, visitor: Visitor, name: str) -> OrgId:
    """Return the id of the new organization.

    Raises NotAllowed when the setting does not let this person found one, UserError for a name
    that is empty or too long.
    """
    if not may_found(services.settings, visitor.person):
        raise NotAllowed(_REFUSALS[services.settings.founding])
    with services.store.people() as door:
        org_id = door.organizations.found(name, visitor.person.id, services.clock.now())
    _log.info("organization %s founded by %s", org_id, visitor.person.id)
    return org_id


def _domains(settings: Settings) -> frozenset[str]:
    listed = settings.founding_domains.lower().split(",")
    return frozenset(domain.strip().lstrip("@") for domain in listed if domain.strip())
