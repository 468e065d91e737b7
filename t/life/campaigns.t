# The life of the worker of campaigns: killed, restarted, without a database,
# told to stop in the middle. Every run comes to its end, what is done is done
# once, and nothing is left behind.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::CampaignSite;
use Game::Test;
use Time::HiRes qw(sleep time);

plan need_module('game', 'dbd');

my $WORKERS = 4;
my $site = Game::CampaignSite->start(name => 'campaigns_life',
                                  workers => $WORKERS);
ok $site->worker, 'there is a worker';

sub is_right {
    my ($name) = @_;
    is_deeply [$site->faults], [], "$name: nothing twice, nothing held"
        or diag substr $site->log, -3000;
}

my $themes = 0;
sub theme { return join ' ', @_, 'n' . ++$themes }

# of no steps of runs: what a condition is true of
sub steps_where {
    my ($where, @runs) = @_;
    my $list = join ',', map { "'$_'" } @runs;
    return scalar $site->sql("select count(*) from campaigns.run_steps s
        where run_id in ($list) and ($where)");
}

# ---- one run, and the same once more ----

my $theme = theme();
my $first = $site->trigger(theme => $theme);
is $site->wait_runs(30, $first), 'completed:1', 'a run is done';
my ($row, $file) = $site->artifacts($first);
is_deeply [sort keys %$row], ['audio/bgm', 'bundle/game',
    'json/campaign-manifest', 'json/game-config'], 'it has four artifacts';
is_deeply $file, $row, 'whose hashes are those of their files';
is_deeply [$site->calls($theme)], [1, 1], 'the provider was asked once';
is steps_where("input_hash !~ '^[0-9a-f]{64}\$' or input_hash =
    '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'",
    $first), 0, 'every step has the hash of an input';

my $same = $site->trigger(theme => $theme);
is $site->wait_runs(30, $same), 'completed:1', 'and once more';
is_deeply [$site->steps($same)], ['game_config skipped(c) 1',
    'bgm skipped(c) 1', 'bundle_game completed 1', 'manifest completed 1'],
    'what is the same comes out of the cache';
is_deeply [$site->calls($theme)], [1, 1], 'without the provider';
my $foreign = $site->trigger(theme => $theme, client => 'other');
is $site->wait_runs(30, $foreign), 'completed:1', 'another tenant has runs';
is steps_where('cache_hit', $foreign), 0, 'and no share in the cache';

# ---- a cache whose file is gone, or cut ----

my ($uri) = $site->sql("select uri from campaigns.artifacts
    where run_id = '$first' and type = 'audio/bgm'");
my $blob = $site->path_of($uri);
unlink $blob or die "$blob: $!";
my $broken = $site->trigger(theme => $theme);
is $site->wait_runs(30, $broken), 'completed:1', 'a file is gone';
is_deeply [($site->steps($broken))[0, 1]], ['game_config skipped(c) 1',
    'bgm completed 1'], 'it is made again';
ok -s $blob, 'at the same address';
chmod 0644, $blob;
truncate $blob, 100 or die "$blob: $!";
$broken = $site->trigger(theme => $theme);
is $site->wait_runs(30, $broken), 'completed:1', 'a file is cut';
is +(($site->steps($broken))[1]), 'bgm completed 1', 'it is made again';
cmp_ok -s $blob, '>', 100000, 'and whole';

# ---- failures ----

my $bad = theme('fail');
my $failed = $site->trigger(theme => $bad);
is $site->wait_runs(30, $failed), 'failed:1', 'a provider that fails';
is_deeply [$site->steps($failed)], [
    'game_config failed 2 GENERATION_FAILED', 'bgm skipped(c) 1',
    'bundle_game skipped 1 UPSTREAM_FAILED',
    'manifest skipped 1 UPSTREAM_FAILED'],
    'is asked twice, what does not need it is done';
is_deeply [$site->calls($bad)], [2, 0], 'asked twice';
like scalar $site->sql("select error from campaigns.runs
    where id = '$failed'"), qr/STEP_EXECUTION_FAILED.*game_config/,
    'the run says which step';
kill STOP => $site->worker;
my $gone = $site->trigger(theme => theme());
$site->sql("update campaigns.runs set workflow_name = 'campaign.gone'
    where id = '$gone'");
kill CONT => $site->worker;
is $site->wait_runs(30, $gone), 'failed:1', 'a workflow that is gone';
like scalar $site->sql("select error from campaigns.runs
    where id = '$gone'"), qr/ORCHESTRATION_ERROR/, 'is said so';

# ---- cancelled in the middle ----

my $slow = theme('wait 20');
my $run = $site->trigger(theme => $slow);
ok wait_for(sub { ($site->calls($slow))[0] }), 'a slow step has begun';
my $begin = time;
$site->api(POST => "/runs/$run/cancel");
is $site->wait_runs(10, $run), 'cancelled:1', 'its run is cancelled';
cmp_ok time - $begin, '<', 3, 'soon';
is +($site->steps($run))[0], 'game_config failed 1 RUN_CANCELLED',
    'and the step has ended';
is `ps -eo args | grep -c '[p]rovider.pl.*campaigns_life'` + 0, 0,
    'with its command';
is_right('cancelled');

# ---- many at once ----

my @themes = map { theme() } 1 .. 50;
my @runs = map { $site->trigger(theme => $themes[$_], seed => $_) } 0 .. 49;
is $site->wait_runs(400, @runs), 'completed:50', '50 runs';
is steps_where("status <> 'completed' or attempt > 1 or recoveries > 0",
               @runs), 0, 'each step was done, at the first attempt';
is_deeply [grep { join(',', $site->calls($_)) ne '1,1' } @themes], [],
    'the provider was asked once for each';
is_right('50 runs');

# what is answered of a lease comes when its hand has gone on to another step
my $renew = join "\n", $site->sql("select pg_get_functiondef(
    'campaigns.renew(uuid[], text[], integer)'::regprocedure)");
$site->sql(($renew =~ s/campaigns\.renew\(/campaigns.renew_now(/r) . ";
    create or replace function campaigns.renew(
        p_steps uuid[], p_leases text[], p_seconds integer)
    returns table (step uuid, state text) language plpgsql as \$\$
    begin
        perform pg_sleep(0.5);
        return query select r.step, r.state
          from campaigns.renew_now(p_steps, p_leases, p_seconds) r;
    end \$\$");
my @late = map { $site->trigger(theme => theme()) } 1 .. 40;
is $site->wait_runs(400, @late), 'completed:40', '40 under late answers';
is steps_where('recoveries > 0 or attempt > 1', @late), 0,
    'none is taken for lost';
$site->sql("$renew; drop function campaigns.renew_now");

# ---- graceful and hard restarts: steps are given back ----

@themes = map { theme('wait 0.7') } 1 .. 10;
@runs = map { $site->trigger(theme => $themes[$_], seed => 100 + $_) } 0 .. 9;
for my $signal (qw(USR1 HUP USR1 HUP)) {
    sleep 0.3 + rand 1;
    ok $site->signal($signal), "another worker after SIG$signal";
}
is $site->wait_runs(60, @runs), 'completed:10', 'all runs are done';
is steps_where("status <> 'completed' or attempt > 1 or recoveries > 0",
               @runs), 0, 'no step was lost, none was a failure';
is_right('restarts');

# ---- killed, again and again ----

my $kills = $ENV{GAME_TEST_KILLS} || 24;
my (@all, $held);
for my $n (1 .. $kills) {
    push @all, map { $site->trigger(theme => theme('wait 0.3'),
                                    seed => 200 + @all) } 1, 2;
    sleep 0.1 + rand 0.9;
    my $worker = $site->worker or die 'no worker';
    $held += steps_where('lease_owner is not null', @all);
    kill KILL => $worker;
    wait_for(sub { my $new = $site->worker; $new && $new != $worker })
        or die "no worker after kill $n: " . substr $site->log, -2000;
}
ok $held, "$kills kills, and steps in hands ($held)";
# who meets a fourth one has failed, as it is to; it is told to go on
my $again = 0;
for (1 .. 5) {
    last if $site->wait_runs(120, @all) eq 'completed:' . @all;
    my $list = join ',', map { "'$_'" } @all;
    is_deeply [$site->sql("select distinct s.error ->> 'code'
        from campaigns.run_steps s where run_id in ($list)
        and status = 'failed'")], ['WORKER_LOST'], 'only kills fail';
    for my $id ($site->sql("select id from campaigns.runs
            where id in ($list) and status = 'failed'")) {
        $site->api(POST => "/runs/$id/retry");
        $again++;
    }
}
is $site->wait_runs(120, @all), 'completed:' . @all,
    'every run is done' . ($again ? " ($again told to go on)" : '');
cmp_ok steps_where('recoveries > 0', @all), '>', 0,
    'steps were taken over';
is_right('killed');
my @wrong = grep { my ($rows, $files) = $site->artifacts($_);
    keys %$rows != 4 || json($rows) ne json($files) } @all;
is_deeply \@wrong, [], 'and their files are right';
is scalar $site->sql('select count(*) from campaigns.run_steps
    where lease_owner is not null'), 0, 'no lease is left';

# ---- without its database ----

my $lost = theme('wait 2');
$run = $site->trigger(theme => $lost, seed => 1000);
ok wait_for(sub { ($site->calls($lost))[0] }), 'a step is at work';
my $worker = $site->worker;
pg_stop('immediate');
sleep 3;
pg_start();
is $site->wait_runs(60, $run), 'completed:1',
    'a database that was gone, and is back';
is $site->worker, $worker, 'it is the same worker';
like $site->log, qr/GAME0704: .*GAME0705: /s, 'it said so, both times';
is scalar($site->sql("select count(*) from (select pg_terminate_backend(pid)
    from pg_stat_activity where application_name = 'mod_game_worker'
    and datname = 'campaigns_life') t")), $WORKERS + 2,
    'all its connections are cut';
$run = $site->trigger(theme => theme(), seed => 1001);
is $site->wait_runs(30, $run), 'completed:1', 'and made again';
is_right('database');

# ---- what the process has ----

my %listens = map { (split)[9] => 1 }
    grep { (split)[3] eq '0A' } map { split /\n/, Game::CampaignSite::slurp($_) }
    '/proc/net/tcp', '/proc/net/tcp6';
$worker = $site->worker;
is_deeply [grep { /^socket:\[(\d+)\]/ && $listens{$1} }
           map { readlink || '' } glob "/proc/$worker/fd/*"], [],
    'the worker has no socket that is listened to';
my $numbers = ($site->api(GET => '~/metrics'))[2]->content;
like $numbers, qr/^game_campaign_worker_restarts_total (\d+)$/m,
    'restarts are counted';
my ($restarts) = $numbers =~ /^game_campaign_worker_restarts_total (\d+)$/m;
cmp_ok $restarts, '>=', $kills, 'all of them';
my ($done) = $numbers =~ /^game_campaign_runs_total\{status="completed"\} (\d+)$/m;
cmp_ok $done, '>', 60, 'and runs';

# ---- stopped in the middle ----

$slow = theme('wait 3');
$run = $site->trigger(theme => $slow, seed => 1002);
wait_for(sub { ($site->calls($slow))[0] });
cmp_ok $site->stop, '<', 5, 'httpd stops soon, whatever a step is at';
is steps_where("step_id = 'game_config' and status = 'pending'
    and recoveries = 0 and lease_owner is null", $run), 1,
    'the step was given back';
$site->httpd_start;
is $site->wait_runs(30, $run), 'completed:1', 'another one does it';

# ---- the parent killed: its worker does not outlive it ----

$slow = theme('wait 2');
$run = $site->trigger(theme => $slow, seed => 1003);
wait_for(sub { ($site->calls($slow))[0] });
$worker = $site->worker;
my $parent = $site->parent;
my @children = split ' ', `ps --ppid $parent -o pid=`;
kill KILL => $parent;
ok wait_for(sub { !kill 0, $worker }), 'no worker without a parent';
kill KILL => $_ for grep { $_ != $worker } @children;
unlink "$site->{dir}/httpd.pid";
is steps_where("step_id = 'game_config' and lease_owner is null", $run), 1,
    'it gave back what it had';

# ---- the time of a run, and the sweep of the store, in a new life ----

my $old = time - 2 * 86400;
my $orphan = "$site->{store}/sha256/ab/cd";
File::Path::make_path($orphan);
$orphan .= '/abcd' . '0' x 60 . '.json';
Game::CampaignSite::spew($orphan, '{}');
Game::CampaignSite::spew("$site->{store}/tmp/left", 'x');
utime $old, $old, $orphan, "$site->{store}/tmp/left", $blob;
$site->{lines} = "GameCampaignRunTimeout 2\n";
$site->configure;
$site->httpd_start;
is $site->wait_runs(30, $run), 'failed:1', 'a run that takes too long';
my $over = $site->trigger(theme => theme('wait 20'), seed => 1004);
$begin = time;
is $site->wait_runs(20, $over), 'failed:1', 'and one that begins anew';
cmp_ok time - $begin, '<', 9, 'soon';
like scalar $site->sql("select error from campaigns.runs
    where id = '$over'"), qr/"code": "TIMEOUT"/, 'its time was over';
is steps_where("status in ('pending', 'running')", $over), 0,
    'nothing of it goes on';
ok wait_for(sub { !-e $orphan && !-e "$site->{store}/tmp/left" }),
    'what nobody names is swept';
ok -e $blob, 'what a row names stays';
is_right('at the end');
cmp_ok $site->stop, '<', 5, 'the end';
done_testing;
