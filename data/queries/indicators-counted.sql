-- vi: Mỗi chỉ tiêu có bao nhiêu số liệu, trong bao nhiêu bài, đơn vị thường dùng
-- en: How many figures each indicator has, in how many articles, with its usual unit
SELECT indicator, mode(unit ORDER BY unit) AS unit, count(*) AS figures, count(DISTINCT article_id) AS articles,
       count(*) FILTER (status = 'target') AS targets, count(*) FILTER (status = 'estimate') AS estimates
FROM indicators
WHERE indicator IS NOT NULL
GROUP BY indicator
ORDER BY figures DESC, indicator
