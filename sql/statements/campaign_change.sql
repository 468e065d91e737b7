-- Changes a campaign that is not made yet: campaigns.campaign_change.
-- kind: write
select c.outcome, c.campaign
  from campaigns.campaign_change($1::text, $2::boolean, $3::uuid, $4::text,
                                 $5::jsonb, $6::text, $7::integer) c
