-- Records how an export ended, and its rows.
-- kind: write
update game.export_log
   set status = $2::text, row_count = $3::bigint, seen_at = now()
 where id = $1::uuid
