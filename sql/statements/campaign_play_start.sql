-- Starts a play within the player's limits: campaigns.play_start.
-- kind: write
select s.outcome, s.play, s.play_no, s.started_us, s.retry_us
  from campaigns.play_start(
       $1::uuid, $2::text, $3::boolean, $4::text, $5::integer, $6::integer,
       $7::integer, $8::text, $9::text, $10::float8, $11::text,
       $12::bytea) s
