-- A page of the uptime by hour or day ($3), the newest first, from a point in
-- time to before another (microseconds): when it began, samples, healthy
-- ones, availability in percent, milliseconds of an answer; then how many
-- rows there are, and samples and healthy ones of all of them.
-- kind: read
with parts as (
    select date_trunc($3::text, u.created_at, 'UTC') as at, count(*) as n,
           count(*) filter (where u.status = 'healthy') as healthy,
           avg(u.latency_us) / 1000 as ms
      from game.uptime_samples u
     where u.created_at >= to_timestamp($1::bigint / 1e6::numeric)
       and u.created_at < to_timestamp($2::bigint / 1e6::numeric)
     group by 1),
whole as (
    select count(*) as parts, coalesce(sum(p.n), 0) as n,
           coalesce(sum(p.healthy), 0) as healthy
      from parts p)
select game.time_z(x.at), x.n, x.healthy, game.kpi_rate(100 * x.healthy, x.n),
       round(x.ms, 3), w.parts, w.n, w.healthy,
       game.kpi_rate(100 * w.healthy, w.n)
  from whole w
  left join lateral (
       select * from parts p order by p.at desc
        limit $4::bigint offset $5::bigint) x on true
 order by x.at desc
