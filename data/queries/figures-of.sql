-- vi: Số liệu của một chỉ tiêu theo địa bàn và kỳ
-- en: The figures of an indicator by area and period
-- value indicator = poverty_rate: mã chỉ tiêu · the indicator's id
-- value area = %: địa bàn, % thay cho phần bất kỳ · the area, % stands for anything
SELECT coalesce(i.area, a.province) AS area, i.period, i.status, i.measure, i.value, i.value_max, i.unit, i.bound,
       a.published, i.quote
FROM indicators AS i JOIN articles AS a ON a.id = i.article_id
WHERE i.indicator = $indicator AND coalesce(i.area, a.province, '') ILIKE $area
ORDER BY area, i.period, i.status
LIMIT 1000
