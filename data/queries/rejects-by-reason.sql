-- vi: Tệp, dòng bị loại theo bước và lý do
-- en: Rejected inputs by stage and reason
SELECT stage, reason, count(*) AS inputs, min(source) AS example
FROM rejects
GROUP BY stage, reason
ORDER BY inputs DESC, stage, reason
