"""The nouns of the house: layers, answers, ledgers, facts."""
