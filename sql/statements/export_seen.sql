-- An export is alive.
-- kind: write
update game.export_log set seen_at = now()
 where id = $1::uuid and status = 'started'
