"""Add-on contracts: more money for a contract in force, agreed, capped, and approved again."""
