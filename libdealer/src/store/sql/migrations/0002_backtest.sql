-- Candidates that were tried on all past documents, for groups that let nothing be published without.
CREATE TABLE backtest (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    by INTEGER NOT NULL, -- employee; 0: the system
    documents INTEGER NOT NULL CHECK (documents >= 0),
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX backtest_by_hash ON backtest (hash);

-- What a machine that came in with a trade-in fetched later.
CREATE INDEX market_sale_by_serial ON market_sale (serial, date_days) WHERE serial IS NOT NULL;
