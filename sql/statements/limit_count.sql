-- Counts a request under the abuse limits, in the order of the lists: for
-- each that was looked at its position, what is counted, whether it passed.
-- kind: write
select counter_position, counted, passed
  from game.count_limits($1::text[], $2::text[], $3::text[], $4::bigint[],
                         $5::bigint[], $6::integer[], $7::boolean[])
