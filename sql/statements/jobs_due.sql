-- Which of the named jobs are due, and of which database: game.jobs_due.
-- One row without a name when none is.
-- kind: read
select d.name, d.database from game.jobs_due($1::text[]) d
