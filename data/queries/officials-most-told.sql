-- vi: Người được nhiều bài nhắc nhất, với chức vụ thường ghi
-- en: People whom most articles name, with the office given most often
SELECT name, mode(title ORDER BY title) AS title, mode(organisation ORDER BY organisation) AS organisation, count(DISTINCT article_id) AS articles
FROM positions
GROUP BY name
ORDER BY articles DESC, name
LIMIT 30
