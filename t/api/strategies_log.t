# The execution log: failures in full, a sample of successes, counts of all;
# whatever the traffic and across restarts. Metrics against sums by hand.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;
use Time::HiRes ();

plan need_module('game', 'auth_openidc', 'dbd', 'status');

my $realm = realm();
my @as = @{$realm->{as}};
my ($status, $body, $response);

sub path { my ($id, $rest) = @_; return "/strategies/custom/$id" . $rest }
sub game { my ($ast, %more) = @_;
           my $id = published($realm, $ast, %more);
           return ($id, game_of($realm, $id)) }
sub awards { my ($n, $game, $task, $data) = @_;
             return map { [award($game, $task, uniq('u'), $data || {},
                                 @as)] } 1 .. $n }
sub rows_become { my ($id, $n) = @_; my $is;
                  wait_for(sub { $n == ($is = () = runs($id, 1)) });
                  return $is }
sub configured { ok configure(@_), "with @_" }

# points of data.n; divides by it where it is not 1
my $program = program(rules => [
    rule(compare('==', field('data.n'), 1), assign(1, 'One'))],
    default => { %{assign({ %{arith('/', 12, field('data.n'))},
        id => 'share' }, 'Share')}, id => 'last' });

# ---- failures, in full ----

{
    my ($id, $game, $task) = game($program);
    my $user = uniq('u');
    ($status) = api award($game, $task, $user, { n => 0 }, @as);
    is $status, 422, 'a run that fails';
    is rows_become($id, 1), 1, 'is there';
    my ($external) = sql("select external_game_id from game.games
        where id = '$game'");
    is_deeply [runs($id, "concat_ws(',', status, error_code, sampled,
            sample_rate, strategy_version, strategy_type, realm_id,
            external_game_id, external_task_id, external_user_id)")],
        ["error,DSL_ARITH_DIV_BY_ZERO,f,1,1,DSL_FULL,$realm->{id},"
         . "$external,$task,$user"], 'its row';
    is_deeply [runs($id, "nodes || ' ' || (points is null)
            || (case_name is null) || (notes is null)
            || (duration_ms >= 0 and duration_ms < 500)")],
        ['6 truetruetruetrue'], 'with what it took';
    my $trace = JSON::PP->new->decode(runs($id, 'trace'));
    is_deeply [map { "$_->{type} " . json($_->{value}) } @$trace],
        ['field 0', 'literal 1', 'compare false', 'rule false',
         'literal 12', 'field 0'], 'and the trace up to the node'
        or diag json($trace);
    my @answers = burst awards(40, $game, $task, { n => 0 }),
        awards(40, $game, $task, { n => 'x' });
    is statuses(@answers), '422:80', 'many that fail';
    my $want = 'error:DSL_ARITH_DIV_BY_ZERO::41 '
        . 'error:DSL_ARITH_TYPE_MISMATCH::40';
    is counted($id, $want), $want, 'are counted';
    is rows_become($id, 81), 81, 'and all are kept';
    my ($far, @of) = game(flat(arith('*', 9.5e9 + 0.5, 1e9), 'Far'));
    burst awards(3, @of);
    is counted($far, 'error:SCORE_NOT_A_NUMBER::3'),
        'error:SCORE_NOT_A_NUMBER::3', 'points that are no number fail';
    my ($post, @ext) = game(program(), type => 'DSL_EXTEND',
                            parentStrategyId => 'default');
    api @$_ for awards(5, @ext);
    $want = 'ok::BasicEngagement:2 ok::default:3';
    is counted($post, $want), $want, 'an extension counts what it was';
    my $one = uniq('u');
    burst map { [award(@ext, $one, {}, @as)] } 1 .. 32;
    is wait_for(sub { 37 == sql("select sum(n) from game.strategy_counts
        where strategy_id = '$post'") && 37 }), 37,
        'once, whatever turns its award took';
}

# ---- counts, in full ----

{
    my ($id, $game, $task) = game($program);
    my @loads = map { my $n = $_; background(sub {
        map { [$_->[0]] } burst awards(50, $game, $task, { n => $n }) })
        } 0, 1, 1, 2;
    my %n;
    $n{$_->[0]}++ for map { $_->() } @loads;
    is_deeply \%n, { 200 => 150, 422 => 50 }, '200 awards from many sides';
    my $want = 'ok::One:100 ok::Share:50 error:DSL_ARITH_DIV_BY_ZERO::50';
    is counted($id, $want), $want, 'are counted exactly';
    is sql("select sum(points)::int from game.strategy_counts
        where strategy_id = '$id'"), 100 + 50 * 6, 'with their points';

    my @call = award($game, $task, uniq('u'), { n => 1 }, @as,
                     headers => { 'Idempotency-Key' => 'k' });
    my @sim = (POST => "/games/$game/tasks/$task/points",
        { externalUserId => uniq('u'), data => { n => 1 },
          isSimulated => \1 }, @as);
    is statuses(burst map { (\@call, \@sim) } 1 .. 16), '200:32',
        'repeats of one award, and simulated ones';
    api POST => path($id, '/simulate'), { externalGameId => 'g',
        externalTaskId => 't', externalUserId => 'u', data => { n => 1 } },
        @as;
    api @$_ for awards(1, $game, $task, { n => 3 });
    $want = 'ok::One:101 ok::Share:51 error:DSL_ARITH_DIV_BY_ZERO::50';
    is counted($id, $want), $want, 'are one run';
    ($status, $body) = api GET => path($id, '/metrics'), undef, @as;
    is_deeply $body->{statusBreakdown}, { ok => 152, error => 50,
        timeout => 0, limit => 0, other => 0, total => 202 },
        'metrics say the same';
    is_deeply $body->{topCases}, [{ caseName => 'One', count => 101 },
        { caseName => 'Share', count => 51 },
        { caseName => undef, count => 50 }], 'cases';
    is_deeply $body->{topErrors}, [{ code => 'DSL_ARITH_DIV_BY_ZERO',
        count => 50 }], 'errors';
    is $body->{pointsSum}, 101 + 50 * 6 + 4, 'points';
}

# ---- other configurations, and restarts between them ----

{
    my ($id, $game, $task) = game($program);
    is statuses(burst awards(60, $game, $task, { n => 1 })), '200:60',
        'awards just before a graceful restart';
    configured('GameDslLogSample 1', 'GameDslLogTrace 3');
    is counted($id, 'ok::One:60'), 'ok::One:60', 'all were counted';
    my $before = () = runs($id, 1);
    cmp_ok $before, '<', 60, 'a sample was kept' or diag $before;
    burst awards(60, $game, $task, { n => 1 });
    is rows_become($id, $before + 60), $before + 60, 'now all are';
    is_deeply [sql("select distinct concat_ws(',', sampled, sample_rate,
        points, case_name, nodes, jsonb_array_length(trace), notes)
        from game.strategy_runs where strategy_id = '$id'
          and sample_rate = 1")],
        ['t,1,1.0,One,6,3,trace truncated: 6 -> 3 entries'],
        'with a part of their trace';
    # of its own: a millisecond may be too short for any other program too
    configured('GameDslTimeout 1');
    my $same = compare('==', field('data.a'), field('data.b'));
    my ($slow, @of) = game(program(rules => [
        rule({ type => 'and', args => [($same) x 300] },
             assign(1, 'x'))]));
    my $text = 'x' x 400000;
    my @got = map { [api @$_] } awards(2, @of, { a => $text, b => $text });
    is_deeply [map { "$_->[0] $_->[1]{detail}{code}" } @got],
        [('422 DSL_TIMEOUT') x 2], 'a program that takes too long';
    is counted($slow, 'timeout:DSL_TIMEOUT::2'), 'timeout:DSL_TIMEOUT::2',
        'is counted as that';

    configured('GameDslLogSample 0', 'GameDslLogQueue 2');
    is counted($id, 'ok::One:120'), 'ok::One:120', 'none is lost';
    burst awards(60, $game, $task, { n => 1 });
    api @$_ for awards(60, $game, $task, { n => 0 });   # of few children
    my $want = 'ok::One:180 error:DSL_ARITH_DIV_BY_ZERO::60';
    is counted($id, $want), $want, 'a short queue counts all the same';
    my @kept = runs($id, 'status');
    my $ok = grep { $_ eq 'ok' } @kept;
    my $bad = @kept - $ok;
    is $ok, $before + 60, 'of successes none is kept';
    # prefork has no thread for them: each is written after its answer
    ok(prefork() ? $bad == 60
       : $bad > 0 && $bad < 60, 'of failures what finds room')
        or diag $bad;

    configured('GameDslLog Off');
    is statuses(burst awards(20, $game, $task, { n => 1 })), '200:20',
        'awards without a log';
    configured('# as it was');
    is statuses(burst awards(20, $game, $task, { n => 1 })), '200:20',
        'and with it again';
    $want = 'ok::One:200 error:DSL_ARITH_DIV_BY_ZERO::60';
    is counted($id, $want), $want, 'which counts those alone';
}

# ---- metrics by hand ----

{
    my $at = 1_700_000_000;
    my @made = map { custom($realm, flat(1, 'x')) } 1, 2;
    my @runs = ([$made[0], 0, 'ok', undef, 10, 4, 5, 'A'],
                [$made[0], 1, 'ok', undef, 20, 6, 2, 'A'],
                [$made[0], 2, 'ok', undef, 30, 8, 3, 'B'],
                [$made[0], 3, 'error', 'DSL_X', 5, 9, undef, undef],
                [$made[0], 9, 'timeout', 'DSL_TIMEOUT', 600, 99, undef,
                 undef],
                [$made[1], 0, 'ok', undef, 40, 2, 8, 'A'],
                [$made[1], 1, 'limit', 'DSL_LIMIT_EXCEEDED', 60, 4, undef,
                 undef]);
    my (@rows, @counts);
    for (@runs) {
        my ($id, $s, $state, $code, $ms, $nodes, $points, $case) = @$_;
        my %both = (strategy => $id, status => $state, code => $code,
                    case_name => $case);
        push @rows, { %both, at => ($at + $s) * 1_000_000, version => 1,
            type => 'DSL_FULL', realm => $realm->{id}, ms => $ms,
            nodes => $nodes, points => $points, sampled => \1, rate => 1 };
        push @counts, { %both, at => $at + $s, n => $state eq 'ok' ? 10 : 1,
            points => 10 * ($points || 0) };
    }
    sql("select game.log_runs('" . json(\@rows) . "', '" . json(\@counts)
        . "')");
    my $window = 'since=2023-11-14T22:13:20Z&until=2023-11-14T22:13:23Z';
    ($status, $body) = api GET => path($made[0], "/metrics?$window"), undef,
        @as;
    is_deeply $body->{statusBreakdown}, { ok => 30, error => 1, timeout => 0,
        limit => 0, other => 0, total => 31 }, 'both bounds belong to it';
    ok abs($body->{successRate} - 30 / 31) < 1e-9
        && abs($body->{errorRate} - 1 / 31) < 1e-9, 'rates';
    my $d = $body->{duration};
    is_deeply [map { sprintf '%.3f', $_ } @$d{qw(avgMs p50Ms p95Ms p99Ms
        maxMs sampleSize)}], [qw(16.250 15.000 28.500 29.700 30.000 4.000)],
        'durations of 5, 10, 20, 30';
    is_deeply [map { $_->{count} } @{$body->{durationHistogram}}],
        [(1) x 4, (0) x 9], 'their histogram'
        or diag json($body->{durationHistogram});
    is_deeply [map { $_->{count} } @{$body->{pointsHistogram}}],
        [1, 0, 0, 1, (0) x 5, 1], 'points of 2, 3, 5';
    is_deeply [@$body{qw(pointsSum nodesAvg nodesMax windowFrom)}],
        [100, 6.75, 9, '2023-11-14T22:13:20Z'], 'sums';
    is_deeply $body->{topCases}, [{ caseName => 'A', count => 20 },
        { caseName => 'B', count => 10 }, { caseName => undef, count => 1 }],
        'cases';
    ($status, $body) = api GET => '/strategies/custom/compare?'
        . "a=$made[0]&b=$made[1]&$window", undef, @as;
    is_deeply [map { sprintf '%.6f', $body->{delta}{$_} } qw(successRate
        errorRate p95Ms avgMs pointsAvg)], [map { sprintf '%.6f', $_ }
        10 / 11 - 30 / 31, 1 / 11 - 1 / 31, 59 - 28.5, 50 - 16.25,
        80 / 11 - 100 / 31], 'b less a';
    is $body->{b}{durationHistogram}[3]{count}, 1, 'b has its own';
    ($status, $body) = api GET => path($made[0], '/metrics'), undef, @as;
    is_deeply [$body->{statusBreakdown}{total}, $body->{duration}{maxMs}],
        [32, 600], 'without bounds all of it';
}

is_deeply [faults()], [], 'the ledger is right';
done_testing;
