-- What a play is decided from: campaigns.play_facts; no row: no campaign.
-- kind: read
select f.status, f.tenant, f.rules, f.win_probability, f.checksum, f.run,
       f.game, f.now_us, f.plays, f.minute_n, f.hour_n, f.minute_us,
       f.hour_us, f.bundle
  from campaigns.play_facts($1::uuid, $2::text) f
