-- Places: how many awards lie in which cell of a game's grid, and the sum
-- of those counts and of their squares, so that a score reads a few rows
-- whatever the grid and the history.
--
-- grid names the bounds and the size that row and col belong to: a game
-- whose grid is changed counts anew, and finds its old counts when it is
-- changed back. Cells without an award have no row.
--
-- A sum of squares cannot be kept in parts that do not know each other: who
-- counts in a cell must know its count. So one award at a time counts in a
-- cell, and nobody waits for it: who comes meanwhile queues its award, and
-- the next one that finds the cell free takes the queue along. At every
-- commit, counts and queue together are the awards, and sums are the sums of
-- the counts.
create table game.game_cells (
    game_id  uuid not null,
    grid     bigint not null,
    row      smallint not null check (row between 0 and 255),
    col      smallint not null check (col between 0 and 255),
    n        bigint not null,
    primary key (game_id, grid, row, col)
) with (fillfactor = 60);

-- In parts, one for each bucket of users: no hot row.
create table game.game_cell_sums (
    game_id  uuid not null,
    grid     bigint not null,
    bucket   smallint not null,
    n        bigint not null,
    squares  numeric not null,
    primary key (game_id, grid, bucket)
) with (fillfactor = 40);

create table game.game_cell_queue (
    game_id  uuid not null,
    grid     bigint not null,
    row      smallint not null,
    col      smallint not null,
    id       bigint generated always as identity,
    primary key (game_id, grid, row, col, id)
);

-- Counts one award in a cell: the last write of game.award, in its
-- transaction.
create function game.count_cell(
    p_game uuid, p_grid bigint, p_row smallint, p_col smallint,
    p_bucket smallint)
returns void
language plpgsql as $$
declare
    v_more  bigint;
    v_count bigint;
begin
    if not pg_try_advisory_xact_lock(hashtextextended(
               concat_ws(' ', 'cell', p_game, p_grid, p_row, p_col), 21)) then
        insert into game.game_cell_queue (game_id, grid, row, col)
        values (p_game, p_grid, p_row, p_col);
        return;
    end if;
    with taken as (
        delete from game.game_cell_queue q
         where q.game_id = p_game and q.grid = p_grid and q.row = p_row
           and q.col = p_col
        returning 1)
    select count(*) + 1 into v_more from taken;
    insert into game.game_cells as c (game_id, grid, row, col, n)
    values (p_game, p_grid, p_row, p_col, v_more)
    on conflict (game_id, grid, row, col) do update
        set n = c.n + excluded.n
    returning c.n into v_count;
    -- n^2 - (n - more)^2
    insert into game.game_cell_sums as s (game_id, grid, bucket, n, squares)
    values (p_game, p_grid, p_bucket, v_more,
            v_more::numeric * (2 * v_count - v_more))
    on conflict (game_id, grid, bucket) do update
        set n = s.n + excluded.n, squares = s.squares + excluded.squares;
end
$$;

-- The cells of a grid that have awards, the queued ones included.
create function game.cell_counts(p_game uuid, p_grid bigint)
returns table (cell_row smallint, cell_col smallint, n bigint)
language sql stable as $$
    select x.row, x.col, sum(x.n)::bigint
      from (select c.row, c.col, c.n from game.game_cells c
             where c.game_id = p_game and c.grid = p_grid
            union all
            select q.row, q.col, 1 from game.game_cell_queue q
             where q.game_id = p_game and q.grid = p_grid) x
     group by x.row, x.col
$$;
