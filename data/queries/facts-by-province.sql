-- vi: Số bài và số dữ kiện theo tỉnh
-- en: Articles and facts by province
SELECT a.province, count(DISTINCT a.id) AS articles, count(f.id) AS facts,
       count(f.id) FILTER (f.kind = 'document') AS documents, count(f.id) FILTER (f.kind = 'official') AS officials,
       count(f.id) FILTER (f.kind = 'indicator') AS indicators, count(f.id) FILTER (f.kind = 'program') AS programs
FROM articles AS a LEFT JOIN facts AS f ON f.article_id = a.id
GROUP BY a.province
ORDER BY facts DESC, a.province
