-- The newest exports: of everybody ($1), or of a subject or key. One whose
-- process is gone has failed.
-- kind: read
select e.id, e.dataset, e.format, e.filters, e.row_limit, e.row_count,
       case when game.export_is_lost(e.status, e.seen_at) then 'failed'
            else e.status end,
       e.requested_by, game.time_z(e.created_at)
  from game.export_log e
 where $1::boolean or e.subject = $2::text
    or (e.subject is null and e.key_prefix = $3::text)
 order by e.created_at desc, e.id desc
 limit $4::integer
