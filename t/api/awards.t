# Awards that meet: one key from many connections, many awards of one user,
# conversions between them. Whatever the order, the ledger is exact.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $N = 64;
my $MAX = '9223372036854775807';
my $key = new_key();
my @as = (key => $key);

sub statuses {
    my %n;
    $n{$_->[0]}++ for @_;
    return join ' ', map { "$_:$n{$_}" } sort keys %n;
}
sub rows {
    my ($game) = @_;
    return scalar sql("select count(*) from game.awards
        where game_id = '$game'");
}
sub created { scalar grep { $_->[1]{isACreatedUser} } @_ }

# ---- one key, many connections ----

for my $strategy ('default', 'constantEffortStrategy') {
    my ($game, $task) = new_game(@as, strategy => $strategy);
    my $user = uniq('one');
    my @answers = burst map { [award($game, $task, $user, { n => 7 }, @as,
        headers => { 'Idempotency-Key' => 'once' })] } 1 .. $N;
    is statuses(@answers), "200:$N", "$strategy, one key: all are answered";
    is rows($game), 1, "$strategy, one key: one award";
    is balance($user), $answers[0][1]{points}, "$strategy, one key: balance";
    is created(@answers), 1, "$strategy, one key: one makes the user";
    is scalar(grep { !$_->[2]->header('Idempotent-Replayed') } @answers), 1,
        "$strategy, one key: all others are repeats";
    my %different;
    for (@answers) {
        delete $_->[1]{isACreatedUser};
        $different{json($_->[1])}++;
    }
    is_deeply [values %different], [$N], "$strategy, one key: equal answers"
        or diag join "\n", keys %different;
}

# ---- many keys, one user ----

{
    my ($game, $task) = new_game(@as, strategy => 'constantEffortStrategy',
        params => [{ key => 'variable_max_points', value => 50 }]);
    my $user = uniq('many');
    my @answers = burst map { [award($game, $task, $user, {}, @as,
        headers => { 'Idempotency-Key' => "k$_" })] } 1 .. $N;
    is statuses(@answers), "200:$N", 'constant effort: all are answered';
    # floor((n + 1) / 50 * 100), at most 50, after a first one
    my @serial = (1, map { my $s = int(($_ + 1) / 50 * 100);
                           $s > 50 ? 50 : $s } 1 .. $N - 1);
    my @points = sort { $a <=> $b } map { $_->[1]{points} } @answers;
    is_deeply \@points, [sort { $a <=> $b } @serial],
        'constant effort: the points of a serial order';
    is_deeply [sql("select points from game.awards where game_id = '$game'
        order by created_at, id")], \@serial, 'which is that of their times';
    my $sum = 0;
    $sum += $_ for @serial;
    is balance($user), $sum, 'constant effort: balance';
    is created(@answers), 1, 'constant effort: one makes the user';
    my @again = burst map { [award($game, $task, $user, {}, @as,
        headers => { 'Idempotency-Key' => "k$_" })] } 1 .. $N;
    is_deeply [map { $_->[1]{id} } @again], [map { $_->[1]{id} } @answers],
        'constant effort: a second round answers the first';
    is balance($user), $sum, 'and pays nothing';
}

{
    my ($game, $task) = new_game(@as);
    my $user = uniq('def');
    my @answers = burst map { [award($game, $task, $user, { minutes => $_ },
        @as, headers => { 'Idempotency-Key' => "k$_" })] } 1 .. $N;
    is statuses(@answers), "200:$N", 'default: all are answered';
    is rows($game), $N, 'default: as many awards';
    is_deeply [(sql("select case_name from game.awards
        where game_id = '$game' order by created_at, id"))[0 .. 2]],
        ['BasicEngagement', 'BasicEngagement', 'default'],
        'default: each counted those before it';
    is balance($user), scalar sql("select sum(points) from game.awards
        where game_id = '$game'"), 'default: balance';
    is created(@answers), 1, 'default: one makes the user';
}

# ---- many users, many tasks, without keys ----

{
    my ($game, $task) = new_game(@as);
    my @users = map { uniq('crowd') } 1 .. $N / 4;
    my @answers = burst map { my $u = $_;
        map { [award($game, $task, $u, {}, @as)] } 1 .. 4 } @users;
    is statuses(@answers), "200:$N", 'many users on a task';
    is created(@answers), @users, 'each is made once';
    is scalar sql("select sum(n) from game.task_parts
        where game_id = '$game'"), $N, 'the task counted all';
    my ($other, $name) = new_game(@as);
    my $user = uniq('both');
    @answers = burst map { [award(@$_, $user, {}, @as)] }
        ([$game, $task], [$other, $name]) x 16;
    is statuses(@answers), '200:32', 'a user in two games';
    is created(@answers), 1, 'is made once';
    is balance($user), scalar sql("select sum(a.points) from game.awards a
        join game.users u on u.id = a.user_id
        where u.external_user_id = '$user'"), 'and has one balance';
}

# ---- conversions between them ----

{
    my ($game, $task) = new_game(@as, params => [
        { key => 'variable_basic_points', value => 100 }]);
    my $user = uniq('spend');
    api award($game, $task, $user, {}, @as);
    my @spend = (POST => "/users/$user/convert", { points => 7 }, @as);
    my @answers = burst map { [@spend] } 1 .. $N;
    is statuses(@answers), '200:14 409:50', 'no more than there is';
    is balance($user), 2, 'what is left';
    my @keyed = (@spend, headers => { 'Idempotency-Key' => 'c' });
    api award($game, $task, $user, {}, @as);
    @answers = burst map { [@keyed] } 1 .. 16;
    is statuses(@answers), '200:16', 'a conversion with a key';
    is scalar(grep { !$_->[2]->header('Idempotent-Replayed') } @answers), 1,
        'happens once';
    is balance($user), 95, 'for one price';
    @answers = burst map { [@spend], [award($game, $task, $user, {}, @as)] }
        1 .. $N / 2;
    is scalar(grep { $_->[0] !~ /^(?:200|409)$/ } @answers), 0,
        'awards and conversions at once';
    is sql('select count(*) from game.wallets where points_balance < 0'), 0,
        'nobody is overdrawn';
    is balance($user), scalar sql("select sum(m.points) from game.movements m
        join game.users u on u.id = m.user_id
        where u.external_user_id = '$user'"), 'the wallet is its movements';
}

# ---- the ends of 64 bits ----

{
    my ($game, $task) = new_game(@as, params => [
        { key => 'variable_basic_points', value => $MAX }]);
    my $user = uniq('rich');
    my ($status, $body) = api award($game, $task, $user, {}, @as);
    is_deeply [$status, "$body->{points}"], [200, $MAX], 'the largest award';
    my $before = snapshot();
    ($status, $body) = api award($game, $task, $user, {}, @as,
        headers => { 'Idempotency-Key' => 'over' });
    is $status, 422, 'more than fits';
    ok $body->{detail}, 'is told';
    is_deeply snapshot(), $before, 'and writes nothing';
    my @answers = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 8;
    is statuses(@answers), '422:8', 'from many sides too';
    is_deeply snapshot(), $before, 'nothing either';
    is balance($user), $MAX, 'the balance';
    ($status) = api POST => "/users/$user/convert", undef, @as,
        raw => qq({"points": $MAX});
    is $status, 200, 'all of it is converted';
    is balance($user), 0, 'to the last point';

    ($game, $task) = new_game(@as, params => [
        { key => 'variable_basic_points', value => -5 }]);
    $before = snapshot();
    ($status) = api award($game, $task, $user, {}, @as);
    is $status, 409, 'a negative award of who has nothing';
    ($status) = api award($game, $task, uniq('poor'), {}, @as);
    is $status, 409, 'or does not exist';
    is_deeply snapshot(), $before, 'leaves nothing';
}

# ---- keys, closed and deleted ----

{
    my ($game, $task) = new_game(@as);
    my $user = uniq('late');
    my @call = award($game, $task, $user, { n => 1 }, @as,
                     headers => { 'Idempotency-Key' => 'first' });
    my ($status, $first) = api @call;
    my ($task_id) = sql("select id from game.tasks where game_id = '$game'");
    ($status) = api award($game, $task, $user, { n => 2 }, @as,
                          headers => { 'Idempotency-Key' => 'first' });
    is $status, 422, 'a key for another body';
    ($status) = api PATCH => "/games/$game/tasks/$task_id",
        { status => 'closed' }, @as;
    is $status, 200, 'the task is closed';
    my $before = snapshot();
    my @answers = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 16;
    is statuses(@answers), '410:16', 'no awards any more, from any child';
    @answers = burst map { [@call] } 1 .. 16;
    is statuses(@answers), '200:16', 'the key has its answer';
    is_deeply [grep { $_ ne $first->{id} } map { $_->[1]{id} } @answers], [],
        'the first one';
    is_deeply snapshot(), $before, 'nothing was written';

    ($status) = api DELETE => "/games/$game/tasks/$task_id", undef, @as;
    is $status, 200, 'the task is deleted';
    @answers = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 16;
    is statuses(@answers), '404:16', 'it is gone in every child';
    ($game, $task) = new_game(@as);
    api award($game, $task, $user, {}, @as);
    my $balance = balance($user);
    my $race = background(sub {
        map { [$_->[0]] } burst map { [award($game, $task, $user, {}, @as)] }
            1 .. 32 });
    ($status) = api DELETE => "/games/$game", undef, @as;
    is $status, 200, 'a game is deleted while it is awarded in';
    my @raced = $race->();
    is scalar(grep { $_->[0] !~ /^(?:200|404)$/ } @raced), 0,
        'each award is in time or too late' or diag statuses(@raced);
    is rows($game), 1 + scalar(grep { $_->[0] == 200 } @raced),
        'those in time are booked';
    @answers = burst map { [award($game, $task, $user, {}, @as)] } 1 .. 16;
    is statuses(@answers), '404:16', 'then it is gone in every child';
    cmp_ok balance($user), '>=', $balance, 'who was paid keeps it';
}

is_deeply [faults()], [], 'the ledger is right';
done_testing;
