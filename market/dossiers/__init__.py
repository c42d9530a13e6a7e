"""The dossier (归档卷宗) of a contract: every paper with its hash, and the log's proofs."""
