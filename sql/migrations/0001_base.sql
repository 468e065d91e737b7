-- Time as the wire wants it, all of it UTC.

-- Microseconds since 1970.
create function game.unix_us(p_at timestamptz) returns bigint
language sql immutable as $$
    select (extract(epoch from p_at at time zone 'UTC') * 1000000)::bigint
$$;

-- '2026-02-03 04:05:06.123456+00:00'; no fraction when it is zero.
create function game.time_sp(p_at timestamptz) returns text
language sql immutable as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
        || case when date_trunc('second', p_at at time zone 'UTC')
                     = p_at at time zone 'UTC' then ''
                else to_char(p_at at time zone 'UTC', '.US') end
        || '+00:00'
$$;

-- '2026-02-03T04:05:06.123456Z'; no fraction when it is zero.
create function game.time_z(p_at timestamptz) returns text
language sql immutable as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
        || case when date_trunc('second', p_at at time zone 'UTC')
                     = p_at at time zone 'UTC' then ''
                else to_char(p_at at time zone 'UTC', '.US') end
        || 'Z'
$$;

-- '2026-02-03T04:05:06.1234+00:00'; trailing zeros of the fraction dropped.
create function game.time_off(p_at timestamptz) returns text
language sql immutable as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
        || rtrim(rtrim(to_char(p_at at time zone 'UTC', '.US'), '0'), '.')
        || '+00:00'
$$;
