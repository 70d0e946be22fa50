"""Local rules: a weight sees its own input and its own output's error."""
