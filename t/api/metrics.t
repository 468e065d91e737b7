# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# The numbers for Prometheus: who may read them, their form, that they are
# exactly what happened in all children, and that nothing of a client's
# becomes a label.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Metrics;
use Game::Strategies qw(configure);
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd', 'rewrite', 'status',
                 'info');

my ($status, $body, $response, $ok, $said);

# ---- form ----

{
    ($status, $body, $response) = api(GET => '~/metrics', undef,
                                      key => undef);
    is $status, 200, 'shown to this machine';
    is $response->header('Content-Type'),
        'text/plain; version=1.0.0; charset=utf-8', 'its type';
    like $response->content, qr/^# TYPE http_requests_total counter$/m,
        'requests';
    ($status, $body, $response) = api(HEAD => '~/metrics', undef,
                                      key => undef);
    is "$status " . length $response->content, '200 0', 'HEAD';
    cmp_ok $response->header('Content-Length'), '>', 1000, 'has its length';
    ($status, $body, $response) = api(POST => '~/metrics', {}, key => undef);
    like "$status " . $response->header('Allow'),
        qr/^405 (?:(?:GET|HEAD|TRACE)(?:,|$))+$/, 'nothing but GET';
}

# a bit of everything, so that every kind of family has samples
my ($game, $task) = new_game();
api award($game, $task, uniq('u')), key => client_key();
{
    my $text = metrics_text();
    my ($families, @faults) = parse_metrics($text);
    is_deeply \@faults, [], 'the text is well formed';
    my $tool = promtool($text);
    SKIP: {
        skip 'no promtool', 1 if !defined $tool;
        is $tool, '', 'promtool finds nothing';
    }
    my %want = (http_requests_total => 'counter',
        http_request_size_bytes => 'summary',
        http_response_size_bytes => 'summary',
        http_request_duration_highr_seconds => 'histogram',
        http_request_duration_seconds => 'histogram',
        dsl_execution_duration_seconds => 'histogram',
        dsl_execution_nodes_total => 'counter',
        dsl_execution_errors_total => 'counter',
        dsl_execution_log_dropped_total => 'counter',
        game_db_pool_in_use => 'gauge', game_build_info => 'gauge',
        game_db_query_seconds => 'histogram');
    is_deeply { map { $_ => $families->{$_}{type} } keys %want }, \%want,
        'the families of the reference';
    my %edges = (http_request_duration_highr_seconds => '0.01 0.025 0.05 '
        . '0.075 0.1 0.25 0.5 0.75 1 1.5 2 2.5 3 3.5 4 4.5 5 7.5 10 30 60 '
        . '+Inf', http_request_duration_seconds => '0.1 0.5 1 +Inf',
        dsl_execution_duration_seconds => '0.005 0.01 0.025 0.05 0.1 0.15 '
        . '0.2 0.25 0.3 0.4 0.5 0.75 1 2.5 5 +Inf');
    for my $name (sort keys %edges) {
        my ($seen, %seen) = ('');
        $seen .= $seen{$_} ? '' : " $_", $seen{$_} = 1
            for grep { defined } map { $_->{labels}{le} }
            @{$families->{$name}{samples}};
        is $seen, " $edges{$name}", "the buckets of $name";
    }
}

# the sample alerts speak of numbers that are there
{
    my $file = vars()->{top_dir} . '/conf/game-alerts.yml';
    open my $in, '<', $file or die "$file: $!";
    my $rules = do { local $/; <$in> };
    my ($families) = parse_metrics(metrics_text());
    my %used = map { $_ => 1 }
        map { /\b((?:http|game|dsl)_\w+)/g } $rules =~ /^ *expr: (.*)$/mg;
    cmp_ok scalar keys %used, '>', 8, 'alerts use numbers';
    is_deeply [grep { !$families->{$_}
        && !$families->{s/_(?:bucket|count|sum)$//r} } sort keys %used], [],
        'that there are';
    my $said = promtool_rules($file);
    SKIP: {
        skip 'no promtool', 1 if !defined $said;
        like $said, qr/SUCCESS: \d+ rules found/, 'promtool accepts them';
    }
}

# the parser does find what is wrong
for (['no TYPE', "# HELP a b\na 1\n"],
     ['a twin', "# HELP a_total b\n# TYPE a_total counter\na_total{x=\"1\"} "
      . "1\na_total{x=\"1\"} 2\n"],
     ['a quote in a label', "# HELP a b\n# TYPE a gauge\na{x=\"1\"2\"} 1\n"],
     ['a bucket that shrinks', "# HELP a b\n# TYPE a histogram\n"
      . "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\n"
      . "a_count 1\n"],
     ['another count', "# HELP a b\n# TYPE a histogram\n"
      . "a_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n"],
     ['a sample before its family', "a 1\n# HELP a b\n# TYPE a gauge\n"]) {
    my ($families, @faults) = parse_metrics($_->[1]);
    ok scalar @faults, "$_->[0] is found";
}

# ---- counting ----

# Sends all, and the time they took is theirs.
sub counted {
    my ($what, $want, @requests) = @_;
    my $before = scrape();
    my @answers = burst @requests;
    my %sum;
    for (@$want) {
        my ($n, $name, %labels) = @$_;
        is becomes($n, $before, $name, %labels), $n, join ' ', "$what:",
            $name, map { "$_=$labels{$_}" } sort keys %labels;
    }
    return ($before, @answers);
}

my $health = '/api/v1/kpi/health_check';
{
    my ($before, @answers) = counted('health',
        [[60, 'http_requests_total', handler => $health, method => 'GET',
          status => '2xx'],
         [60, 'http_requests_total'],
         [60, 'http_response_size_bytes_count', handler => $health],
         [60, 'http_request_size_bytes_count', handler => $health],
         [60, 'http_request_duration_seconds_count', handler => $health,
          method => 'GET'],
         [60, 'http_request_duration_seconds_bucket', handler => $health,
          le => '+Inf'],
         [60, 'http_request_duration_highr_seconds_count']],
        map { [GET => '/kpi/health_check'] } 1 .. 60);
    my $bytes = 0;
    $bytes += length $_->[2]->content for @answers;
    is since($before, 'http_response_size_bytes_sum', handler => $health),
        $bytes, 'the bytes of the answers';
    is since($before, 'http_request_size_bytes_sum', handler => $health), 0,
        'and none of requests';
    is since($before, 'http_requests_total'), 60,
        'reading the numbers does not change them';
}

my $points = '/api/v1/games/{gameId}/tasks/{externalTaskId}/points';
{
    my @awards = map { [award($game, $task, uniq('user'), { n => $_ })] }
        1 .. 30;
    my ($before, @answers) = counted('awards',
        [[30, 'http_requests_total', handler => $points, method => 'POST',
          status => '2xx'],
         [30, 'game_awards_total', result => 'awarded'],
         [0, 'game_awards_total', result => 'refused'],
         [0, 'game_refusals_total'],
         [30, 'game_db_query_seconds_count', stmt => 'game_award_book']],
        @awards);
    my ($bytes, $total) = (0, 0);
    $bytes += length json($_->[2]) for @awards;
    $total += $_->[1]{points} for @answers;
    is since($before, 'http_request_size_bytes_sum', handler => $points),
        $bytes, 'the bytes of the bodies';
    is since($before, 'game_points_total'), $total, 'the points';
    cmp_ok since($before, 'http_request_duration_seconds_sum',
                 handler => $points), '>', 0, 'time went by';
    my $looks = since($before, 'game_cache_hits_total', cache => 'keys')
        + since($before, 'game_cache_misses_total', cache => 'keys');
    is $looks, 30, 'every key was looked up';
}

{
    my %key = (headers => { 'Idempotency-Key' => uniq('k') });
    my @same = award($game, $task, uniq('user'), {}, %key);
    api @same;
    counted('repeats',
        [[12, 'game_awards_total', result => 'replayed'],
         [12, 'game_idempotent_replays_total', handler => $points],
         [0, 'game_awards_total', result => 'awarded'],
         [0, 'game_points_total']], map { [@same] } 1 .. 12);
    my (undef, $path, $data) = award($game, $task, uniq('user'));
    counted('simulated', [[5, 'game_awards_total', result => 'simulated'],
                          [0, 'game_points_total']],
        map { [POST => $path, { %$data, isSimulated => \1 }] } 1 .. 5);
}

{
    my $none = '00000000-0000-4000-8000-000000000000';
    sql("update game.tasks set status = 'closed' where external_task_id
        = '" . (my $closed = (new_game())[1]) . "'");
    my ($before) = counted('refusals',
        [[3, 'game_refusals_total', reason => 'auth'],
         [2, 'game_refusals_total', reason => 'forbidden'],
         [4, 'game_refusals_total', reason => 'not_found'],
         [5, 'game_refusals_total', reason => 'validation'],
         [2, 'game_refusals_total', reason => 'method'],
         [1, 'game_refusals_total', reason => 'too_large'],
         [17, 'game_refusals_total'],
         [17, 'http_requests_total', status => '4xx'],
         [2, 'http_requests_total', handler => '/api/v1/games',
          method => 'PUT', status => '4xx']],
        (map { [GET => '/games', undef, bearer => 'bad'] } 1 .. 3),
        (map { [GET => '/games', undef, key => 'bad'] } 1 .. 2),
        (map { [GET => "/games/$none"] } 1 .. 4),
        (map { [POST => '/games', {}] } 1 .. 5),
        (map { [PUT => '/games', {}] } 1 .. 2),
        [POST => '/games', undef, raw => 'x' x 1_200_000]);
    counted('slashes and preflights',
        [[3, 'http_requests_total', handler => '/api/v1/games',
          method => 'GET', status => '3xx'],
         [2, 'http_requests_total', handler => '/api/v1/games',
          method => 'OPTIONS', status => '2xx'],
         [1, 'http_requests_total', handler => $health, method => 'HEAD',
          status => '2xx'], [6, 'http_requests_total']],
        (map { [GET => '/games/'] } 1 .. 3),
        (map { [OPTIONS => '/games'] } 1 .. 2), [HEAD => '/kpi/health_check']);
}

{
    ok configure('<Location "/api/v1/kpi/ready">', 'GameMetrics Off',
                  '</Location>', '<Location "/front">',
                  'RewriteEngine On',
                  'RewriteRule . /api/v1/kpi/health_check [L]',
                  '</Location>'), 'a location that does not count';
    counted('uncounted', [[3, 'http_requests_total'],
                          [3, 'http_requests_total', handler => $health]],
        (map { [GET => '/kpi/ready'] } 1 .. 5),
        (map { [GET => '/kpi/health_check'] } 1 .. 2),
        [GET => '~/front']);
    ($status) = api(GET => '~/front');
    is $status, 200, 'sent on by httpd itself';
}

# ---- custom strategies ----

{
    my $realm = Game::Strategies::realm();
    my @as = @{$realm->{as}};
    my $id = Game::Strategies::published($realm,
        Game::Strategies::flat(Game::Strategies::arith('/', 12,
            Game::Strategies::field('data.n')), 'Share'));
    my ($custom, $step) = Game::Strategies::game_of($realm, $id);
    my %full = (strategy_type => 'DSL_FULL');
    counted('custom', [[7, 'dsl_execution_duration_seconds_count', %full,
                        status => 'ok'],
                       [4, 'dsl_execution_duration_seconds_count', %full,
                        status => 'error'],
                       [4, 'dsl_execution_errors_total', %full,
                        code => 'DSL_ARITH_DIV_BY_ZERO'],
                       [4, 'dsl_execution_errors_total'],
                       [7, 'game_awards_total', result => 'awarded'],
                       [4, 'game_awards_total', result => 'refused'],
                       [21, 'game_points_total']],
        (map { [award($custom, $step, uniq('u'), { n => 4 }, @as)] } 1 .. 7),
        (map { [award($custom, $step, uniq('u'), { n => 0 }, @as)] }
             1 .. 4));
    my $user = uniq('u');
    api award($custom, $step, $user, { n => 4 }, @as);
    counted('taken', [[1, 'game_awards_total', result => 'awarded'],
                      [3, 'game_points_negative_total'],
                      [0, 'game_points_total']],
        [award($custom, $step, $user, { n => -4 }, @as)]);
    counted('by hand', [[1, 'game_awards_total', result => 'direct'],
                        [1, 'game_awards_total'],
                        [9, 'game_points_total']],
        [POST => "/users/external/$user/points", { taskId => $step,
            points => 9, caseName => 'Gift', gameId => $custom }, @as]);
}

# ---- limits ----

{
    my $key = new_key();
    my ($own, $step) = new_game(key => $key);
    my $user = uniq('u');
    my $before = scrape();
    my ($limit, $passed) = (0, 0);
    # limits_shm lets a user pass five times; of a table that another suite
    # has filled a counter may go once and begin anew
    for (1 .. 9) {
        ($status) = api award($own, $step, $user, {}, key => $key,
            at => 'limits_shm', headers => {
                'X-Forwarded-For' => '10.251.0.' . $_ });
        $limit += $status == 429;
        $passed += $status == 200;
    }
    is $passed + $limit, 9, 'answered, or over a limit';
    cmp_ok $limit, '>=', 1, 'over a limit';
    is becomes($limit, $before, 'game_rate_limited_total',
               scope => 'external_user'), $limit, 'they are counted';
    is since($before, 'game_refusals_total', reason => 'limited'), $limit,
        'among the refusals';
    is since($before, 'game_rate_limited_total'), $limit, 'once each';
}

# ---- queues ----

{
    my $before = scrape();
    burst map { [GET => '/games'] } 1 .. 10;
    cmp_ok becomes(10, $before, 'game_queue_written_total',
                   queue => 'requests'), '>=', 10,
        'rows of the request log are written';
    is since($before, 'game_queue_dropped_total'), 0, 'and none dropped';
}

# ---- jobs ----

{
    my $before = scrape();
    my $then = time;
    sql("update game.jobs set due_at = now(), cursor = null
        where name = 'retention'");
    cmp_ok becomes(1, $before, 'game_job_seconds_count',
                   name => 'retention'), '>=', 1, 'a job that ran';
    my $now = scrape();
    is value($now, 'game_job_failures_total', name => 'retention'),
        value($before, 'game_job_failures_total', name => 'retention'),
        'did not fail';
    cmp_ok value($now, 'game_job_last_success_timestamp_seconds',
                 name => 'retention'), '>=', $then, 'and says when';
}

# ---- what clients send is no label ----

{
    my $before = metrics_text();
    my $mark = 'zorro';
    my @paths = ("/$mark", "/games/$mark\"}", "/$mark%0a%22", "/games/%7b$mark",
                 "/users/$mark\\/wallet", "/strategies/$mark");
    burst map { [GET => $_] } @paths;
    for my $method ($mark, 'PROPFIND', 'X"Y', 'G' x 300) {
        raw("$method /api/v1/games HTTP/1.1\r\nHost: a\r\n"
            . "Connection: close\r\n\r\n");
        raw("$method /api/v1/$mark HTTP/1.1\r\nHost: a\r\n"
            . "Connection: close\r\n\r\n");
    }
    my ($families, @faults) = parse_metrics(my $text = metrics_text());
    is_deeply \@faults, [], 'hostile requests leave the text well formed';
    unlike $text, qr/zorro|PROPFIND|GGGG/i, 'and nothing of theirs in it';
    my %methods = map { $_->{labels}{method} => 1 }
        @{$families->{http_requests_total}{samples}};
    is_deeply [grep { !/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)$/ }
               keys %methods], [], 'methods are of a list';
    ok $methods{other}, 'others count as such';
    my %known = map { ("/api/v1$_->{path}" => 1) } routes();
    is_deeply [grep { !$known{$_} } map { $_->{labels}{handler} }
               @{$families->{http_requests_total}{samples}}], [],
        'handlers are templates of the route table';
    my $unmatched = scrape();
    burst map { [GET => "/no-such/$_"] } 1 .. 9;
    is since($unmatched, 'http_requests_total'), 0,
        'what names no route is not counted';
}

# ---- restarts and children ----

{
    my $before = scrape();
    burst map { [GET => '/kpi/health_check'] } 1 .. 20;
    ok httpd_graceful(), 'a graceful restart';
    burst map { [GET => '/kpi/health_check'] } 1 .. 20;
    is becomes(40, $before, 'http_requests_total', handler => $health), 40,
        'old and new children count together';
    ok httpd_restart(), 'a restart';
    burst map { [GET => '/kpi/health_check'] } 1 .. 20;
    is becomes(60, $before, 'http_requests_total', handler => $health), 60,
        'nothing is forgotten by it';
}

sub gauge { return value(scrape(), "game_db_pool_$_[0]") }

{
    my $user = uniq('held');
    api award($game, $task, $user);
    my $release = hold("select 1 from game.wallets w join game.users u
        on u.bucket = w.bucket and u.id = w.user_id
        where u.external_user_id = '$user' for update of w");
    my @sockets;
    for (1 .. 2) {
        my ($method, $path, $data) = award($game, $task, $user);
        my $text = json($data);
        push @sockets, my $socket = connect_raw();
        send_raw($socket, join "\r\n", "$method /api/v1$path HTTP/1.1",
            'Host: a', 'Content-Type: application/json',
            'X-API-Key: ' . client_key(), 'Content-Length: ' . length $text,
            '', $text);
    }
    ok wait_for(sub { gauge('in_use') >= 2 }), 'connections in use';
    my %old = map { $_ => 1 } my @old = Game::Strategies::children();
    kill KILL => @old;
    ok wait_for(sub { !grep { $old{$_} } Game::Strategies::children() }),
        'children are killed';
    close $_ for @sockets;
    ok wait_for(sub { my $n = eval { gauge('in_use') };
                      defined $n && $n == 0 }),
        'what they had in use is not shown any more' or diag gauge('in_use');
    $release->();
    ok wait_for(sub {
        my $children = my @now = Game::Strategies::children();
        gauge('open') == $children * vars()->{db_conns} }),
        'the connections that are open are those of the living'
        or diag gauge('open');
    is gauge('size'), gauge('open'), 'all of them may be used';
}

# ---- the database ----

SKIP: {
    skip 'a child of one thread does not wait', 7 if prefork();
    my $user = uniq('held');
    api award($game, $task, $user);
    my $release = hold("select 1 from game.wallets w join game.users u
        on u.bucket = w.bucket and u.id = w.user_id
        where u.external_user_id = '$user' for update of w");
    my $before = scrape();
    my @awards = map { [award($game, $task, $user)] } 1 .. 40;
    my $answers = background(sub { map { $_->[0] } burst @awards });
    ok wait_for(sub { gauge('waiting') > 0 }), 'threads wait';
    my %count;
    $count{$_}++ for $answers->();
    $release->();
    cmp_ok $count{503} || 0, '>', 0, 'some in vain';
    is becomes($count{503}, $before, 'game_refusals_total',
               reason => 'unavailable'), $count{503}, 'they are counted';
    my $refused = since($before, 'game_db_refused_total', reason => 'wait');
    cmp_ok $refused, '>', 0, 'with the reason';
    cmp_ok since($before, 'game_db_wait_seconds_count'), '>=', $refused,
        'and the waits';
    cmp_ok since($before, 'game_db_wait_seconds_sum'), '>=', $refused * 0.9,
        'and their seconds';
    ok wait_for(sub { gauge('waiting') == 0 && gauge('in_use') == 0 }),
        'then nobody waits';
}

{
    my $before = scrape();
    wait_for(sub { pg_kill_backends() });
    burst map { [award($game, $task, uniq('u'))] } 1 .. 16;
    cmp_ok becomes(1, $before, 'game_db_reconnects_total'), '>=', 1,
        'connections that were lost are made again';
    $before = scrape();
    pg_stop();
    api award($game, $task, uniq('u')) for 1 .. 3;
    cmp_ok becomes(1, $before, 'game_db_refused_total'), '>=', 1,
        'a database that is away';
    cmp_ok becomes(3, $before, 'game_refusals_total',
                   reason => 'unavailable'), '>=', 3,
        'requests that it fails';
    pg_start();
    ok wait_for(sub { (api award($game, $task, uniq('u')))[0] == 200 }),
        'it is back';
}

# ---- who may read them ----

sub section { my ($inside, $around) = @_;
              return join "\n", '<Location "/numbers">', $inside,
                  '</Location>' }

for (['a section without Require', section('SetHandler game-metrics')],
     ['... in quotes', section('SetHandler "game-metrics"')],
     ['a Require of another section', section('SetHandler game-metrics')
      . "\n<Location \"/\">\nRequire local\n</Location>"],
     ['a virtual host', "<VirtualHost 127.0.0.1:1>\n"
      . section('SetHandler game-metrics') . "\n</VirtualHost>"]) {
    ($ok, $said) = configtest($_->[1]);
    ok !$ok, "$_->[0] is refused";
    like $said, qr/SetHandler\ game-metrics\ on\ line\ \d+\ of\ .*
        say\ who\ may\ read/x, 'with the reason';
}
for (section("Require ip 10.0.0.0/8\nSetHandler game-metrics"),
     section("SetHandler game-metrics\n<RequireAny>\nRequire local\n"
             . '</RequireAny>'),
     section("Require local\n<If \"true\">\nSetHandler game-metrics\n"
             . '</If>')) {
    ($ok, $said) = configtest($_);
    ok $ok, 'a section that says who may' or diag $said;
}
ok configure(section("SetHandler game-metrics\nRequire ip 192.0.2.1")),
    'for others';
($status, $body, $response) = api(GET => '~/numbers', undef, key => undef);
is $status, 403, 'this machine is refused';
unlike $response->content, qr/http_requests_total/, 'and sees nothing';
configure();

# ---- mod_status and mod_info ----

{
    my $text = (api(GET => '~/server-status?auto'))[2]->content;
    my %line = $text =~ /^(Game\w+): (\d+)$/mg;
    my $now = scrape();
    is $line{GameAwards}, value($now, 'game_awards_total',
                                result => 'awarded'), 'awards in ?auto';
    is $line{GameRequests}, value($now, 'http_requests_total'),
        'requests in ?auto';
    is $line{GameDBPoolOpen}, value($now, 'game_db_pool_open'),
        'connections in ?auto';
    is_deeply [grep { /^Game/ && !/^Game\w+: \d+$/ } split /\n/, $text], [],
        'every line is a name and a number';
    $text = (api(GET => '~/server-status'))[2]->content;
    like $text, qr{<h2>mod_game\ [\d.]+</h2>\n<table[^>]*>\n
        <tr><td>Requests</td><td>\d+</td></tr>}x, 'a table for people';
    my ($mine) = $text =~ m{<h2>mod_game.*?<table[^>]*>(.*?)</table>}s;
    my $open = () = $mine =~ /<t[rd]>/g;
    my $close = () = $mine =~ m{</t[rd]>}g;
    is $open, $close, 'of whole rows';
}
{
    my $modules = join '', map { "$_\n" } grep { !/status_module/ }
        split /\n/, do {
            open my $in, '<', vars()->{t_conf} . '/modules.list'
                or die "modules.list: $!";
            local $/;
            <$in>;
        };
    like $modules, qr/game_module/, 'the modules';
    ($ok, $said) = configtest('', $modules);
    ok $ok, 'loads without mod_status' or diag $said;
}
{
    my ($secret, $password) = map {
        open my $in, '<', $_ or die "$_: $!";
        chomp(my $line = <$in>);
        $line;
    } vars()->{keys} . '/secret', vars()->{redis_pass};
    for my $page ('/server-info?mod_game.c', '/server-info') {
        my $text = (api(GET => "~$page", undef, key => undef))[2]->content;
        like $text, qr/GameSecretFile.*GameLimitStore/s,
            "$page has the directives";
        unlike $text, qr/\Q$secret\E|\Q$password\E|\Q@{[client_key()]}\E|\Q@{[admin_key()]}\E/,
            'and no secret';
    }
}

done_testing;
