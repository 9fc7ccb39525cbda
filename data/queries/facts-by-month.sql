-- vi: Số bài và số dữ kiện theo tháng đăng
-- en: Articles and facts by month of publication
SELECT left(published, 7) AS month, count(*) AS articles, sum(facts) AS facts
FROM articles
GROUP BY month
ORDER BY month
