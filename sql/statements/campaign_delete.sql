-- Hides a campaign: campaigns.campaign_delete.
-- kind: write
select campaigns.campaign_delete($1::text, $2::boolean, $3::uuid)
