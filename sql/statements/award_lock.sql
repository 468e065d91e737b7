-- Locks a user's history in a game, in a transaction of its own.
-- kind: write
select version from game.user_games
 where bucket = $1::smallint and user_id = $2::uuid and game_id = $3::uuid
   for update
