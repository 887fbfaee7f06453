"""The background: jobs, schedules, leases, heartbeats, mail; and small things people leave."""
