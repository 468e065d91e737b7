# The life of custom strategies where many meet: publications at once, under
# awards, in every child; what may not run, and what fails, books nothing.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my $realm = realm();
my @as = @{$realm->{as}};
my @admin = @{$realm->{admin}};
my ($status, $body, $response);

sub path { my ($id, $rest) = @_; return "/strategies/custom/$id" . $rest }
sub users { my ($n) = @_; return map { uniq('u') } 1 .. $n }
sub cases { return join ' ', sort keys %{{ map { $_->[1]{caseName} || '-',
                                                   1 } @_ }} }
sub version_of { return scalar sql("select version from game.games
                                     where id = '$_[0]'") }

# ---- many at once ----

{
    my $first = published($realm, flat(1, 'V1'), name => 'family');
    my ($game, $task) = game_of($realm, $first);
    my ($other) = new_game(@as);
    api POST => "/games/$other/tasks", { externalTaskId => 'own',
        strategyId => "custom:$first" }, @as;
    my $foreign = realm();
    my ($away) = new_game(@{$foreign->{as}});
    sql("update game.games set strategy_id = 'custom:$first'
         where id = '$away'");

    my @answers = burst map { [PUT => path($first, ''),
        { astJson => flat($_, "V$_") }, @as] } 2 .. 11;
    is statuses(@answers), '200:10', 'ten edits of a published version';
    is_deeply [sort { $a <=> $b } map { $_->[1]{version} } @answers],
        [2 .. 11], 'are ten versions';
    my $before = version_of($game);
    my @ids = map { $_->[1]{id} } @answers;
    @answers = burst map { [POST => path($_, '/publish'), undef, @admin] }
        @ids;
    is statuses(@answers), '200:10', 'ten publications at once';
    my @now = sql("select id from game.strategies where name = 'family'
        and realm_id = '$realm->{id}' and status = 'PUBLISHED'");
    is scalar(@now), 1, 'leave one published';
    is_deeply [assigned($realm)], ["custom:$now[0]"],
        'and all games and tasks at it';
    is version_of($game), $before + 10, 'each moved the game';
    is_deeply [assigned($foreign)], ["custom:$first"],
        'the game of another realm stays';
    @answers = burst map { [award($game, $task, $_, {}, @as)] } users(32);
    my ($n) = sql("select ast->'default'->>'case_name' from game.strategies
        where id = '$now[0]'");
    is statuses(@answers) . ' ' . cases(@answers), "200:32 $n",
        'every child scores with it';

    @answers = burst map { [POST => '/strategies/custom',
        { name => 'once', astJson => flat(1, 'x') }, @as] } 1 .. 10;
    is statuses(@answers), '201:1 400:9', 'one name is made once';
    @answers = burst map { [POST => '/strategies/custom/import',
        { name => 'once', astJson => flat(1, 'x'), blocklyXml => '<x/>' },
        @as] } 1 .. 10;
    my %names = map { $_->[1]{name}, 1 } @answers;
    is statuses(@answers) . ' ' . keys %names, '201:10 10',
        'imports find ten other names';

    my $draft = custom($realm, flat(1, 'x'));
    @answers = burst map { [PUT => path($draft, ''),
        { description => "d$_", experimentTag => "d$_" }, @as] } 1 .. 10;
    is scalar(grep { $_->[0] !~ /^(?:200|409)$/ } @answers), 0,
        'edits of a draft, in turn' or diag statuses(@answers);
    is sql("select count(*) from game.strategies where id = '$draft'
        and version = 1 and description = experiment_tag"), 1,
        'and none is half of another';
}

# ---- assigned while it gives way ----

my $deadlocks = sub {
    sleep 2;                    # as long as a session keeps its statistics
    sql('select deadlocks from pg_stat_database
          where datname = current_database()') };
my $locked = $deadlocks->();
for my $turn (1 .. 4) {
    my $mine = realm();
    my $first = published($mine, flat(1, 'V1'));
    my $second = fork_of($mine, $first, flat(2, 'V2'));
    my @games = map { [new_game(@{$mine->{as}})] } 1 .. 4;
    my ($held) = game_of($mine, $first);
    api POST => "/games/$held/tasks", { externalTaskId => "t$_",
        strategyId => "custom:$first" }, @{$mine->{as}} for 1 .. 4;
    my @held = sql("select id from game.tasks where game_id = '$held'");
    my @answers = burst((map { [PATCH => "/games/$_->[0]",
        { strategyId => "custom:$first" }, @{$mine->{as}}] } @games),
        [POST => path($second, '/publish'), undef, @{$mine->{admin}}],
        (map { [POST => "/games/$_->[0]/tasks", { externalTaskId => 'late',
            strategyId => "custom:$first" }, @{$mine->{as}}] } @games),
        map { [PATCH => "/games/$held/tasks/$_",
            { status => 'closed' }, @{$mine->{as}}] } @held);
    is scalar(grep { $_->[0] !~ /^(?:200|404)$/ } @answers), 0,
        'assigned in time, or too late' or diag statuses(@answers);
    is_deeply [grep { $_ ne "custom:$second" } assigned($mine)], [],
        'nothing names the old version';
    is scalar(grep { $_->[0] != 200 } burst map { [award(@$_, uniq('u'), {},
        @{$mine->{as}})] } (@games) x 4), 0, 'and all is awarded';
}
is $deadlocks->(), $locked, 'locks are taken in one order';

# ---- publication under awards ----

{
    my $first = published($realm, flat(10, 'V1'));
    my ($game, $task) = game_of($realm, $first);
    my $second = fork_of($realm, $first, flat(20, 'V2'));
    my $load = background(sub {
        map { [@$_[0, 1]] } map { burst map { [award($game, $task, $_, {},
            @as)] } users(24) } 1 .. 12 });
    my @turns = ([POST => path($second, '/publish'), undef, @admin],
        map { [POST => path($first, "/rollback/$_"), undef, @admin] }
            (1, 2) x 8);
    my @wrong = grep { $_ != 200 } map { (api @$_)[0] } @turns;
    is_deeply \@wrong, [], 'versions change places under awards';
    my @answers = $load->();
    is statuses(@answers), '200:288', 'and no award fails'
        or diag json([grep { $_->[0] != 200 } @answers]);
    is scalar(grep { "$_->[1]{points} $_->[1]{caseName}"
                         !~ /^(?:10 V1|20 V2)$/ } @answers), 0,
        'each is of one version';
    is cases(@answers), 'V1 V2', 'both had their turn';
    for my $n (1, 2, 1, 2) {
        api POST => path($first, "/rollback/$n"), undef, @admin;
        is cases(burst map { [award($game, $task, $_, {}, @as)] }
                 users(32)), "V$n", "version $n, at once in every child";
    }

    # withdrawn, and still named by the game
    ($status) = api POST => path($second, '/archive'), undef, @admin;
    my $before = books();
    @answers = burst map { ([award($game, $task, $_, {}, @as)],
        [POST => "/games/$game/tasks/$task/points", { externalUserId => $_,
          data => {}, isSimulated => \1 }, @as]) } users(16);
    is statuses(@answers), '409:32', 'a version that is withdrawn';
    is scalar(grep { $_->[1]{detail}{code} ne 'STRATEGY_NOT_PUBLISHED' }
              @answers), 0, 'says so';
    is_deeply books(), $before, 'and nothing is written';
    api POST => path($first, '/rollback/2'), undef, @admin;
    is cases(burst map { [award($game, $task, $_, {}, @as)] } users(32)),
        'V2', 'it comes back at once';
    my $runs = 288 + 4 * 32 + 32;
    is wait_for(sub { $runs == sql("select sum(n) from game.strategy_counts
        where strategy_id in ('$first', '$second')") && $runs }), $runs,
        'all runs are counted, and no refusals';

    # strangers
    my $stranger = realm();
    for ([GET => ''], [PUT => '', { name => 'x' }], [POST => '/publish'],
         [POST => '/archive'], [GET => '/versions'], [GET => '/usage'],
         [POST => '/rollback/1'], [GET => '/metrics'],
         [POST => '/simulate', { externalGameId => 'g',
             externalTaskId => 't', externalUserId => 'u' }]) {
        my ($method, $rest, $send) = @$_;
        ($status, $body) = api $method => path($second, $rest), $send,
            @{$stranger->{admin}};
        is_deeply [$status, $body], [404,
            { detail => "Custom strategy not found: $second" }],
            "another realm: $method $rest";
    }
    my ($theirs) = new_game(@{$stranger->{as}});
    for ([GET => "/strategies/custom:$second/graph"],
         [GET => "/strategies/custom/compare?a=$second&b=$first"],
         [PATCH => "/games/$theirs", { strategyId => "custom:$second" }],
         [POST => '/games', { externalGameId => uniq('g'), platform => 'w',
             strategyId => "custom:$second" }],
         [POST => "/games/$theirs/tasks", { externalTaskId => 'x',
             strategyId => "custom:$second" }]) {
        ($status) = api @$_[0 .. 2], @{$stranger->{as}};
        is $status, 404, "another realm: $_->[0] $_->[1]";
    }
    is sql("select count(*) from game.strategies where id = '$second'
        and status = 'PUBLISHED'"), 1, 'and nothing happened to it';
}

is_deeply [faults()], [], 'the ledger is right';
done_testing;
