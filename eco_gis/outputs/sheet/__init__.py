"""套合核对表: one page per site, in Word and HTML, from the same content."""
