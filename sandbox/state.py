"""Everything that one running sandbox holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sandbox.access import Gate
from sandbox.beliefs import Beliefs
from sandbox.calls import CallLog
from sandbox.clock import SandboxClock
from sandbox.faults import Faults
from sandbox.identity.provider import IdentityProvider
from sandbox.login.applications import Application, amazon_applications, login_client
from sandbox.login.tokens import Tokens
from sandbox.mail import Mailbox
from sandbox.options import Options
from sandbox.reports.store import Store
from sandbox.streams.stream import Stream
from sandbox.throttle import Throttle
from sandbox.world.world import World, world


@dataclass
class Switches:
    """The beliefs in force."""

    beliefs: Beliefs = field(default_factory=Beliefs)


@dataclass(frozen=True)
class Sandbox:
    """One sandbox: its options, its clock, its world and what clients did to it."""

    options: Options
    clock: SandboxClock
    world: World

    @classmethod
    def started(cls, options: Options) -> Sandbox:
        """Return a sandbox as it is at its start."""
        clock = SandboxClock.on(options.today)
        anchor = options.anchor or clock.now().date()
        return cls(options, clock, world(options.scenario, options.seed, anchor, options.scale))

    @cached_property
    def applications(self) -> dict[str, Application]:
        return amazon_applications(self.options)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.options.seed, self.clock.now)

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.applications, self.tokens, self.world)

    @cached_property
    def switches(self) -> Switches:
        return Switches()

    def read_instant(self) -> datetime:
        """Return the instant as of which campaigns are read: now, or a little earlier."""
        return self.clock.now() - timedelta(seconds=self.switches.beliefs.reads_lag_seconds)

    @cached_property
    def store(self) -> Store:
        return Store(self.options.seed, self.options.base_url)

    @cached_property
    def calls(self) -> CallLog:
        return CallLog()

    @cached_property
    def faults(self) -> Faults:
        return Faults(self.clock.now)

    @cached_property
    def throttle(self) -> Throttle:
        return Throttle(self.clock.now, self.options.throttle)

    @cached_property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.clock)

    @cached_property
    def stream(self) -> Stream:
        options = self.options
        return Stream(self.world, self.clock, options.base_url, options.stream_port)

    @cached_property
    def identity(self) -> IdentityProvider:
        return IdentityProvider(f"{self.options.base_url}/id", login_client(self.options))
