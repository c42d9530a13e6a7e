"""The owner's public record (业主档案): what became of its notices, and what it called off."""
