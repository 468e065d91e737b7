-- What workers say to each other: steps that are given back, the first claim
-- of a run, a run that is to be cancelled.

-- Steps go back to the queue at once, as they were before the claim: that is
-- no recovery. A run that is to be cancelled needs no more of them.
--
-- release(p_steps uuid[], p_leases text[]) -> step uuid, outcome: released,
--   cancelled, lost
create function campaigns.release(p_steps uuid[], p_leases text[])
returns table (step uuid, outcome text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_next   record;
    v_step   campaigns.run_steps;
    v_cancel boolean;
begin
    for v_next in
        select g.step, g.lease
          from unnest(p_steps, p_leases) g (step, lease)
          left join campaigns.run_steps s on s.id = g.step
         order by s.run_id, g.step
    loop
        v_step := campaigns.hold_step(v_next.step, v_next.lease);
        step := v_next.step;
        select r.cancel_requested_at is not null into v_cancel
          from campaigns.runs r where r.id = v_step.run_id;
        if v_step.id is null then
            outcome := 'lost';
        elsif v_cancel then
            outcome := 'cancelled';
            update campaigns.run_steps s
               set lease_owner = null, lease_until = null
             where s.id = v_step.id;
            perform campaigns.cancel_steps(v_step.run_id);
        else
            outcome := 'released';
            update campaigns.run_steps s
               set status = 'pending', lease_owner = null, lease_until = null
             where s.id = v_step.id;
            perform pg_notify('game_campaign_queue', v_step.run_id::text);
        end if;
        return next;
    end loop;
end
$$;

-- Whether a run began to run with the claim of a step.
create function campaigns.begins(p_step uuid) returns boolean
language sql volatile as $$
    select s.attempt = 1 and s.recoveries = 0
       and s.started_at = r.running_since
      from campaigns.run_steps s
      join campaigns.runs r on r.id = s.run_id
     where s.id = p_step
$$;

-- Who holds a step of a run that is to be cancelled hears of it at once, and
-- not at the next renewal.
create function campaigns.tell_cancel() returns trigger
language plpgsql as $$
begin
    perform pg_notify('game_campaign_queue', new.id::text);
    return null;
end
$$;
create trigger runs_cancel after update of cancel_requested_at
    on campaigns.runs for each row
    when (new.status = 'running' and new.cancel_requested_at is not null
          and old.cancel_requested_at is null)
    execute function campaigns.tell_cancel();
