-- vi: Chuỗi số liệu có nhiều kỳ nhất, với giá trị đầu và cuối (sau danvan link)
-- en: The series with most periods, with first and last value (after danvan link)
SELECT name, unit, count(DISTINCT period) AS periods, min(period) AS first, arg_min(canonical_value, period) AS begun,
       max(period) AS last, arg_max(canonical_value, period) AS ended
FROM series
WHERE status = 'actual' AND period IS NOT NULL
GROUP BY series_id, name, unit
ORDER BY periods DESC, name
LIMIT 50
