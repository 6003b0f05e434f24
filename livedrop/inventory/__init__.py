"""Stock: how many units of a SKU were promised and how many are claimed. Knows no drop."""
