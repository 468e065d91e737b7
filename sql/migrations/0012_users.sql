-- An award and its user's wallet as they stand now: volatile, so that a
-- statement that has just booked the award sees it. No row for no award.
create function game.award_shown(
    p_bucket smallint, p_user uuid, p_task uuid, p_created_us bigint,
    p_award uuid)
returns table (created_at timestamptz, points bigint, case_name text,
               description text, data jsonb, points_balance bigint,
               coins_balance numeric, conversion_rate integer)
language sql volatile as $$
    select a.created_at, a.points, a.case_name, a.description, a.data,
           w.points_balance, w.coins_balance, w.conversion_rate
      from game.awards a
      join game.wallets w on w.bucket = a.bucket and w.user_id = a.user_id
     where a.bucket = p_bucket and a.user_id = p_user
       and a.task_id = p_task and a.id = p_award
       and a.created_at = timestamptz 'epoch'
                          + p_created_us * interval '1 microsecond'
$$;
