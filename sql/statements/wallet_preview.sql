-- What points are worth to a user, by the wallet's rate or, without a
-- wallet, the rate of new ones: rate, its date, coins, are there enough.
-- kind: read
select coalesce(w.conversion_rate, $4::integer),
       game.time_sp(coalesce(w.updated_at, clock_timestamp())),
       round($3::bigint::numeric
             / coalesce(w.conversion_rate, $4::integer), 12),
       coalesce(w.points_balance, 0) >= $3::bigint
  from (select $1::smallint as bucket, $2::uuid as id) u
  left join game.wallets w on w.bucket = u.bucket and w.user_id = u.id
