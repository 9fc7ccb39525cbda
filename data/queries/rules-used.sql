-- vi: Mỗi quy tắc cho bao nhiêu dữ kiện, trong bao nhiêu bài
-- en: How many facts each rule gave, in how many articles
SELECT rule, kind, count(*) AS facts, count(DISTINCT article_id) AS articles, min(quote) AS example
FROM facts
GROUP BY rule, kind
ORDER BY facts DESC, rule
