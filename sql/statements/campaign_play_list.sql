-- A page of a campaign's plays for its owner: campaigns.play_page; player
-- ($4) and status may be null. No row for no campaign.
-- kind: read
select p.total, p.play
  from campaigns.play_page($1::text, $2::boolean, $3::uuid, $4::text,
                           $5::text, $6::text, $7::bigint, $8::bigint) p
