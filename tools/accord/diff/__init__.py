"""Api x Api -> changes with verdicts: breaking with a witness, compatible by proof, or undecided."""
