-- Makes tasks with their params; a row for each that was made.
-- kind: write
select * from game.create_tasks($1::uuid, $2::text[], $3::text[],
                                $4::bigint[], $5::text[], $6::text[],
                                $7::text, $8::text)
