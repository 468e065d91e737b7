-- A page of a campaign's runs, as campaign_run_list; no row for no campaign.
-- kind: read
select p.total, p.run
  from campaigns.campaigns c
 cross join lateral campaigns.run_page(
       c.tenant_id, false, null, null, c.id::text, null, $4::text,
       $5::bigint, $6::bigint) p
 where c.id = $3::uuid and c.deleted_at is null
   and ($2::boolean or c.tenant_id = $1::text)
