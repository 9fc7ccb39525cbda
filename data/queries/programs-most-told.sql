-- vi: Chương trình, phong trào, đề án được nhiều bài nhắc nhất
-- en: Programmes, movements and schemes that most articles tell of
SELECT mode(name ORDER BY name) AS name, mode(type ORDER BY type) AS type, count(DISTINCT article_id) AS articles
FROM programs
GROUP BY lower(strip_accents(name))
ORDER BY articles DESC, name
LIMIT 30
