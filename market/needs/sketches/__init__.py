"""Forms of needs that are not finished: kept as they were typed, judged only when saved."""
