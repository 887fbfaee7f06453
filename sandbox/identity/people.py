"""The people who can log in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """An invented person, plainly so by the address."""

    subject: str
    name: str
    email: str
    story: str
    is_verified: bool = True

    def claims(self) -> dict[str, str | bool]:
        """Return the standard claims (OpenID Connect Core section 5.1)."""
        given, _, family = self.name.partition(" ")
        return {
            "sub": self.subject,
            "name": self.name,
            "given_name": given,
            "family_name": family,
            "email": self.email,
            "email_verified": self.is_verified,
        }


PEOPLE: dict[str, Person] = {
    person.subject: person
    for person in (
        Person("person-owner", "Demo Owner", "owner@flightdeck.example",
               "owns the demo organization; its accounts are linked at the start"),
        Person("person-analyst", "Demo Analyst", "analyst@flightdeck.example",
               "works with the figures"),
        Person("person-client", "Demo Client", "client@flightdeck.example",
               "a client of the agency: reads what it may see"),
        Person("person-newcomer", "Demo Newcomer", "newcomer@flightdeck.example",
               "starts with nothing and walks the whole path"),
        Person("person-planner", "Demo Planner", "planner@flightdeck.example",
               "plans campaigns; starts with nothing"),
        Person("person-reporter", "Demo Reporter", "reporter@flightdeck.example",
               "writes to clients; starts with nothing"),
        Person("person-librarian", "Demo Librarian", "librarian@flightdeck.example",
               "keeps metrics, goals and views in order; starts with nothing"),
        Person("person-rival", "Demo Rival", "rival@other-agency.example",
               "belongs to another organization"),
        Person("person-unverified", "Demo Unverified", "owner@flightdeck.example",
               "claims the owner's address without having proved it", is_verified=False),
    )
}  # fmt: skip
