-- What a spatial strategy reads of a game's grid ($1, $2) for an event in
-- cell $3, $4: the count of the cell, that of it and its rook neighbours,
-- of all cells, and the sum of the squares of all cells. As many rows as
-- there are buckets, whatever the grid and the history.
-- kind: read
with queue as materialized (
    select q.row, q.col, count(*) as n
      from game.game_cell_queue q
     where q.game_id = $1::uuid and q.grid = $2::bigint
     group by q.row, q.col),
near as (
    select c.row, c.col, c.n
      from game.game_cells c
     where c.game_id = $1::uuid and c.grid = $2::bigint
       and (c.row, c.col) in (
           ($3::smallint, $4::smallint),
           (($3::smallint - 1)::smallint, $4::smallint),
           (($3::smallint + 1)::smallint, $4::smallint),
           ($3::smallint, ($4::smallint - 1)::smallint),
           ($3::smallint, ($4::smallint + 1)::smallint))
    union all
    select q.row, q.col, q.n from queue q
     where abs(q.row - $3::smallint) + abs(q.col - $4::smallint) <= 1),
sums as (
    select sum(s.n) as n, sum(s.squares) as squares
      from game.game_cell_sums s
     where s.game_id = $1::uuid and s.grid = $2::bigint),
late as (
    select sum(q.n) as n,
           sum(q.n * (2 * coalesce(c.n, 0) + q.n)) as squares
      from queue q
      left join game.game_cells c
        on c.game_id = $1::uuid and c.grid = $2::bigint
       and c.row = q.row and c.col = q.col)
select coalesce((select sum(x.n) from near x
                  where x.row = $3::smallint and x.col = $4::smallint),
                0)::bigint,
       coalesce((select sum(x.n) from near x), 0)::bigint,
       (coalesce(sums.n, 0) + coalesce(late.n, 0))::bigint,
       least(coalesce(sums.squares, 0) + coalesce(late.squares, 0),
             9223372036854775807)::bigint
  from sums, late
