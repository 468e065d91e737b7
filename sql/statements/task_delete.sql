-- Hides a task: whether it did, its game and its name. No row when there is
-- no such task; a task of another game is shown and left alone.
-- kind: write
with hidden as (
    update game.tasks t
       set deleted_at = now(), updated_at = now(), version = t.version + 1
     where t.id = $2::uuid and t.game_id = $1::uuid and t.deleted_at is null
    returning t.game_id, t.external_task_id)
select true, h.game_id, h.external_task_id from hidden h
union all
select false, t.game_id, t.external_task_id
  from game.tasks t
  join game.games g on g.id = t.game_id and g.deleted_at is null
 where t.id = $2::uuid and t.deleted_at is null
   and not exists (select from hidden)
