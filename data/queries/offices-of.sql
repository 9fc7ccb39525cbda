-- vi: Các chức vụ của một người theo ngày đăng
-- en: The offices of a person by day of publication
-- value name = Nguyễn%: họ tên, % thay cho phần bất kỳ · the name, % stands for anything
SELECT p.name, a.published, p.title, p.organisation, p.former, a.province, a.id AS article_id
FROM positions AS p JOIN articles AS a ON a.id = p.article_id
WHERE p.name ILIKE $name
ORDER BY p.name, a.published, p.number
LIMIT 500
