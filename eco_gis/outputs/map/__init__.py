"""The map for the meeting: one HTML file that opens without internet."""
