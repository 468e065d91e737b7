-- Drops an entry of the cache whose files are gone.
-- kind: write
select campaigns.cache_drop($1::uuid)
