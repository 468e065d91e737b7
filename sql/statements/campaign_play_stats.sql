-- Sums of a campaign's plays for its owner: plays, wins, the rate that was
-- observed, those finished, players, points. No row for no campaign.
-- kind: read
select count(p.id), count(p.id) filter (where p.outcome = 'win'),
       coalesce(count(p.id) filter (where p.outcome = 'win')::float8
                / nullif(count(p.id), 0), 0),
       count(p.id) filter (where p.status = 'finished'),
       count(distinct p.player_key), coalesce(sum(p.points_awarded), 0)
  from campaigns.campaigns c
  left join campaigns.plays p on p.campaign_id = c.id
 where c.id = $3::uuid and c.deleted_at is null
   and ($2::boolean or c.tenant_id = $1::text)
 group by c.id
