-- vi: Văn bản có số, ký hiệu được nhiều bài dẫn nhất
-- en: Documents with a code that most articles cite
SELECT code, mode(type ORDER BY type) AS type, mode(issued ORDER BY issued) AS issued, mode(issuer ORDER BY issuer) AS issuer, mode(title ORDER BY title) AS title,
       count(DISTINCT article_id) AS articles
FROM documents
WHERE code IS NOT NULL
GROUP BY code
ORDER BY articles DESC, code
LIMIT 30
