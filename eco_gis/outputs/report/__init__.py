"""The Word report with its figures and charts."""
