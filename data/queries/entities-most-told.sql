-- vi: Văn bản, người, tổ chức, nơi, chương trình có nhiều dữ kiện nhất (sau danvan link)
-- en: Documents, people, bodies, places and programmes with most facts (after danvan link)
SELECT type, name, len(facts) AS facts, aliases
FROM entities
WHERE type <> 'series'
ORDER BY len(facts) DESC, type, name
LIMIT 50
