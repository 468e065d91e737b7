-- Hides a game and its tasks.
-- kind: write
select * from game.delete_game($1::uuid)
