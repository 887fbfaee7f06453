"""Amazon accounts: links under way, connections, their credentials, what lies behind them."""
