-- Does the database answer?
-- kind: read
select 1
