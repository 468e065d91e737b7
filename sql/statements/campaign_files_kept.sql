-- Which of these content hashes ($1) artifacts have.
-- kind: read
select a.content_hash from campaigns.artifacts a
 where a.content_hash = any ($1::text[]) group by a.content_hash
