# The request log and the audit log: the rows of every endpoint, on success
# and on failure, none for what is refused before its handler; who they are
# stamped with, and what is not in them.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd', 'status');

my $run = uniq('tm');
my $SECRET = 'Word-of-a-body-7431';     # in every body and every user's name
my $realm = realm();
my ($key, $realm_key) = (new_key(), new_key(realm => uniq('realm')));
my $sub = uniq('subject');
my $bearer = token(sub => $sub);
my $admin = token(sub => uniq('admin'), -admin => 1);
my @as = (key => $key);
my $nowhere = '00000000-0000-4000-8000-000000000000';
my ($n, %want, %asked) = (0);

# Sends a request under an id of its own; WANT are the rows that it must
# leave, as "module:LEVEL,LEVEL", or '' for none.
sub asked {
    my ($want, $status, @call) = @_;
    my ($method, $path, $body, %opt) = @call;
    my $id = "$run-" . ++$n;
    $opt{headers}{'X-Request-Id'} = $id;
    my ($is, $answer) = api $method, $path, $body, %opt;
    is $is, $status, "$method $path" or diag json($answer);
    $want{$id} = $want;
    $asked{$id} = "$method $path $status";
    return ($answer, $id);
}

# What the audit log has of the requests so far, once it is what is wanted.
sub audited {
    my %is;
    my $end = wait_for(sub {
        %is = map { $_ => '' } keys %want;
        for (sql("select request_id, module || ':' || string_agg(level, ','
                  order by position(level in 'INFO SUCCESS ERROR'))
                  from game.audit_log where request_id like '$run-%'
                  group by request_id, module order by module")) {
            my ($id, $rows) = split /\|/;
            $is{$id} = $is{$id} ? "$is{$id} $rows" : $rows;
        }
        return !grep { $is{$_} ne $want{$_} } keys %want
    });
    for (sort { substr($a, 1 + length $run) <=> substr($b, 1 + length $run) }
         keys %want) {
        is $is{$_}, $want{$_}, "rows of $asked{$_}";
    }
    %want = ();
}

sub logged {
    my ($id, $columns) = @_;
    my @rows;
    wait_for(sub { @rows = sql("select $columns from game.request_log
        where request_id = '$id'") });
    return @rows;
}

sub configured { ok configure(@_), "with @_" }

my ($INFO, $DONE, $FAULT) = ('INFO', 'INFO,SUCCESS', 'INFO,ERROR');

# ---- every endpoint ----

{
    # a subject's first request leaves one row more
    asked('api_key:INFO auth:INFO', 200, GET => '/apikey', undef,
          bearer => $admin);
    my @admin = (bearer => $admin);
    my ($made) = asked("api_key:$DONE", 201, POST => '/apikey/create',
                       { client => $SECRET, description => $SECRET }, @admin);
    asked('api_key:INFO', 200, GET => '/apikey', undef, @admin);
    asked('api_key:SUCCESS', 200, DELETE => "/apikey/$made->{apiKey}", undef,
          @admin);
    asked('api_key:ERROR', 404, DELETE => '/apikey/nobody', undef, @admin);
    asked("api_key:$FAULT auth:INFO", 403, POST => '/apikey/create',
          { client => 'c' }, bearer => $bearer);
    asked('api_key:ERROR', 403, GET => '/apikey', undef, bearer => $bearer);
    asked('api_key:ERROR', 403, DELETE => '/apikey/x', undef,
          bearer => $bearer);
}

my ($game, $task) = (uniq('g'), uniq('t'));
my ($g, $task_id);
{
    my ($body) = asked("game:$DONE", 200, POST => '/games',
        { externalGameId => $game, platform => $SECRET,
          params => [{ key => 'p', value => $SECRET }] }, @as);
    $g = $body->{gameId};
    asked("game:$FAULT", 409, POST => '/games', { externalGameId => $game,
          platform => 'x' }, @as);
    asked("game:$DONE", 200, POST => "/games/$g/tasks",
          { externalTaskId => $task }, @as);
    asked("game:$FAULT", 409, POST => "/games/$g/tasks",
          { externalTaskId => $task }, @as);
    my ($b, $c) = (uniq('t'), uniq('t'));
    asked("game:$DONE", 200, POST => "/games/$g/tasks/bulk",
          { tasks => [{ externalTaskId => $b }] }, @as);
    asked("game:$FAULT", 200, POST => "/games/$g/tasks/bulk",
          { tasks => [{ externalTaskId => $b }] }, @as);
    asked('game:INFO,SUCCESS,ERROR', 200, POST => "/games/$g/tasks/bulk",
          { tasks => [{ externalTaskId => $b }, { externalTaskId => $c }] },
          @as);
    asked('game:INFO', 200, POST => "/games/$g/tasks/bulk", { tasks => [] },
          @as);
    asked('game:INFO', 404, POST => "/games/$nowhere/tasks/bulk",
          { tasks => [] }, @as);
    asked("game:$DONE", 200, PATCH => "/games/$g", { platform => 'web' },
          @as);
    asked("game:$FAULT", 404, PATCH => "/games/$nowhere",
          { platform => 'web' }, @as);
    $task_id = sql("select id from game.tasks where game_id = '$g'
        and external_task_id = '$task'");
    my $c_id = sql("select id from game.tasks where game_id = '$g'
        and external_task_id = '$c'");
    asked("game:$DONE", 200, PATCH => "/games/$g/tasks/$task_id",
          { params => [{ key => 'p', value => $SECRET }] }, @as);
    asked("game:$FAULT", 404, PATCH => "/games/$g/tasks/$nowhere",
          { status => 'open' }, @as);
    asked("task:$DONE", 200, POST => "/games/$g/tasks/$task_id/duplicate",
          { externalTaskId => uniq('t') }, @as);
    asked("task:$FAULT", 404, POST => "/games/$g/tasks/$nowhere/duplicate",
          { externalTaskId => uniq('t') }, @as);
    asked("task:$DONE", 200, DELETE => "/games/$g/tasks/$c_id", undef, @as);
    asked("task:$FAULT", 404, DELETE => "/games/$g/tasks/$c_id", undef, @as);
    asked("game:$DONE", 200, POST => "/games/$g/duplicate",
          { externalGameId => uniq('g') }, @as);
    asked("game:$FAULT", 404, POST => "/games/$nowhere/duplicate",
          { externalGameId => uniq('g') }, @as);
    my ($other) = asked("game:$DONE", 200, POST => '/games',
        { externalGameId => uniq('g'), platform => 'x' }, @as);
    asked("game:$DONE", 200, DELETE => "/games/$other->{gameId}", undef, @as);
    asked("game:$FAULT", 404, DELETE => "/games/$other->{gameId}", undef,
          @as);
}

my $user = "$SECRET-" . uniq('u');
{
    my $foreign = uniq('u');    # of whom this key may know nothing
    my $theirs = new_key();
    api award(new_game(key => $theirs), $foreign, {}, key => $theirs);
    my @data = (externalUserId => $user, data => { note => $SECRET });
    asked('game:INFO', 200, POST => "/games/$g/tasks/$task/points", { @data },
          @as);
    asked("game:$FAULT", 404, POST => "/games/$g/tasks/none/points",
          { @data }, @as);
    asked('game:INFO', 200, POST => "/games/$g/tasks/$task/action",
          { typeAction => 'look', description => $SECRET, @data }, @as);
    asked("game:$FAULT", 404, POST => "/games/$g/tasks/none/action",
          { typeAction => 'look', description => 'x', @data }, @as);
    for ('', '/strategy', '/users', '/tasks', "/tasks/$task", '/points',
         '/points/details', "/users/$user/points", "/tasks/$task/points",
         "/tasks/$task/points/details", "/tasks/$task/users/$user/points") {
        asked('game:INFO', 200, GET => "/games/$g$_", undef, @as);
        asked('game:INFO', 404, GET => "/games/$nowhere$_", undef, @as);
    }
    asked('game:INFO', 200, GET => '/games', undef, @as);
    my ($own) = asked("game:$DONE", 200, POST => '/games',
        { externalGameId => uniq('g'), platform => 'x' }, bearer => $bearer);
    asked("game:$DONE", 200, POST => "/games/$own->{gameId}/tasks",
          { externalTaskId => $task }, bearer => $bearer);
    asked('game:INFO', 200, GET => "/games/$own->{gameId}/users/$sub/points"
          . '/simulated', undef, bearer => $bearer);
    asked('', 404, GET => "/games/$nowhere/users/$sub/points/simulated",
          undef, bearer => $bearer);

    asked('users:INFO', 200, POST => '/users/points/query', [$user], @as);
    asked('users:INFO', 200, POST => "/users/external/$user/points",
          { taskId => $task, gameId => $g, points => 200,
            caseName => $SECRET },
          @as);
    asked("users:$FAULT", 404, POST => "/users/external/$user/points",
          { taskId => 'none', points => 5, caseName => 'x' }, @as);
    my $act = { typeAction => 'look', description => $SECRET };
    my @once = (headers => { 'Idempotency-Key' => $SECRET });
    asked('users:INFO', 200, POST => "/users/$user/actions", $act, @as,
          @once);
    asked("users:$FAULT", 422, POST => "/users/$user/actions",
          { %$act, typeAction => 'other' }, @as, @once);
    asked('users:INFO', 200, POST => "/users/$user/convert",
          { points => 100 }, @as);
    asked("users:$FAULT", 409, POST => "/users/$user/convert",
          { points => 100000 }, @as);
    for ('points', 'wallet', 'convert/preview?points=100') {
        asked('users:INFO', 200, GET => "/users/$user/$_", undef, @as);
        asked("users:$FAULT", 403, GET => "/users/$foreign/$_", undef, @as);
    }
}

{
    my ($as, $both) = ([key => $key], [key => $key, bearer => $admin]);
    asked('strategies:INFO', 200, GET => '/strategies', undef, key => undef);
    for ('', '/schema', '/graph') {
        asked('strategies:INFO', 200, GET => "/strategies/default$_", undef,
              @$as);
        asked("strategies:$FAULT", 404, GET => "/strategies/none$_", undef,
              @$as);
    }
    my @c = ('/strategies/custom');
    my %new = (name => uniq('s'), astJson => flat(5, 'Five'));
    my ($made) = asked('strategies_custom:INFO', 201, POST => $c[0], \%new,
                       @$as);
    my $id = $made->{id};
    asked("strategies_custom:$FAULT", 400, POST => $c[0], \%new, @$as);
    asked('strategies_custom:INFO', 200, PUT => "$c[0]/$id",
          { description => $SECRET }, @$as);
    asked("strategies_custom:$FAULT", 404, PUT => "$c[0]/custom:$nowhere",
          { description => 'x' }, @$as);
    my %try = (externalGameId => 'g', externalTaskId => 't',
               externalUserId => $SECRET);
    asked('strategies_custom:INFO', 200, POST => "$c[0]/simulate",
          { astJson => flat(1, 'x'), %try }, @$as);
    asked("strategies_custom:$FAULT", 400, POST => "$c[0]/simulate",
          { astJson => { type => 'none' }, %try }, @$as);
    asked('strategies_custom:INFO', 200, POST => "$c[0]/$id/simulate", \%try,
          @$as);
    asked("strategies_custom:$FAULT", 404,
          POST => "$c[0]/custom:$nowhere/simulate", \%try, @$as);
    asked('strategies_custom:INFO', 200, POST => "$c[0]/$id/publish", undef,
          @$both);
    asked("strategies_custom:$FAULT", 404,
          POST => "$c[0]/custom:$nowhere/publish", undef, @$both);
    asked("strategies_custom:$FAULT", 409, POST => "$c[0]/$id/rollback/1",
          undef, @$both);
    asked('strategies_custom:INFO', 200, POST => "$c[0]/$id/archive", undef,
          @$both);
    asked("strategies_custom:$FAULT", 404,
          POST => "$c[0]/custom:$nowhere/archive", undef, @$both);
    asked("strategies_custom:$DONE", 200, POST => "$c[0]/$id/rollback/1",
          undef, @$both);
    asked('', 200, GET => $_, undef, @$as)
        for @c, "$c[0]/templates", map { "$c[0]/$id$_" } '', '/versions',
            '/usage', '/metrics';
    asked('', 404, GET => "$c[0]/custom:$nowhere", undef, @$as);
    asked('', 200, GET => "/kpi/$_", undef, key => undef)
        for 'health_check', 'ready';
}

# ---- refused before the handler: nothing ----

{
    my @body = ({ externalUserId => $user, data => {} });
    my $award = "/games/$g/tasks/$task/points";
    asked('', 401, POST => $award, @body, key => undef);
    asked('', 401, POST => $award, @body, bearer => $bearer . 'x');
    asked('', 403, POST => $award, @body, key => "$key-not");
    asked('', 422, POST => $award, { externalUserId => 5 }, @as);
    asked('', 422, POST => $award, undef, @as, raw => '{"a":');
    asked('', 422, GET => '/games/none', undef, @as);
    asked('', 403, GET => '/strategies/custom', undef, key => undef);
    asked('', 403, POST => '/strategies/custom/x/publish', undef, @as);
    asked('', 401, POST => '/apikey/create', { client => 'x' }, @as);
    asked('', 405, PUT => '/games', {}, @as);
    asked('', 404, GET => '/nowhere', undef, @as);
}

audited();

# ---- the request log has all that found its route ----

{
    my @lost = grep { $asked{$_} !~ / 405$| \/nowhere / } keys %asked;
    my %is;
    wait_for(sub { %is = map { split /\|/ } sql("select request_id, count(*)
        from game.request_log where request_id like '$run-%'
        group by 1"); keys %is >= @lost });
    is_deeply \%is, { map { $_ => 1 } @lost }, 'a row each';
    is_deeply [sql("select distinct request_id from game.request_log r
        where request_id like '$run-%' and (created_at > now()
          or created_at < now() - interval '15 minutes' or duration_us <= 0
          or endpoint !~ '^/api/v1/' or endpoint ~ '[0-9a-f]{8}-'
          or (bytes = 0 and method <> 'HEAD'))")], [],
        'with plausible times, and templates for endpoints';
    my (undef, $id) = asked('game:INFO', 200, GET =>
        "/games/$g/users/$user/points", undef, @as);
    my ($uuid) = sql("select id from game.users
        where external_user_id = '$user'");
    is_deeply [logged($id, "concat_ws(' ', endpoint, method, status, user_id,
        key_prefix, subject, realm_id, bytes > 0)")],
        ['/api/v1/games/{gameId}/users/{externalUserId}/points GET 200 '
         . "$uuid " . (split /\./, $key)[0] . ' t'], 'a row of a key';
    (undef, $id) = asked('game:INFO', 404, GET => "/games/$nowhere", undef,
                         bearer => $bearer);
    is_deeply [logged($id, "concat_ws(' ', endpoint, method, status,
        key_prefix, subject)")], ["/api/v1/games/{gameId} GET 404 $sub"],
        'a row of a token';
    my ($made) = api POST => '/games', { externalGameId => uniq('g'),
        platform => 'x' }, key => $realm_key;
    (undef, $id) = asked('game:INFO', 200, GET => '/games', undef,
                         key => $realm_key, bearer => $bearer);
    my $who = join ' ', (split /\./, $realm_key)[0], $sub,
        scalar sql("select realm_id from game.api_keys where prefix = '"
                   . (split /\./, $realm_key)[0] . "'");
    is_deeply [logged($id, "concat_ws(' ', key_prefix, subject, realm_id)")],
        [$who], 'one of both, in a realm';
    audited();
    is_deeply [sql("select concat_ws(' ', key_prefix, subject, realm_id)
        from game.audit_log where request_id = '$id'")], [$who],
        'the same in the audit log';
    is_deeply [sql("select details::text from game.audit_log
        where request_id = (select request_id from game.audit_log
            where message like 'Make a task%' and level = 'SUCCESS'
              and request_id like '$run-%'
            order by created_at limit 1) and level = 'INFO'")],
        [qq({"gameId": "$g", "status": 200, "taskId": "$task_id"})],
        'details are ids and codes';
}

# ---- what is in no row ----

for my $table ('request_log', 'audit_log') {
    for ($SECRET, (map { (split /\./, $_)[1] } $key, $realm_key), $bearer,
         $admin, '127.0.0.1') {
        is scalar sql("select count(*) from game.$table t
            where request_id like '$run-%' and t::text ilike '%$_%'"), 0,
            "$table has no " . substr $_, 0, 20;
    }
}
is scalar sql("select count(*) from game.audit_log
    where octet_length(details::text) > 2048"), 0, 'details are short';

# ---- interactions are awards and actions ----

is_deeply [sql("select concat_ws(' ', kind, interaction_type,
    interaction_detail is not null, task_id is not null)
    from game.interactions i join game.users u on u.id = i.user_id
    where u.external_user_id = '$user' order by i.created_at, i.id")],
    ['award award t t', 'action look t t', 'award award t t',
     'action look t f'], 'the interactions of a user';

{
    my @of = (GET => "/users/$user/interactions");
    my ($body) = asked('users:INFO', 200, @of, undef, @as);
    is_deeply [map { "$_->{kind} $_->{interactionType} "
                     . ($_->{externalTaskId} || '-') } @{$body->{items}}],
        ['action look -', "award award $task", "action look $task",
         "award award $task"], 'the key reads them, the newest first';
    is_deeply [@{$body->{items}[1]}{qw(interactionDetail gameId taskId
        externalGameId)}, $body->{items}[0]{gameId}],
        [$SECRET, $g, $task_id, $game, undef], 'with what they were about';
    is $body->{search_options}{total_count}, 4, 'and their number';
    ($body) = asked('users:INFO', 200, "GET", "$of[1]?page=2&page_size=3",
                    undef, @as);
    is_deeply [map { $_->{kind} } @{$body->{items}}], ['award'], 'by pages';
    asked("users:$FAULT", 404, GET => '/users/never-seen/interactions',
          undef, @as);
    my $other = new_key();
    asked("users:$FAULT", 403, @of, undef, key => $other);
    my ($at, $name) = new_game(key => $other);
    api award($at, $name, $user, {}, key => $other);
    ($body) = asked('users:INFO', 200, @of, undef, key => $other);
    is_deeply [map { $_->{externalTaskId} } @{$body->{items}}], [$name],
        'another key sees those in its games';
    ($body) = asked('users:INFO', 200, @of, undef, bearer => $admin);
    is scalar @{$body->{items}}, 5, 'an administrator all';
    audited();
}

# ---- other configurations ----

{
    my @get = (GET => "/games/$g", undef, @as);
    my @patch = (PATCH => "/games/$g", { platform => 'web' }, @as);
    configured('GameAudit Mutations');
    asked('', 200, @get);
    asked("game:$DONE", 200, @patch);
    asked('api_key:ERROR', 403, GET => '/apikey', undef, bearer => $bearer);
    asked('auth:INFO', 200, GET => '/games', undef,
          bearer => token(sub => uniq('subject')));
    configured('GameLimits On', 'GameLimitWindow 60000',
               'GameLimitPerUser 1');
    my @limited = award($g, $task, uniq('u'), {}, @as);
    asked('game:INFO', 200, @limited);
    asked('', 429, @limited);
    configured('GameAudit Off');
    my (undef, $on) = asked('', 200, @patch);
    configured('GameAudit All', 'GameRequestLog Off');
    my (undef, $off) = asked("game:$DONE", 200, @patch);
    configured('# as it was');
    asked('game:INFO', 200, @get);
    audited();
    is scalar(() = logged($on, '1')), 1, 'requests without an audit log';
    is scalar sql("select count(*) from game.request_log
        where request_id = '$off'"), 0, 'an audit log without requests';
}

done_testing;
