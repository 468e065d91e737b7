-- Transaction of a pipeline (db_pipeline.c).
-- kind: write
begin
