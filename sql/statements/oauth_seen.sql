-- Notes a token's subject; answers whether it may come in, and whether it
-- was not known before. Repeatable.
-- kind: read
with seen as (
    insert into game.oauth_users (subject) values ($1::text)
    on conflict (subject) do nothing
    returning subject)
select coalesce((select status = 'active' from game.oauth_users
                  where subject = $1::text), true),
       exists (select from seen)
