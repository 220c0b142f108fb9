"""The commands, a module for each: its words, and what it does. Only these modules print."""
