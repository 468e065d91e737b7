# The database of campaigns by itself: states, the scheduler, the queue.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Campaigns;
use Game::Test;
use JSON::PP ();

plan need_module('game', 'dbd');

my $DB = 'game_campaigns_queue';
begin_database($DB);

# ---- states ----

for my $v (@{vectors('state-transitions')->{vectors}}) {
    is one("select campaigns.may_move('$v->{entity}', '$v->{from}',
        '$v->{to}')"), $v->{allowed} ? 't' : 'f',
        "$v->{entity}: $v->{from} to $v->{to}";
}

my $run = create()->[1];
ok refused("update campaigns.runs set status = 'completed', completed_at =
    now(), duration_ms = 0, started_at = now(), running_since = now()
    where id = '$run'", 'GM030'), 'no queued run is completed';
ok refused("update campaigns.runs set status = 'cancelled', completed_at =
    now(), duration_ms = 0 where id = '$run'", 'GM030'),
    'no run ends before its steps';
ok refused("update campaigns.run_steps set status = 'completed', ended_at =
    now(), duration_ms = 0 where run_id = '$run' and ordinal = 1", 'GM030'),
    'no pending step is completed';
ok refused("insert into campaigns.campaigns (tenant_id, name, template_id,
    status) values ('t', 'n', 't', 'failed')", 'GM030'),
    'a campaign begins as a draft';
my %checks = (
    'a run without base is initial' => "update campaigns.runs
        set trigger_type = 'update' where id = '$run'",
    'an end has a time' => "update campaigns.runs set completed_at = now()
        where id = '$run'",
    'a duration is not negative' => "update campaigns.runs
        set duration_ms = -1 where id = '$run'",
    'a hash is 64 digits' => "update campaigns.run_steps
        set input_hash = 'sha256:' || repeat('a', 57)
        where run_id = '$run'",
    'a cache hit is a skipped step' => "update campaigns.run_steps
        set cache_hit = true where run_id = '$run'",
    'an attempt is 1 at least' => "update campaigns.run_steps set attempt = 0
        where run_id = '$run'",
    'a lease is of a running step' => "update campaigns.run_steps
        set lease_owner = 'x', lease_until = now() where run_id = '$run'",
    'a content hash has its prefix' => "insert into campaigns.artifacts
        (run_id, tenant_id, skill_id, type, uri, content_hash, size_bytes)
        values ('$run', 't', 's', 'x', '/x', repeat('a', 64), 1)",
    'an entry of one run names it' => "insert into campaigns.step_cache
        (cache_key, tenant_id, workflow_name, step_id, input_hash,
         artifact_ids, scope) values ('w:s:h', 't', 'w', 's', 'h', '[]',
         'run_only')",
    'a skipped step has an error or a hit' => "update campaigns.run_steps
        set status = 'skipped', ended_at = now() where run_id = '$run'",
);
ok refused($checks{$_}, '23514'), $_ for sort keys %checks;
ok refused("insert into campaigns.run_steps (run_id, tenant_id, step_id,
    skill_id, input_hash, ordinal, depends_on, deps_remaining, cached,
    queued_at) values ('$run', 't', 'bgm', 's', '$EMPTY', 9, '{}', 0, true,
    now())", '23505'), 'one row a step';
is join(',', drain()), 'game_config,bgm,bundle_game,manifest',
    'steps in their order';
is run_status($run), 'completed', 'and the run is done';
for my $to (qw(queued running failed cancelled)) {
    ok refused("update campaigns.runs set status = '$to' where id = '$run'",
               'GM030'), "a completed run is not $to";
}
ok refused("update campaigns.run_steps set status = 'pending', ended_at =
    null where run_id = '$run'", 'GM030'), 'nor is a completed step pending';
ok refused("update campaigns.artifacts set size_bytes = 4", 'GM030'),
    'artifacts stay as they are';
is one("select count(*) from campaigns.runs where id = '$run'
    and updated_at > created_at and started_at is not null
    and completed_at >= started_at and duration_ms >= 0"), 1,
    'the times of a run';

# ---- the scheduler's vectors ----

# Does what a worker does, until there is nothing to do.
my $driver = <<'SQL';
create or replace function pg_temp.drive(p_outcomes json, p_limits json,
                              p_fatal text[], p_cancel text, p_run uuid)
returns void language plpgsql as $$
declare
    c record;
    v_code text;
begin
    loop
        select * into c from campaigns.claim('vector', 60, 1);
        exit when not found;
        v_code := case json_typeof(p_outcomes -> c.step_id)
            when 'array' then coalesce(
                p_outcomes -> c.step_id ->> c.attempt - 1,
                p_outcomes -> c.step_id ->> -1)
            when 'string' then p_outcomes ->> c.step_id end;
        if coalesce(v_code, 'ok') = 'ok' then
            perform campaigns.step_finish(c.step, c.lease, 'completed', '[]',
                null, '{}', null, null, 0, null);
        elsif v_code = 'cache' then
            perform campaigns.step_finish(c.step, c.lease, 'skipped', '[]',
                null, '{}', null, null, 0, null);
        elsif v_code = any (p_fatal)
              or c.attempt >= (p_limits ->> c.step_id)::integer then
            perform campaigns.step_finish(c.step, c.lease, 'failed', null,
                null, null, json_build_object('code', v_code, 'message',
                v_code)::jsonb, null, 0, null);
        else
            perform campaigns.step_retry(c.step, c.lease,
                json_build_object('code', v_code)::jsonb, 0);
            continue;
        end if;
        if c.step_id = p_cancel then
            perform campaigns.run_cancel(null, true, p_run);
        end if;
    end loop;
end
$$;
SQL

my $scheduler = vectors('scheduler');
for my $v (@{$scheduler->{vectors}}) {
    my $id = create(campaign => $v->{id}, graph => [map {
        [$_->{step_id}, $_->{depends_on}] } @{$v->{steps}}])->[1];
    my %limits = map { $_->{step_id} => $_->{retry_policy}{max_attempts} }
        @{$v->{steps}};
    my $fatal = '{' . join(',', @{$scheduler->{non_retryable}}) . '}';
    db($driver . 'select pg_temp.drive(' . join(', ', map { quoted($_) }
        $v->{outcomes}, \%limits, $fatal, $v->{cancel_after}, $id) . ')');
    my %steps = map { my @c = split /\|/, $_, -1; $c[0] => {
        status => $c[1], attempt => 0 + $c[2], error => $c[4] || undef,
        cacheHit => $c[3] eq 't' ? JSON::PP::true : JSON::PP::false } }
        db("select step_id, status, attempt, cache_hit, error ->> 'code'
            from campaigns.run_steps where run_id = '$id'");
    my $shown = decoded(one("select campaigns.run_json(r)
        from campaigns.runs r where id = '$id'"));
    my $analysis = decoded(one("select campaigns.analysis('$id')"));
    my $got = {
        steps => \%steps, stepsSummary => $shown->{stepsSummary},
        run => { status => $shown->{status}, $shown->{error} ? (error => {
            map { $_ => $shown->{error}{$_} } qw(code failedStepId) }) : () },
        cacheAnalysis => { map { $_ => $analysis->{$_} }
                           keys %{$v->{expected}{cacheAnalysis}} } };
    is json($got), json($v->{expected}), "$v->{id}: $v->{note}";
}
sound('vectors');

# ---- one trigger, many times ----

my @made = map { $_->() } map { my $n = $_; background(sub {
    my $row = create(key => 'same', hash => 'h', campaign => 'once');
    return @$row[0, 1] }) } 1 .. 6;
my %ids = map { $made[2 * $_ + 1] => 1 } 0 .. 5;
is scalar(keys %ids), 1, 'one key is one run';
is scalar(grep({ $_ eq 'created' } @made)), 1, 'made once';
is scalar(grep({ $_ eq 'replay' } @made)), 5, 'and answered again';
is create(key => 'same', hash => 'other')->[0], 'conflict',
    'the key of another request';
is create(key => 'same', hash => 'h', tenant => $OTHER)->[0], 'created',
    'keys are of a tenant';
is one("select count(*) from campaigns.runs
    where idempotency_key = 'same'"), 2, 'nothing else was written';
is create(graph => [['only', []]], reused => { only => 1 })->[0], 'nothing',
    'a run with nothing to do is none';
drain();

# ---- many workers ----

create(campaign => "many-$_") for 1 .. 25;
my @done = map { $_->() } map { my $w = $_; background(sub {
    my @seen;
    my $idle = 0;
    while ($idle < 20) {
        my @rows = call('claim', "worker$w", 60, 1 + $w % 3);
        $idle = @rows ? 0 : $idle + 1;
        for my $row (@rows) {
            push @seen, "$row->[2] $row->[4]";
            finish($row, 'completed');
        }
        last if !@rows && !one("select count(*) from campaigns.runs
            where status in ('queued', 'running')");
    }
    return @seen }) } 1 .. 5;
my %times;
$times{$_}++ for @done;
is scalar(@done), 100, 'five workers do all steps of 25 runs';
is scalar(grep { $_ != 1 } values %times), 0, 'each of them once';
is one("select count(*) from campaigns.runs where campaign_id like 'many-%'
    and status = 'completed'"), 25, 'and the runs are done';
sound('many workers');

# two roots of one run at once, and whoever has the run is waited for
$run = create(campaign => 'roots')->[1];
my ($first, $second) = map { [$_->()] } map { my $w = $_;
    background(sub { @{claim("root$w")} }) } 1, 2;
is join(',', sort $first->[4], $second->[4]), 'bgm,game_config',
    'both roots are claimed';
is run_status($run), 'running', 'the run runs';
my $release = hold("select from campaigns.runs where id = '$run' for update",
                   $DB);
my @ends = map { my $row = $_; background(sub {
    finish($row, 'completed')->[2] }) } $first, $second;
wait_for(sub { one("select count(*) = 2 from pg_stat_activity
    where datname = '$DB' and wait_event_type = 'Lock'") eq 't' });
$release->();
is join(',', map { $_->() } @ends), 'running,running', 'two finish at once';
$release = hold("select from campaigns.runs where id = '$run' for update",
                $DB);
my $other = create(campaign => 'beside', graph => [['only', []]])->[1];
is claim('root')->[4], 'only', 'a run in somebody\'s hands is passed by';
my $claim = background(sub { (claim('root') || [])->[4] });
wait_for(sub { one("select count(*) = 1 from pg_stat_activity
    where datname = '$DB' and wait_event_type = 'Lock'") eq 't' });
$release->();
is join('', $claim->()), 'bundle_game',
    'when there is nothing else it is waited for';
is claim('root'), undef, 'nothing else is ready';
call('run_cancel', $T, 'f', $other);
call('run_cancel', $T, 'f', $run);

# ---- leases ----

sub expire { db("update campaigns.run_steps set lease_until =
    now() - interval '1 second' where id = '$_[0]'") }

$run = create(campaign => 'leases')->[1];
my $row = claim('one');
is one("select lease_until > now() + interval '50 seconds'
    from campaigns.run_steps where id = '$row->[0]'"), 't', 'a lease';
expire($row->[0]);
is_deeply [call('renew', "{$row->[0],$run}", "{$row->[1],x}", 60)],
    [[$row->[0], 'held'], [$run, 'lost']], 'is renewed by who has it';
is one("select lease_until > now() from campaigns.run_steps
    where id = '$row->[0]'"), 't', 'in time';
is_deeply [call('reap', 300, 10)], [], 'nothing to take back';
expire($row->[0]);
is_deeply [call('reap', 300, 10)],
    [[$run, 'game_config', 'recovered']], 'an expired lease';
is states($run)->{game_config}, 'pending', 'the step waits again';
is_deeply [call('renew', "{$row->[0]}", "{$row->[1]}", 60)],
    [[$row->[0], 'lost']], 'no lease to renew';
is finish($row, 'completed')->[0], 'lost', 'what comes late is refused';
is call('step_retry', @$row[0, 1], fault('X'), 1)->[0], 'lost',
    'another attempt, too';
is call('step_input', @$row[0, 1], 'f' x 64, 't')->[0], 'lost',
    'and its input';
is call('run_fail', @$row[0, 1], 'ORCHESTRATION_ERROR', 'x')->[0], 'lost',
    'and the end of its run';
is one("select count(*) from campaigns.artifacts where run_id = '$run'"), 0,
    'nothing of it was written';
for my $n (2, 3) {
    my $again = claim('one');
    isnt $again->[1], $row->[1], 'the same worker has another lease';
    is finish($row, 'completed')->[0], 'lost', 'the old one is still lost';
    is $again->[7], $n - 1, 'which says how often it was lost';
    expire($again->[0]);
    is call('reap', 300, 10)->[2], 'recovered', "lost $n times";
}
$row = claim('one');
expire($row->[0]);
is call('reap', 300, 10)->[2], 'worker_lost', 'the fourth time it failed';
is_deeply states($run), { game_config => 'failed WORKER_LOST',
    bgm => 'pending', bundle_game => 'skipped UPSTREAM_FAILED',
    manifest => 'skipped UPSTREAM_FAILED' }, 'with what depends on it';
is run_status($run), 'running', 'the other branch goes on';
finish(claim('one'), 'completed');
is run_status($run), 'failed', 'to its end';
is one("select error ->> 'code' || ' ' || (error ->> 'failedStepId')
    from campaigns.runs where id = '$run'"),
    'STEP_EXECUTION_FAILED game_config', 'which says why';
sound('leases');

# what somebody has locked is left alone by those who renew and reap
$run = create(campaign => 'locked')->[1];
$row = claim('one');
expire($row->[0]);
$release = hold("select from campaigns.runs where id = '$run' for update;
    select from campaigns.run_steps where id = '$row->[0]' for update", $DB);
is_deeply [call('reap', 300, 10)], [], 'a run in somebody\'s hands';
is_deeply [call('renew', "{$row->[0]}", "{$row->[1]}", 60)],
    [[$row->[0], 'held']], 'nobody waits for it';
$release->();
is call('reap', 300, 10)->[2], 'recovered', 'its turn comes';

# ---- the time of a run ----

$row = claim('one');
db("update campaigns.runs set running_since = now() - interval '301 s'
    where id = '$run'");
is_deeply [call('reap', 0, 10)], [], 'a time-out may be off';
is_deeply [call('reap', 300, 10)], [[$run, '', 'timeout']],
    'a run that takes too long';
is_deeply states($run), { game_config => 'failed TIMEOUT',
    bgm => 'skipped TIMEOUT', bundle_game => 'skipped TIMEOUT',
    manifest => 'skipped TIMEOUT' }, 'ends with its steps';
is one("select status || ' ' || (error ->> 'code')
    from campaigns.runs where id = '$run'"), 'failed TIMEOUT', 'and fails';
is finish($row, 'completed')->[0], 'lost', 'for its worker, too';

$run = create(campaign => 'bad')->[1];
$row = claim('one');
is call('run_fail', @$row[0, 1], 'ORCHESTRATION_ERROR', 'no workflow')->[0],
    'failed', 'a run that cannot go on';
is one("select status || ' ' || (error ->> 'code') || ' '
    || (error ->> 'message') from campaigns.runs where id = '$run'"),
    'failed ORCHESTRATION_ERROR no workflow', 'says so';
sound('time-outs');

# ---- retries of a step ----

$run = create(campaign => 'retries')->[1];
$row = claim('one');
is call('step_retry', @$row[0, 1], fault('EXECUTION_ERROR'), 60000)->[0],
    'waiting', 'another attempt';
is claim('one')->[4], 'bgm', 'meanwhile others are done';
is claim('one'), undef, 'it waits its time';
db("update campaigns.run_steps set not_before = now()
    where id = '$row->[0]'");
$row = claim('one');
is join(' ', @$row[4, 6]), 'game_config 2', 'the second one';
is one("select status || (error ->> 'code') from campaigns.run_steps
    where id = '$row->[0]'"), 'runningEXECUTION_ERROR',
    'knows what happened before';
finish($row, 'completed', artifacts => [artifact('a')]);
is one("select status || coalesce(error::text, '') || attempt
    from campaigns.run_steps where id = '$row->[0]'"), 'completed2',
    'which is forgotten when it succeeds';

# ---- cancel ----

($row) = db("select id, lease_owner from campaigns.run_steps
    where run_id = '$run' and step_id = 'bgm'");
my $bgm = [split(/\|/, $row), $run, $T, 'bgm'];
is call('run_cancel', $OTHER, 'f', $run)->[0], 'missing',
    'a run of somebody else';
my ($said, $shown) = @{call('run_cancel', $T, 'f', $run)};
is $said, 'cancelling', 'a run is to be cancelled';
ok decoded($shown)->{cancelRequestedAt}, 'since when';
is decoded($shown)->{status}, 'running', 'its step is still at work';
is call('renew', "{$bgm->[0]}", "{$bgm->[1]}", 60)->[1], 'cancel',
    'and is told';
is call('step_input', @$bgm[0, 1], 'a' x 64, 't')->[0], 'cancel',
    'in more than one place';
is claim('one'), undef, 'nothing of it is claimed';
is finish($bgm, 'failed', error => 'RUN_CANCELLED')->[2],
    'cancelled', 'the step ends, and the run';
is_deeply states($run), { game_config => 'completed',
    bgm => 'failed RUN_CANCELLED', bundle_game => 'skipped RUN_CANCELLED',
    manifest => 'skipped RUN_CANCELLED' }, 'what is done stays';
is call('run_cancel', $T, 'f', $run)->[0], 'refused', 'it is cancelled';

$run = create(campaign => 'queued')->[1];
is call('run_cancel', $T, 'f', $run)->[0], 'cancelled', 'a queued one';
is one("select started_at is null and duration_ms = 0
    from campaigns.runs where id = '$run'"), 't', 'never ran';

$run = create(campaign => 'waits')->[1];
$row = claim('one');
call('step_retry', @$row[0, 1], fault('EXECUTION_ERROR'), 60000);
is call('run_cancel', $T, 'f', $run)->[0], 'cancelled',
    'a wait between attempts ends at once';

$run = create(campaign => 'retry', graph => [['only', []]])->[1];
$row = claim('one');
is call('run_cancel', 'an administrator', 't', $run)->[0], 'cancelling',
    'an administrator may';
is_deeply call('step_retry', @$row[0, 1], fault('EXECUTION_ERROR'), 1),
    ['cancelled', 'cancelled'], 'no other attempt then';
$run = create(campaign => 'last', graph => [['only', []]])->[1];
$row = claim('one');
call('run_cancel', $T, 'f', $run);
is finish($row, 'completed')->[2], 'completed',
    'who was done already is done';
$run = create(campaign => 'gone', graph => [['only', []]])->[1];
$row = claim('one');
call('run_cancel', $T, 'f', $run);
expire($row->[0]);
is call('reap', 300, 10)->[2], 'cancelled', 'a lost worker needs no other';
is run_status($run), 'cancelled', 'then';
sound('cancelled');

# cancelled while it is claimed: no deadlock, and one of the two wins
for my $turn (1 .. 5) {
    my @runs = map { create(campaign => "race$turn-$_")->[1] } 1 .. 4;
    my $cancel = background(sub { map { call('run_cancel', $T, 'f', $_)->[0]
        } @runs });
    my @rows = (claim('race'), claim('race'), claim('race'));
    $cancel->();
    finish($_, 'failed', error => 'RUN_CANCELLED')
        for grep { defined } @rows;
    is one("select count(*) from campaigns.runs where campaign_id
        like 'race$turn-%' and status = 'cancelled'"), 4, 'all cancelled';
}
sound('races');

# everything at once, at random: no deadlock, and sound runs
sub any_run { return one("select id from campaigns.runs
    where campaign_id = 'random' order by random() limit 1") || uuid() }
my @acts = (
    sub { create(campaign => 'random') },
    sub { push @{$_[0]}, call('claim', "random$$", 1, 2) },
    sub { push @{$_[0]}, call('claim', "random$$", 1, 1) },
    sub { my $row = shift @{$_[0]}; finish($row, 'completed') if $row },
    sub { my $row = pop @{$_[0]}; finish($row, 'completed') if $row },
    sub { my $row = shift @{$_[0]};
          finish($row, 'failed', error => 'EXECUTION_ERROR') if $row },
    sub { my $row = shift @{$_[0]};
          call('step_retry', @$row[0, 1], fault('X'), 1) if $row },
    sub { my ($rows) = @_;
          call('renew', map({ my $n = $_; '{' . join(',', map { $_->[$n] }
                              @$rows) . '}' } 0, 1), 1) },
    sub { call('reap', 3, 5) },
    sub { call('run_cancel', $T, 'f', any_run()) },
    sub { call('run_retry', $T, 'f', any_run()) });
is join(' ', map { $_->() } map { my $seed = $_; background(sub {
    srand $seed;
    my @rows;
    $acts[rand @acts]->(\@rows) for 1 .. 120;
    return 'sound' }) } 1 .. 4), 'sound sound sound sound',
    'all of it at once';
sound('at random');
db("update campaigns.run_steps set lease_until = now() - interval '1 s'
    where lease_owner is not null;
    update campaigns.run_steps set not_before = null
    where not_before is not null");
call('reap', 0, 1000);
drain();
sound('at the end');
is one("select count(*) from campaigns.runs
    where status in ('queued', 'running')"), 0, 'every run comes to its end';

# ---- retry of a run ----

$run = create(campaign => 'again')->[1];
my $kept = claim('one');
finish($kept, 'completed', artifacts => [artifact('kept')]);
finish(claim('one'), 'failed', error => 'EXECUTION_ERROR');
is run_status($run), 'failed', 'a run failed';
is call('run_retry', $OTHER, 'f', $run)->[0], 'missing', 'not for others';
($said, $shown) = @{call('run_retry', $T, 'f', $run)};
is $said, 'queued', 'it is tried again';
is decoded($shown)->{error}, undef, 'without its error';
is_deeply states($run), { game_config => 'completed', bgm => 'pending',
    bundle_game => 'pending', manifest => 'pending' }, 'only what is left';
is call('run_retry', $T, 'f', $run)->[0], 'refused', 'once';
is join(',', drain()), 'bgm,bundle_game,manifest', 'it is done';
is run_status($run), 'completed', 'then';
is call('run_retry', $T, 'f', $run)->[0], 'refused', 'and not again';
sound('retries');

end_database();
done_testing;
