"""The marketplace: firms, needs, draws, contracts, clocks, credit and their oversight."""
