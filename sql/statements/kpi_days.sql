-- A page of the figures of days, the newest first, between two points in
-- time (microseconds, or null), both days included; and how many there are.
-- kind: read
select to_char(k.day, 'YYYY-MM-DD'), k.total_requests, k.success_rate,
       k.avg_latency_ms, k.error_rate, k.active_users, k.retention_rate,
       k.avg_interactions_per_user, t.total
  from (select count(*) as total from game.kpi_days c
         where c.day >= coalesce(game.day_of(to_timestamp(
                                     $1::bigint / 1e6::numeric)), '-infinity')
           and c.day <= coalesce(game.day_of(to_timestamp(
                                     $2::bigint / 1e6::numeric)), 'infinity'))
       t
  left join lateral (
       select d.* from game.kpi_days d
        where d.day >= coalesce(game.day_of(to_timestamp(
                                    $1::bigint / 1e6::numeric)), '-infinity')
          and d.day <= coalesce(game.day_of(to_timestamp(
                                    $2::bigint / 1e6::numeric)), 'infinity')
        order by d.day desc
        limit $3::bigint offset $4::bigint) k on true
 order by k.day desc
