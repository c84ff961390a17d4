"""图斑核查 on paper and on screen, and the ledger (台账) that keeps what people found."""
