"""A second look at returned work by experts: drawn from the pool, recused and blind."""
