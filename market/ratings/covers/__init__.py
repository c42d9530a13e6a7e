"""Words of a rating that name or reach a person are covered at once, by two people."""
