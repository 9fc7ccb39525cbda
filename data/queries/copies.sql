-- vi: Bài đăng lại và bài gốc
-- en: Articles published again, and their originals
SELECT o.id AS original, o.title, o.published, c.id AS copy, c.outlet, c.published AS copied
FROM articles AS c JOIN articles AS o ON o.id = c.duplicate_of
ORDER BY o.id, c.published, c.id
