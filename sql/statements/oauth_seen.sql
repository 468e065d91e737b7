-- Notes a token's subject; answers whether it may come in. Repeatable.
-- kind: read
with seen as (
    insert into game.oauth_users (subject) values ($1::text)
    on conflict (subject) do nothing)
select coalesce((select status = 'active' from game.oauth_users
                  where subject = $1::text), true)
