"""Pure numbers: arrays in, arrays out. No file, no clock, no law, no print."""
