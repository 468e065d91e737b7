-- Makes a draft like another campaign; no row when there is none.
-- kind: write
select d.campaign
  from campaigns.campaign_duplicate($1::text, $2::boolean, $3::uuid,
                                    $4::text, $5::text, $6::text, $7::text,
                                    $8::text) d
