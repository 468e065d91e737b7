-- Archives a campaign, or restores it: campaigns.campaign_move.
-- kind: write
select c.outcome, c.campaign
  from campaigns.campaign_move($1::text, $2::boolean, $3::uuid, $4::text) c
