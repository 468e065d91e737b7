-- Users, games, awards, their points and actions by bucket of time,
-- between two times (microseconds, the second one excluded; or null), of
-- everybody or of a key, a realm or a subject.
-- kind: read
select * from game.dashboard($1::text,
    coalesce(to_timestamp($2::bigint / 1e6::numeric), '-infinity'),
    coalesce(to_timestamp($3::bigint / 1e6::numeric), 'infinity'),
    $4::boolean, $5::text, $6::text, $7::text)
