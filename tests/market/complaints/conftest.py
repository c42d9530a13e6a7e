"""The city of the draws' tests: four listed firms, an owner, an operator."""

from tests.market.draws.conftest import city, city_template

__all__ = ["city", "city_template"]
