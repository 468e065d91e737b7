# Every endpoint that names a game, task, user or key, called by strangers of
# every kind: they are refused, and change nothing.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

# Bodies that the owner could send; a new endpoint needs its row here.
my %body = (
    patch_game => { platform => 'stolen' },
    duplicate_game => { externalGameId => 'copy' . $$ },
    create_task => { externalTaskId => 'stolen' },
    create_tasks_bulk => { tasks => [{ externalTaskId => 'stolen' }] },
    patch_task => { status => 'closed' },
    duplicate_task => { externalTaskId => 'stolen' },
    assign_points_to_user => sub { +{ externalUserId => $_[0]{user} } },
    user_action_in_task => sub { +{ externalUserId => $_[0]{user},
        typeAction => 'a', description => '', data => {} } },
    assign_points_by_external_user_id => sub { +{ taskId => $_[0]{task},
        points => 5, caseName => 'gift' } },
    convert_points_to_coins => { points => 1 },
    update_custom_strategy => { description => 'stolen' },
    simulate_custom_strategy => sub { +{ externalGameId => 'g',
        externalTaskId => $_[0]{task}, externalUserId => $_[0]{user} } },
);
my %query = (preview_points_to_coins_conversion => '?points=1');

# A user is known by whoever acts for it: no permission is asked, and none
# is given.
my %open = map { $_ => 1 } qw(add_action_to_user);

sub owner {
    my ($what, @as) = @_;
    my ($game, $task) = new_game(@as);
    my $user = uniq('user');
    api award($game, $task, $user, {}, @as);
    # persons without a key share their strategies
    my ($status, $draft) = grep({ $_ eq 'bearer' } @as) ? () :
        api POST => '/strategies/custom', { name => uniq('s') }, @as;
    return { what => $what, as => \@as, game => $game, task => $task,
             user => $user,
             strategy => $draft ? $draft->{id}
                 : '00000000-0000-4000-8000-000000000000',
             task_id => scalar sql("select id from game.tasks
                                    where game_id = '$game'") };
}

sub call {
    my ($route, $of, @as) = @_;
    my $operation = $route->{operation};
    my %value = (gameId => $of->{game}, taskId => $of->{task_id},
                 externalTaskId => $of->{task}, externalUserId => $of->{user},
                 prefix => (split /\./, client_key())[0],
                 id => $of->{strategy}, version => 1);
    (my $path = $route->{path}) =~ s/\{(\w+)\}/$value{$1} || '-'/ge;
    my $body = $body{$operation};
    return ($route->{method}, $path . ($query{$operation} || ''),
            ref $body eq 'CODE' ? $body->($of) : $body, @as);
}

# those of campaigns: campaigns_runs.t, campaigns.t
my @named = grep { $_->{path} =~ /\{/ && $_->{access} ne 'OPEN'
                   && !$open{$_->{operation}} && !$_->{campaigns} } routes();
cmp_ok scalar(@named), '>', 20, 'endpoints that name something';
ok !$_->{body} || $body{$_->{operation}}, "$_->{operation} has a body here"
    for @named;

my $realm = uniq('r');
my $subject = sprintf '%08x-0000-4000-8000-00000000000a', $$;
my @owners = (
    owner('a key', key => new_key()),
    owner('a key of a realm', key => new_key(realm => $realm)),
    owner('a person', bearer => token(sub => $subject)),
);
my @strangers = (
    ['a key', key => new_key()],
    ['a key of another realm', key => new_key(realm => uniq('q'))],
    ['a person', bearer => token(sub =>
        sprintf '%08x-0000-4000-8000-00000000000b', $$)],
    ['nobody', key => undef],
    ['a person with a key', key => new_key(), bearer => token(sub =>
        sprintf '%08x-0000-4000-8000-00000000000c', $$)],
);
for (@strangers) {          # so that they are known
    my ($what, @as) = @$_;
    api GET => '/games', undef, @as;
}

for my $owner (@owners) {
    for (@strangers) {
        my ($what, @as) = @$_;
        my $before = snapshot();
        my @answers = burst map { [call($_, $owner, @as)] } @named;
        for my $route (@named) {
            my ($status, $body, $response) = @{shift @answers};
            # an endpoint of persons alone does not know a key
            my $good = $what eq 'nobody' || ($route->{access} =~ /^BEARER/
                && !grep { $_ eq 'bearer' } @as) ? qr/^40[13]$/ : qr/^40[34]$/;
            ok $status =~ $good && ref $body && $body->{detail},
                "$what, to $owner->{what}: $route->{operation}"
                or diag substr "$status " . $response->content, 0, 300;
            unlike $response->content, qr/points(?:Balance)?"\s*:/,
                'no word of points';
        }
        is_deeply snapshot(), $before,
            "$what changed nothing of $owner->{what}";
    }
}

# ---- what names nothing shows nothing ----

my @users = map { $_->{user} } @owners;
for (@strangers) {
    my ($what, @as) = @$_;
    next if $what eq 'nobody';
    my ($status, $body) = api POST => '/users/points/query', \@users, @as;
    is_deeply [$status, map { "$_->{points} $_->{userExists}" } @$body],
        [200, ('0 0') x 3], "$what: users of others do not exist"
        or diag json($body);
    ($status, $body) = api GET => '/games?page_size=all', undef, @as;
    is_deeply $body->{items}, [], "$what: no games of others";
    for my $owner (@owners) {
        ($status) = api POST => '/users/external/' . uniq('me') . '/points',
            { taskId => $owner->{task}, points => 5, caseName => 'gift' }, @as;
        ok $status == 403 || $status == 404,
            "$what: no award on a task of $owner->{what}" or diag $status;
    }
}

# ---- an action for somebody else's user opens nothing ----

for my $owner (@owners) {
    my $before = balance($owner->{user});
    for (@strangers[0, 1, 2]) {
        my ($what, @as) = @$_;
        my ($status) = api POST => "/users/$owner->{user}/actions",
            { typeAction => 'wave', data => {}, description => '' }, @as;
        is $status, 200, "$what acts for a user of $owner->{what}";
        ($status, my $body) = api GET => "/users/$owner->{user}/wallet",
            undef, @as;
        ok $status == 403 || $status == 404 ||
            !$body->{wallet}{pointsBalance}, 'and sees no points of it'
            or diag json($body);
        ($status) = api POST => "/users/$owner->{user}/convert",
            { points => 1 }, @as;
        ok $status == 403 || $status == 404 || $status == 409,
            'nor may it spend them' or diag $status;
    }
    is scalar(sql("select sum(points_balance) from game.wallets w
        join game.users u on u.id = w.user_id
        where u.external_user_id = '$owner->{user}'")), $before,
        "all points of $owner->{what} are there";
}

# ---- the owners themselves, and who shares a realm ----

for my $owner (@owners) {
    for my $route (grep { $_->{method} eq 'GET' && $_->{access} eq 'EITHER' }
                   @named) {
        my ($status) = api call($route, $owner, @{$owner->{as}});
        is $status, 200, "$owner->{what} may: $route->{operation}";
    }
}
my @sister = (key => new_key(realm => $realm));
for my $route (grep { $_->{method} eq 'GET' && $_->{access} eq 'EITHER' }
               @named) {
    my ($status) = api call($route, $owners[1], @sister);
    is $status, 200, "a key of the same realm may: $route->{operation}";
}
my ($status) = api call({ method => 'POST',
    operation => 'assign_points_to_user',
    path => '/games/{gameId}/tasks/{externalTaskId}/points' }, $owners[1],
    @sister);
is $status, 200, 'and award';
($status) = api DELETE => "/games/$owners[1]{game}", undef, @sister;
is $status, 200, 'and delete';

is_deeply [faults()], [], 'the ledger is right';
done_testing;
