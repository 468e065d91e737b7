-- A page of campaigns: campaigns.campaign_page; status ($3), template and a
-- part of the name may be null. One row at least: the first column counts
-- all, an empty page has null in the other.
-- kind: read
select p.total, p.campaign
  from campaigns.campaign_page($1::text, $2::boolean, $3::text, $4::text,
                               $5::text, $6::text, $7::bigint,
                               $8::bigint) p
