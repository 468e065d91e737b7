-- Is there this user?
-- kind: read
select exists (select from game.users u
                where u.bucket = $1::smallint and u.id = $2::uuid)
