# A strategy of another module: mod_game_example.so is loaded by LoadModule
# alone, and its strategy is one like any other.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

my $ID = 'exampleDoubling';
my @as = (key => new_key());

ok have_module('game_example'), 'the module of another is loaded';

# ---- loaded before or after mod_game, or without it ----

sub slurp {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!";
    local $/;
    return <$in>;
}

my $list = slurp(vars()->{t_conf} . '/modules.list');
my ($line) = $list =~ /^(LoadModule game_example_module .*\n)/m;
(my $without = $list) =~ s/^\Q$line\E//m;
(my $alone = $list) =~ s/^LoadModule game_module .*\n//m;
for (['after', "$without$line"], ['before', "$line$without"]) {
    my ($when, $modules) = @$_;
    my ($ok, $said) = configtest('GameDBWait 5', $modules);
    ok $ok, "loaded $when mod_game" or diag $said;
}
my ($ok, $said) = configtest('', $alone);
ok $ok, 'loaded without mod_game' or diag $said;

# ---- assigned and shown ----

my %defaults = (variable_first_points => 1, variable_most_points => 100.0);
my $name = uniq('game');
my ($status, $body) = api POST => '/games', { externalGameId => $name,
    platform => 'web', strategyId => $ID }, @as;
is $status, 200, 'a game may have it';
my $game = $body->{gameId};
($status, $body) = api GET => "/games/$game/strategy", undef, @as;
is $status, 200, 'it is shown';
is_deeply [@$body{qw(id name version)}], [$ID, 'ExampleDoubling', '1.0.0'],
    'as it describes itself';
is_deeply $body->{variables}, \%defaults, 'with its variables';
like $body->{hash_version}, qr/^[0-9a-f]{64}$/, 'and a hash';
my $hash = $body->{hash_version};

# A new task of the game: its status, and its name
sub new_task {
    my (@params) = @_;
    my $new = uniq('task');
    my ($code) = api POST => "/games/$game/tasks",
        { externalTaskId => $new, (params => \@params) x !!@params }, @as;
    return ($code, $new);
}

# POINTS and CASES of awards, one after the other
sub paid {
    my ($in, $task, $user, @efforts) = @_;
    my @all = map { scalar api(award($in, $task, $user, { effort => $_ }, @as)) }
        @efforts;
    return ([map { $_->{points} } @all], [map { $_->{caseName} } @all]);
}

# ---- scoring ----

my (undef, $task) = new_task();
my $user = uniq('ada');
is_deeply [paid($game, $task, $user, (1) x 9)],
    [[1, 2, 4, 8, 16, 32, 64, 100, 100],
     [('Doubled') x 7, ('MostReached') x 2]],
    'double each time, up to the maximum';
is_deeply [paid($game, (new_task())[1], $user, 2.5, 2.5, 0)], [[3, 5, 0],
    [('Doubled') x 3]], 'counted within the task, rounded by the engine';
is_deeply [paid($game, $task, uniq('bob'), 3)], [[3], ['Doubled']],
    'and for each user';
is_deeply [sql("select data -> 'callbackData' ->> 'before' from game.awards a
    join game.tasks t on t.id = a.task_id
    where t.external_task_id = '$task' order by a.created_at limit 3")],
    [0, 1, 2], 'what it adds to the data is kept';

($status, $body) = api POST => "/games/$game/tasks/$task/points",
    { externalUserId => uniq('eve'), data => { effort => 7 },
      isSimulated => JSON::PP::true }, @as;
is_deeply [$status, @$body{qw(points caseName)}], [200, 7, 'Doubled'],
    'a rehearsal';

{
    my ($other, $mixed) = new_game(@as, strategy => $ID);
    my @answers = burst map {
        [award($other, $mixed, $user, { effort => 1 }, @as)] } 1 .. 6;
    is_deeply [sort { $a <=> $b } map { $_->[1]{points} } @answers],
        [1, 2, 4, 8, 16, 32], 'at once: each on what came before';
}

# ---- params ----

($status, $body) = api POST => '/games', { externalGameId => uniq('game'),
    platform => 'web', strategyId => $ID,
    params => [{ key => 'variable_first_points', value => 3 }] }, @as;
is $status, 200, 'a param of a game';
$game = $body->{gameId};
$body = api GET => "/games/$game", undef, @as;
my $param = $body->{params}[0]{id};
sub change {
    return api PATCH => "/games/$game", { params => [
        { id => $param, key => 'variable_first_points', value => $_[0] }] },
        @as;
}
($status) = change(5);
is $status, 200, 'and another value of it';
$body = api GET => "/games/$game/strategy", undef, @as;
is_deeply $body->{variables}, { %defaults, variable_first_points => 5 },
    'overrides a variable';
($status, $task) = new_task({ key => 'most_points', value => '12.4' });
is $status, 200, 'a param of a task';
$body = api GET => "/games/$game/tasks/$task", undef, @as;
is_deeply $body->{strategy}{variables},
    { variable_first_points => 5, variable_most_points => 12.4 },
    'overrides the other';
is_deeply [paid($game, $task, uniq('kim'), 1, 1, 1)],
    [[5, 10, 12], ['Doubled', 'Doubled', 'MostReached']],
    'and it scores with both';

{
    my ($other) = new_game(@as);
    my $own = uniq('own');
    ($status) = api POST => "/games/$other/tasks",
        { externalTaskId => $own, strategyId => $ID }, @as;
    is $status, 200, 'a task of another game may have it';
    is_deeply [paid($other, $own, uniq('lea'), 1, 1)],
        [[1, 2], ['Doubled', 'Doubled']], 'and scores with it';
    ($status) = api PATCH => "/games/$other", { strategyId => $ID }, @as;
    is $status, 200, 'and so may the game';
}

# ---- refusals ----

my $before = snapshot();
($status, $body) = api award($game, $task, $user, { effort => -1 }, @as);
is_deeply [$status, $body->{detail}],
    [422, 'effort is -1: it must not be negative'], 'refused, in its words';
for ({}, { effort => 'much' }, { effort => undef }, { effort => [1] }) {
    ($status, $body) = api award($game, $task, uniq('new'), $_, @as);
    is $status, 422, 'cannot be scored: ' . json($_);
    like $body->{detail}, qr/^Invalid scoring payload/, 'as with any other';
}
for (['variable_first_points', 'many', 'a whole number'],
     ['first_points', '1.5', 'a whole number'],
     ['variable_most_points', 'inf', 'a finite number']) {
    my ($key, $value, $wanted) = @$_;
    my @params = (params => [{ key => $key, value => $value }]);
    for (["/games/$game/tasks", { externalTaskId => uniq('bad'), @params }],
         ['/games', { externalGameId => uniq('bad'), platform => 'web',
                      strategyId => $ID, @params }]) {
        ($status, $body) = api POST => @$_, @as;
        is $status, 422, "$key $value: $_->[0]";
        like json($body), qr/Value of $key should be $wanted/,
            'the param is named';
    }
}
($status, $body) = change('much');
is $status, 422, 'a value that it cannot have';
like json($body), qr/Value of variable_first_points should be a whole/,
    'is named';
is_deeply snapshot(), $before, 'nothing was written';
($status) = api POST => '/games', { externalGameId => uniq('game'),
    platform => 'web', strategyId => 'exampleTripling' }, @as;
is $status, 404, 'what no module brings';

# ---- in the catalogue; where the table of routes has it ----

my %route = map { ("$_->{method} $_->{path}" => 1) } routes();
my %shown = (id => $ID, name => 'ExampleDoubling', version => '1.0.0',
    description => 'Pays double for each further award of a user on a task.',
    hash_version => $hash);

SKIP: {
    $route{'GET /strategies'} or skip 'no GET /strategies', 3;
    ($status, $body) = api GET => '/strategies', undef, @as;
    is $status, 200, 'the list';
    my @ids = map { $_->{id} } @{$body || []};
    is_deeply \@ids, [sort @ids], 'by id';
    is_deeply [grep { $_->{id} eq $ID } @{$body || []}],
        [{ %shown, variables => \%defaults }], 'with it';
}
SKIP: {
    $route{'GET /strategies/{id}'} or skip 'no GET /strategies/{id}', 2;
    ($status, $body) = api GET => "/strategies/$ID", undef, @as;
    is $status, 200, 'alone';
    is_deeply $body, { %shown, variables => \%defaults }, 'the same';
}
SKIP: {
    $route{'GET /strategies/{id}/schema'}
        or skip 'no GET /strategies/{id}/schema', 2;
    ($status, $body) = api GET => "/strategies/$ID/schema", undef, @as;
    is $status, 200, 'its schema';
    is_deeply $body, { %shown, variables => [
        { name => 'variable_first_points', type => 'int',
          currentValue => 1 },
        { name => 'variable_most_points', type => 'float',
          currentValue => 100.0 }] }, 'kinds and values';
}
SKIP: {
    $route{'GET /strategies/{id}/graph'}
        or skip 'no GET /strategies/{id}/graph', 5;
    my $response;
    ($status, $body, $response) = api GET => "/strategies/$ID/graph", undef,
        @as;
    is $status, 200, 'its drawing';
    is $response->header('Content-Type'), 'image/png', 'is an image';
    like $response->content, qr/^\x89PNG/, 'that it is';
    ($status, $body, $response) = api GET =>
        "/strategies/$ID/graph?format=svg", undef, @as;
    is $status, 200, 'as text';
    like $response->content, qr/<svg/, 'too';
}

is_deeply [faults()], [], 'the ledger is right';
done_testing;
