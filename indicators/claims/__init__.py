"""The language of claims: words, grammar, what is asked."""
