-- A wallet and its newest movements, oldest first, a row each; a wallet
-- without movements is one row. What an award was told stands in awards.
-- kind: read
select w.points_balance, w.coins_balance, w.conversion_rate, m.kind,
       case when m.kind = 'ConvertPointsToCoins' then -m.points
            else m.points end,
       m.coins, coalesce(m.data, a.data), m.id, game.time_sp(m.created_at)
  from game.wallets w
  left join lateral (
       select * from game.movements v
        where v.bucket = w.bucket and v.user_id = w.user_id
        order by v.created_at desc, v.id desc
        limit $3::integer) m on true
  left join game.awards a
    on m.kind = 'AssignPoints' and a.bucket = m.bucket
   and a.user_id = m.user_id and a.task_id = m.task_id
   and a.created_at = m.created_at and a.id = m.award_id
 where w.bucket = $1::smallint and w.user_id = $2::uuid
 order by m.created_at, m.id
