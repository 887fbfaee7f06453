"""Campaign management of the unified API, reading side: what an advertiser has set up."""
