"""An earlier day that a firm claims for a delivery: it counts once the owner confirms it."""
