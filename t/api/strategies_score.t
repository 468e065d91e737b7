# What custom strategies do in awards: programs that fail book nothing,
# damaged ones harm nobody, extensions stand around their parents.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my $realm = realm();
my @as = @{$realm->{as}};
my @admin = @{$realm->{admin}};
my ($status, $body);

sub path { my ($id, $rest) = @_; return "/strategies/custom/$id" . $rest }
sub stored { return JSON::PP->new->allow_nonref->decode(scalar(sql("
    select data->'callbackData' from game.awards where id = '$_[0]'"))
    || 'null') }

my ($sound, $sound_task) = game_of($realm, published($realm, flat(3, 'ok')));

# ---- damaged rows: never read by a child before they are damaged ----

my $long = program(rules => [map { rule(lit(\1), assign(1, 'x')) } 1 .. 300]);
for (['no program' => "ast = '{}'"],
     ['rules that are none' => q(ast = '{"type":"program","rules":7}')],
     ['an unknown node' => q(ast = '{"type":"program","rules":[],
        "default":{"type":"exec","value":1}}')],
     ['a text as a node' => q(ast = '{"type":"program","rules":["x"]}')],
     ['too many nodes' => "ast = '" . json($long) . "'"],
     ['a nesting of its own' => "ast = ('{\"type\":' || repeat('[', 2000)
        || repeat(']', 2000) || '}')::jsonb"],
     ['a parent that is gone' => "type = 'DSL_EXTEND',
        parent_strategy_id = 'gone'"],
     ['no parent' => "type = 'DSL_EXTEND'"]) {
    my ($what, $set) = @$_;
    my $id = published($realm, flat(1, 'x'));
    sql("update game.strategies set $set where id = '$id'");
    my ($game, $task) = game_of($realm, $id);
    my $before = books();
    my @answers = burst map { [award($game, $task, uniq('u'), {}, @as)] }
        1 .. 8;
    is statuses(@answers), '409:8', "$what: no award";
    is_deeply [map { $_->[1]{detail}{code} } @answers],
        [('STRATEGY_INVALID') x 8], "$what: the code";
    is_deeply books(), $before, "$what: nothing is written";
    @answers = burst [GET => path($id, '')], [GET => path($id, '/versions')],
        [GET => path($id, '/metrics')], [GET => "/games/$game"],
        [GET => '/strategies/custom'], [GET => "/games/$game/strategy"],
        [GET => "/strategies/custom:$id/graph?format=dot"];
    is scalar(grep { $_->[0] >= 500 } @answers), 0, "$what: all is shown"
        or diag statuses(@answers);
    ($status) = api award($sound, $sound_task, uniq('u'), {}, @as);
    is $status, 200, "$what: others are not harmed";
}

# ---- programs that fail ----

my %fails = (
    div => ['DSL_ARITH_DIV_BY_ZERO', arith('/', 1, 0)],
    overflow => ['DSL_NUMERIC_OVERFLOW',
                 arith('*', '9007199254740992' + 0, field('data.big'))],
    types => ['DSL_ARITH_TYPE_MISMATCH', arith('+', 1, 'a')],
    list => ['DSL_ARITH_TYPE_MISMATCH', arith('+', field('data.list'), 1)],
    order => ['DSL_COMPARE_TYPE_MISMATCH', undef,
              rule(compare('<', 'a', 1), assign(1, 'x'))],
    text => ['DSL_ASSIGN_POINTS_NOT_NUMBER', lit('5')],
    int => ['DSL_FUNC_ARGUMENT', { type => 'func_call', name => 'int',
                                   args => [lit('3.7')] }],
    far => ['SCORE_NOT_A_NUMBER', arith('*', 9.5e9 + 0.5, 1e9)],
);
my %data = (big => '9007199254740992' + 0, list => [1]);
my %failing;
for my $what (sort keys %fails) {
    my ($code, $value, @rules) = @{$fails{$what}};
    my $id = published($realm, program(rules => \@rules,
        default => { %{assign($value, 'x')}, id => 'here' }));
    my ($game, $task) = game_of($realm, $id);
    $failing{$what} = [$game, $task];
    my $before = books();
    ($status, $body) = api award($game, $task, uniq('u'), \%data, @as);
    my $detail = $body->{detail};
    is "$status $detail->{code}", "422 $code", "$what: $code";
    is_deeply [sort keys %$detail], [qw(code message path)],
        "$what: code, message, path" or diag json($body);
    like $detail->{path} || '', $code =~ /^DSL/ ? qr/^(?:here|p\.program)/
        : qr/^$/, "$what: the node";
    is_deeply books(), $before, "$what: nothing is written";
}
my @all = map { my $of = $_; map { [award(@$of, uniq('u'), \%data, @as)] }
                    1 .. 3 } values %failing;
my @mixed = burst map { ($_, [award($sound, $sound_task, uniq('u'), {},
                                    @as)]) } @all;
is statuses(@mixed), '200:24 422:24', 'failures beside awards';
is statuses(@mixed[grep { $_ % 2 } 0 .. $#mixed]), '200:24',
    'hinder none of them';

# ---- simulated; callback data ----

{
    my $id = published($realm, program(rules => [rule(lit(\1),
        keep('who', field('externalUserId')), keep('got', field('data.in')),
        keep('n', arith('/', 1, 4)), assign(2, 'Told'))]));
    my ($game, $task) = game_of($realm, $id);
    my $user = uniq('u');
    my $before = books();
    ($status, $body) = api POST => "/games/$game/tasks/$task/points",
        { externalUserId => $user, data => {}, isSimulated => \1 }, @as;
    is "$status $body->{points} $body->{caseName}", '200 2 Told',
        'simulated';
    is_deeply books(), $before, 'writes nothing';
    my $in = { a => [1, { b => undef }], 'x' => "\x{1F600}" };
    ($status, $body) = api award($game, $task, $user, { in => $in,
        callbackData => 'mine' }, @as);
    my $kept = stored($body->{id});
    is_deeply $kept, { who => $user, got => $in, n => 0.25 },
        'callback data is kept' or diag json($kept);
    my $deep = {};
    $deep = { d => $deep } for 1 .. 90;
    ($status, $body) = api award($game, $task, $user, { in => $deep }, @as);
    is $status, 200, 'of deep data';
    $kept = stored($body->{id});
    is_deeply ref $kept && $kept->{got}, $deep, 'as well';
    is counted($id, 'ok::Told:2'), 'ok::Told:2', 'two runs: none simulated';
}

# ---- extensions ----

my %event = (lat => 1, lon => 2, row => 1, col => 1, minutes => 5,
             is_weekend => \1);
for my $parent (map { $_->{id} } @{(api GET => '/strategies')[1]}) {
    my @extend = (type => 'DSL_EXTEND', parentStrategyId => $parent);
    my @same = game_of($realm, published($realm, program(), @extend));
    my @more = game_of($realm, published($realm, program(post_rules =>
        [rule(lit(\1), { type => 'set_points', value =>
            arith('+', arith('*', field('parent.points'), 2), 1) },
            keep('by', 'post'))]), @extend));
    my @veto = game_of($realm, published($realm, program(pre_rules =>
        [rule(lit(\1), { type => 'veto', case_name => 'No' })]), @extend));
    my @plain = new_game(@as, strategy => $parent);
    my $user = uniq('u');
    my @got = map { [api award(@$_, $user, \%event, @as)] }
        \@plain, \@same, \@more, \@veto;
    my ($plain, $same, $more, $veto) = map { my $b = $_->[1];
        +[$_->[0], ref $b->{detail} ? json($b->{detail}) : $b->{detail},
         $b->{points}, $b->{caseName}] } @got;
    if ($parent eq 'greencrowdStrategy' && $plain->[0] == 200) {
        # its points may be drawn
        ok $more->[2] % 2, "$parent: post rules had the last word";
        $same->[2] = $plain->[2];
        $more->[2] = $plain->[2] * 2 + 1;
    }
    is_deeply $same, $plain, "$parent: an empty extension is its parent"
        or diag json([$plain, $same]);
    is_deeply $more, $plain->[0] == 200
        ? [200, undef, $plain->[2] * 2 + 1, $plain->[3]] : $plain,
        "$parent: post rules, or its refusal" or diag json([$plain, $more]);
    is_deeply $veto, [200, undef, 0, 'No'], "$parent: a veto asks nobody";
    # a bad event is refused alike
    @got = map { [(api award(@$_, $user, { lat => [], externalUserId => 1,
        simulationHash => 'bad', participationCount => 'x' }, @as))[0, 1]] }
        \@plain, \@same, \@more;
    is $got[1][0], $got[0][0], "$parent: a bad event, extended";
    is_deeply $got[2][1], $got[0][1], "$parent: its refusal ends the event"
        if $got[0][0] == 422;
}

{
    my @extend = (type => 'DSL_EXTEND', parentStrategyId => 'default');
    my %params = (params => [{ key => 'variable_basic_points',
                               value => 7 }]);
    my $pre = [rule(lit(\1), keep('a', 'pre'), keep('b', 'pre'))];
    my $post = [rule(lit(\1), keep('b', 'post'), { type => 'set_case_name',
        value => arith('+', field('parent.case_name'), '!') })];
    my $id = published($realm, program(pre_rules => $pre,
        post_rules => $post), @extend);
    ($status, $body) = api award(game_of($realm, $id, %params), uniq('u'),
                                 {}, @as);
    is "$body->{points} $body->{caseName}", '7 BasicEngagement!',
        'params reach the parent';
    is_deeply stored($body->{id}),
        { a => 'pre', b => 'post' }, 'callback data of both';
    $id = published($realm, program(parent_variables =>
        { variable_basic_points => 3 }), @extend);
    ($status, $body) = api award(game_of($realm, $id, %params), uniq('u'),
                                 {}, @as);
    is $body->{points}, 3, 'but not what the program pins';
    ($status, $body) = api award(game_of($realm, $id), uniq('u'), {}, @as);
    is $body->{points}, 3, 'which holds without params';
}

is_deeply [faults()], [], 'the ledger is right';
done_testing;
