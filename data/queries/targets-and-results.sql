-- vi: Chỉ tiêu đề ra và kết quả của cùng địa bàn, cùng kỳ
-- en: Targets and results of the same area and period
SELECT t.indicator, coalesce(t.area, a.province) AS area, t.period, t.value AS target, r.value AS result, t.unit
FROM indicators AS t
JOIN articles AS a ON a.id = t.article_id
JOIN indicators AS r ON r.indicator = t.indicator AND r.period = t.period AND r.unit = t.unit
    AND r.measure = t.measure AND r.status <> 'target' AND r.area IS NOT DISTINCT FROM t.area
JOIN articles AS b ON b.id = r.article_id AND b.province IS NOT DISTINCT FROM a.province
WHERE t.status = 'target' AND t.indicator IS NOT NULL
    AND t.subject IS NOT DISTINCT FROM r.subject AND t.sector IS NOT DISTINCT FROM r.sector
GROUP BY ALL
ORDER BY t.indicator, area, t.period, target, result
LIMIT 500
