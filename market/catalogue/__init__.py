"""The catalogue of service items: what may be bought here, on what basis, from whom."""
