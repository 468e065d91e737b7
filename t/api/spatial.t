# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Strategies that read more than their task's history: cells of a game's
# grid, and forecasts that are promised, paid once and run out.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $N = 48;
my $GETIS = 'getis_ord_gi_star';
my $GREEN = 'greencrowdStrategy';
my @GEO = (headers => { Accept => 'application/geo+json' });
my @as = (key => new_key());

sub params {
    my %of = @_;
    return [map { { key => $_, value => $of{$_} } } sort keys %of];
}
sub make_game {
    my ($strategy, $params, @who) = @_;
    my ($status, $game) = api POST => '/games', { externalGameId => uniq('g'),
        platform => 'web', params => $params,
        $strategy ? (strategyId => $strategy) : () }, @who;
    return ($status, $game);
}
# A game whose strategy and grid are given, and a task.
sub grid_game {
    my ($status, $game) = make_game($GETIS, params(@_), @as);
    my $task = uniq('t');
    die "no game: $status" if $status != 200;
    api POST => "/games/$game->{gameId}/tasks", { externalTaskId => $task },
        @as;
    return ($game->{gameId}, $task);
}
sub counts {
    my ($game) = @_;
    return [sql("select c.cell_row, c.cell_col, c.n
        from (select grid from game.game_cells where game_id = '$game'
              union select grid from game.game_cell_queue
                     where game_id = '$game') g
       cross join lateral game.cell_counts('$game', g.grid) c
       order by 1, 2")];
}
sub cells {
    my ($game) = @_;
    my (undef, $grid) = api GET => "/games/$game/hotspots", undef, @as;
    return map { ["$_->{row},$_->{col}", $_->{count}, $_->{giStar}] }
        @{$grid->{cells}};
}
sub statuses {
    my %n;
    $n{$_->[0]}++ for @_;
    return join ' ', map { "$_:$n{$_}" } sort keys %n;
}

# ---- params of grids ----

for my $case (
    [['grid_rows', '0'], qr/grid_rows/],
    [['grid_cols', '257'], qr/grid_cols/],
    [['grid_rows', '2.5'], qr/grid_rows/],
    [['grid_lat_min', '1'], qr/together/],
    [['grid_lat_min', 5, 'grid_lat_max', 5, 'grid_lon_min', 1,
      'grid_lon_max', 2], qr/grid_lat_max/],
    [['grid_lat_min', -91, 'grid_lat_max', 5, 'grid_lon_min', 1,
      'grid_lon_max', 2], qr/grid_lat_min/],
) {
    my ($values, $about) = @$case;
    my ($status, $body) = make_game($GETIS, params(@$values), @as);
    is $status, 422, "a game with @$values";
    like json($body->{detail}), $about, 'names what is wrong';
}

{
    my (undef, $game) = make_game(undef, params(grid_rows => 'many'), @as);
    my $path = "/games/$game->{gameId}";
    my $other = uniq('t');
    ok $game->{gameId}, 'params that mean nothing to a strategy';
    is +(api PATCH => $path, { strategyId => $GETIS }, @as)[0], 422,
        'a game is not given the strategy';
    is +(api POST => "$path/tasks", { externalTaskId => uniq('t'),
        strategyId => $GETIS }, @as)[0], 422, 'nor is a new task';
    my (undef, $task) = api POST => "$path/tasks",
        { externalTaskId => $other }, @as;
    is +(api PATCH => "$path/tasks/" . sql("select id from game.tasks
        where external_task_id = '$other'"), { strategyId => $GETIS },
        @as)[0], 422, 'nor a task that is there';
    is +(api GET => "$path/hotspots", undef, @as)[0], 422, 'no grid to show';
    my $id = sql("select id from game.game_params
        where game_id = '$game->{gameId}'");
    is +(api PATCH => $path, { strategyId => $GETIS, params => [
        { id => $id, key => 'grid_rows', value => '300' }] }, @as)[0], 422,
        'another value that does not fit';
    is +(api PATCH => $path, { strategyId => $GETIS, params => [
        { id => $id, key => 'grid_rows', value => '4' }] }, @as)[0], 200,
        'one that does';
    my ($status, $grid) = api GET => "$path/hotspots", undef, @as;
    is_deeply [$status, @$grid{qw(rows cols bounds)}], [200, 4, 16, undef],
        'and its grid';
}

# ---- cells ----

{
    my ($game, $task) = grid_game(grid_rows => 3, grid_cols => 4);
    is +(api award($game, $task, uniq('u'), { row => 3, col => 0 }, @as))[0],
        422, 'outside of the grid';
    is_deeply counts($game), [], 'nothing is counted';
    my ($status, $sim) = api POST => "/games/$game/tasks/$task/points",
        { externalUserId => uniq('s'), isSimulated => JSON::PP::true,
          data => { row => 1, col => 1 } }, @as;
    is_deeply [$status, $sim->{points}, $sim->{caseName}],
        [200, 15, 'NeutralArea'], 'simulated';
    is_deeply counts($game), [], 'counts nothing';

    my @answers = burst map { [award($game, $task, uniq('many'),
        { row => 1, col => 2 }, @as)] } 1 .. $N;
    is statuses(@answers), "200:$N", 'awards of many users in one cell';
    is_deeply counts($game), ["1|2|$N"], 'are counted once each';
    my $user = uniq('one');
    @answers = burst map { [award($game, $task, $user,
        { row => $_ % 3, col => 0 }, @as,
        headers => { 'Idempotency-Key' => "k$_" })] } 1 .. $N;
    is statuses(@answers), "200:$N", 'of one user, with locked history';
    @answers = burst map { [award($game, $task, $user,
        { row => $_ % 3, col => 0 }, @as,
        headers => { 'Idempotency-Key' => "k$_" })] } 1 .. $N;
    is statuses(@answers), "200:$N", 'the same again';
    my $third = $N / 3;
    is_deeply counts($game), ["0|0|$third", "1|0|$third", "1|2|$N",
        "2|0|$third"],
        'each key was counted once';
    is balance($user), scalar sql("select sum(points) from game.awards a
        join game.users u on u.id = a.user_id
        where u.external_user_id = '$user'"), 'balance';

    my %of = map { $_->[0] => $_ } cells($game);
    is scalar(keys %of), 12, 'the grid has all cells';
    is_deeply [map { $of{$_}[1] } '0,0', '1,2', '2,3'], [$third, $N, 0],
        'with their counts';
    # of its own counts: 1,2 and its neighbours are $N of 2 * $N
    my $mean = 2 * $N / 12;
    my $sd = sqrt(($N ** 2 + 3 * $third ** 2) / 12 - $mean ** 2);
    my $star = ($N - $mean * 5) / ($sd * sqrt((12 * 5 - 25) / 11));
    ok abs($of{'1,2'}[2] - $star) < 1e-9, 'and the statistic';
    my ($got, $answer) = api award($game, $task, uniq('u'),
        { row => 1, col => 2 }, @as);
    my $callback = scalar sql("select data -> 'callbackData' ->> 'giStar'
        from game.awards where id = '$answer->{id}'");
    ok abs($callback - $star) < 1e-9, 'which is what an award is paid by';

    my ($geo, undef, $response);
    ($status, $geo, $response) = api GET => "/games/$game/hotspots", undef,
        @as, @GEO;
    is_deeply [$status, $geo->{type}, scalar @{$geo->{features}},
        $geo->{features}[0]{geometry}],
        [200, 'FeatureCollection', 12, undef],
        'cells of no place on earth have no geometry';
    is +(api GET => "/games/$game/hotspots", undef, key => new_key())[0],
        403, 'not for other keys';
}

{
    my ($game, $task) = grid_game(grid_rows => 2, grid_cols => 2,
        grid_lat_min => -10, grid_lat_max => 10, grid_lon_min => 100,
        grid_lon_max => 140);
    is +(api award($game, $task, uniq('u'), { lat => 5, lon => 110 },
        @as))[0], 200, 'degrees';
    is +(api award($game, $task, uniq('u'), { row => 1, col => 0 },
        @as))[0], 200, 'or a cell';
    my ($status, $geo, $response) = api GET => "/games/$game/hotspots",
        undef, @as, @GEO;
    is $response->header('Content-Type'), 'application/geo+json', 'GeoJSON';
    like $response->header('Vary'), qr/\bAccept\b/, 'for those who ask';
    my ($feature) = grep { $_->{properties}{count} } @{$geo->{features}};
    is_deeply [@{$feature->{properties}}{qw(row col count)}], [1, 0, 2],
        'both in the north west';
    is_deeply $feature->{geometry}, { type => 'Polygon', coordinates => [[
        [100, 0], [120, 0], [120, 10], [100, 10], [100, 0]]] },
        'a ring around it';
    my $task_key = [award($game, $task, 'again' . uniq('x'),
        { lat => 5, lon => 110 }, @as,
        headers => { 'Idempotency-Key' => 'once' })];
    my (undef, $first) = api @$task_key;
    my $id = sql("select id from game.game_params
        where game_id = '$game' and key = 'grid_lon_min'");
    is +(api PATCH => "/games/$game", { params => [
        { id => $id, key => 'grid_lon_min', value => '130' }] }, @as)[0],
        200, 'the grid moves';
    is_deeply [map { $_->[1] } cells($game)], [0, 0, 0, 0],
        'another grid counts anew';
    my ($again, $second) = api @$task_key;
    is_deeply [$again, $second->{id}], [200, $first->{id}],
        'a repeat is answered, wherever the grid is';
    is +(api award($game, $task, uniq('u'), { lat => 5, lon => 110 },
        @as))[0], 422, 'but there is nothing new outside of it';
}

# ---- forecasts ----

sub subject { return sprintf 'person_%s', uniq('p') =~ tr/-/_/r }
sub green_game {
    my ($me, $params) = @_;
    my @who = (bearer => token(sub => $me));
    my (undef, $game) = make_game(undef, [], @who);
    my $task = 'poi_' . uniq('x');
    api POST => "/games/$game->{gameId}/tasks", { externalTaskId => $task,
        strategyId => $GREEN, params => $params || [] }, @who;
    return ($game->{gameId}, $task, @who);
}
sub forecast {
    my ($game, $me, @who) = @_;
    return api GET => "/games/$game/users/$me/points/simulated", undef, @who;
}
sub promised {
    my ($forecast) = @_;
    return { simulationHash => $forecast->{simulationHash},
             tasks => $forecast->{tasks} };
}
sub group_of {
    my ($game) = @_;
    return [sql("select experiment_group from game.user_configs
        where game_id = '$game' order by created_at")];
}

{
    my $me = subject();
    my ($game, $task, @who) = green_game($me);
    my @answers = burst map { [GET =>
        "/games/$game/users/$me/points/simulated", undef, @who] } 1 .. 10;
    is statuses(@answers), '200:10', 'ten forecasts at once';
    is_deeply group_of($game), ['random_range'], 'one group';
    is sql("select n from game.group_counts where game_id = '$game'"), 1,
        'counted once';
    is sql("select count(*) from game.users
        where external_user_id = '$me' and subject = '$me'"), 1, 'one user';
    is_deeply [map { $_->[1]{tasks}[0]{userGroup} } @answers],
        [('random_range') x 10], 'in all answers';

    my ($status, $seen) = forecast($game, $me, @who);
    is $status, 200, 'a forecast';
    my $total = $seen->{tasks}[0]{totalSimulatedPoints};
    my ($tried, $trial) = api POST => "/games/$game/tasks/$task/points",
        { externalUserId => $me, data => promised($seen),
          isSimulated => JSON::PP::true }, @who;
    is_deeply [$tried, $trial->{points}, $trial->{caseName}],
        [200, $total, 'Valid Simulation'], 'simulated with it';
    my $bad = promised($seen);
    $bad->{tasks} = [{ %{$seen->{tasks}[0]},
        totalSimulatedPoints => $total + 1 }];
    my ($refused, $why) = api award($game, $task, $me, $bad, @who);
    is_deeply [$refused, $why->{detail}], [422, 'Invalid hash'],
        'not another one';
    my ($paid, $award) = api award($game, $task, $me, promised($seen), @who);
    is_deeply [$paid, $award->{points}, $award->{caseName}],
        [200, $total, 'Valid Simulation'], 'is paid';
    @answers = burst map { [award($game, $task, $me, promised($seen),
        @who)] } 1 .. 8;
    is_deeply [map { "$_->[0] $_->[1]{caseName}" } @answers],
        [('200 Valid Simulation - Origin: Used simulation') x 8],
        'once, whoever else comes';
    my ($other_game, $other_task) = green_game($me);
    is +(api award($other_game, $other_task, $me, promised($seen),
        @who))[0], 422, 'and in its game';
}

{
    my $me = subject();
    my ($game, $task, @who) = green_game($me);
    my (undef, $seen) = forecast($game, $me, @who);
    my @answers = burst map { [award($game, $task, $me, promised($seen),
        @who)] } 1 .. 12;
    my %case;
    $case{$_->[1]{caseName}}++ for @answers;
    is_deeply \%case, { 'Valid Simulation' => 1,
        'Valid Simulation - Origin: Used simulation' => 11 },
        'one hash, twelve at once: one of them is paid as promised';
}

{
    my $me = subject();
    my ($game, $task, @who) = green_game($me, params(
        variable_simulation_valid_until => 0, variable_basic_points => 3));
    my (undef, $seen) = forecast($game, $me, @who);
    my ($status, $award) = api award($game, $task, $me, promised($seen),
        @who);
    is_deeply [$status, $award->{caseName}],
        [200, 'Valid Simulation - Origin: Expired simulation'],
        'too late: another one is made';
    my ($late) = api award($game, $task, $me, promised($seen), @who);
    is $late, 200, 'and again';
}

{
    my @who = (bearer => token(sub => 'owner_of_groups'));
    my (undef, $game) = make_game($GREEN, [], @who);
    my $path = "/games/$game->{gameId}";
    my $task = 'poi_' . uniq('x');
    api POST => "$path/tasks", { externalTaskId => $task }, @who;
    api POST => "$path/tasks/$task/points", { externalUserId => uniq('sim'),
        isSimulated => JSON::PP::true }, @who;
    is_deeply group_of($game->{gameId}), [], 'simulated: no group is stored';
    api award($game->{gameId}, $task, uniq('bad'), { tasks => 7 }, @who);
    is_deeply group_of($game->{gameId}), [], 'refused: none either';
    my @answers = map { [api award($game->{gameId}, $task, uniq('u'), {},
        @who)] } 1 .. 4;
    is statuses(@answers), '200:4', 'awards without a forecast';
    is_deeply group_of($game->{gameId}), ['random_range', 'average_score',
        'dynamic_calculation', 'random_range'], 'groups in turn';
    @answers = burst map { [award($game->{gameId}, $task, uniq('u'), {},
        @who)] } 1 .. 32;
    is statuses(@answers), '200:32', 'many new users';
    is_deeply [sql("select n from game.group_counts
        where game_id = '$game->{gameId}' order by n")], [12, 12, 12],
        'are spread evenly';
    # rules: 10 points, this point of interest is seen, no other
    my $ruled = scalar sql("select external_user_id from game.users u
        join game.user_configs c on c.user_id = u.id
        where c.game_id = '$game->{gameId}'
          and c.experiment_group = 'dynamic_calculation' limit 1");
    my ($status, $award) = api award($game->{gameId}, $task, $ruled, {},
        @who);
    is $status, 200, 'by rules';
}

{
    my $me = 'e.mail@example.org';
    my ($game, $task, @who) = green_game($me);
    my ($status, $body) = forecast($game, $me, @who);
    is $status, 412, 'a subject that is no user id';
    like $body->{detail}, qr/^Invalid externalUserId: \Q$me\E/, 'says so';
    is sql("select count(*) from game.users
        where external_user_id = '$me'"), 0, 'and makes no user';
}

is_deeply [faults()], [], 'the ledger is right';

done_testing();
