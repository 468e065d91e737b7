-- Makes a campaign; answers it.
-- kind: write
select campaigns.campaign_create(
       $1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::text,
       $7::text, $8::text, $9::text)
