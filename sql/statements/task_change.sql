-- Changes a task and its params.
-- kind: write
select * from game.change_task($1::uuid, $2::uuid, $3::text, $4::boolean,
                               $5::text, $6::boolean, $7::uuid[],
                               $8::text[], $9::text[])
