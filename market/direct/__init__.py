"""Direct choice (直接选取) within set limits, and the emergency path: named without a draw."""
