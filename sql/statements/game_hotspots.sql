-- The cells of a game's grid that have awards, by rows.
-- kind: read
select c.cell_row, c.cell_col, c.n
  from game.cell_counts($1::uuid, $2::bigint) c
 order by c.cell_row, c.cell_col
