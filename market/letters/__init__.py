"""Letters 文书: numbered, sealed by a digest in the log, and checked by anybody with their code."""
