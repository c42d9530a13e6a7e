"""The texts of model contracts: uploaded by one operator, published by another."""
