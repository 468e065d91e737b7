-- Whether a play may be finished, and what its points are scored from:
-- campaigns.play_open. One row.
-- kind: read
select o.outcome, o.player, o.anonymous, o.result, o.run, o.checksum,
       o.game, o.realm, o.key_prefix, o.subject
  from campaigns.play_open($1::uuid, $2::uuid, $3::bytea) o
