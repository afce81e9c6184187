-- Used machines sold elsewhere, that valuations compare with.

-- @insert_market_sale: once for each key of its source
INSERT INTO market_sale (
    date_days, price_minor, currency, category, size_class, model, base_model, series, serial, region, year, hours,
    attributes, source, source_key)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, source_key) DO NOTHING;

-- @select_market_sales: all before a day, oldest first
SELECT
    date_days, price_minor, currency, category, size_class, model, base_model, series, serial, region, year, hours,
    attributes, source, source_key
FROM market_sale
WHERE currency = ? AND date_days < ?
ORDER BY date_days, id;

-- @select_market_last: the last id, which is the count too, for sales are never deleted
SELECT coalesce(max(id), 0) FROM market_sale;
