# Abuse limits, the same for each store: who is counted, in which order, what
# is told, and that exactly as many pass as may.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd', 'remoteip');

# the numbers of the virtual hosts limits_*, in t/conf/suites.conf.in
my ($KEY, $ADDRESS, $USER, $DAY) = (12, 8, 5, 10);
my $SENSITIVE = 'for sensitive task operations.';
my %text = (
    key => "API key rate limit exceeded $SENSITIVE",
    ip => "IP rate limit exceeded $SENSITIVE",
    user => "externalUserId rate limit exceeded $SENSITIVE",
    day => "Daily API key quota exceeded $SENSITIVE",
);
my %word = reverse %text;

# an address that nobody had before
my $addresses = 0;
sub address {
    my $n = ++$addresses;
    return join '.', 10, $$ % 250, int($n / 250), 1 + $n % 250;
}

my $at;     # the virtual host

# The arguments of api() for a call from an address.
sub from {
    my ($address, $call, @options) = @_;
    my ($method, $path, $body, %opt) = (@$call, @options);
    $opt{headers} = { %{$opt{headers} || {}}, 'X-Forwarded-For' => $address };
    return ($method, $path, $body, %opt, at => $at);
}

# What became of it: the status, or which limit refused.
sub outcome {
    my ($status, $body, $response) = @_;
    return $status if $status != 429;
    return $word{$body->{detail}} || $response->content;
}

sub attempt { return outcome(api from(@_)) }

sub tally {
    my %n;
    $n{$_}++ for @_;
    return join ' ', map { "$_:$n{$_}" } sort keys %n;
}

# A key with a game: key, game, task.
sub owner {
    my (%opt) = @_;
    my $key = new_key(%opt);
    return ($key, new_game(key => $key));
}

sub action {
    my ($game, $task, $user, @options) = @_;
    return (POST => "/games/$game/tasks/$task/action", { typeAction => 'a',
        data => {}, description => '', externalUserId => $user }, @options);
}

sub limits_of {
    my ($response) = @_;
    return map { scalar $response->header($_) }
        qw(RateLimit-Limit RateLimit-Remaining RateLimit-Reset Retry-After);
}

# Not across the end of a window: it is hours long.
sub long_enough {
    my ($key, $game, $task) = owner();
    my $left = (limits_of((api from(address(),
        [award($game, $task, uniq('u'), {}, key => $key)]))[2]))[2];
    sleep $left + 1 if $left < 120;
    my $day = 86400 - time % 86400;
    sleep $day + 1 if $day < 120;
}

for my $store (qw(shm database redis)) {
    $at = "limits_$store";
    long_enough();

    # ---- what is told ----

    my ($key, $game, $task) = owner();
    my $user = uniq('u');
    my @call = award($game, $task, $user, {}, key => $key);
    my ($status, $body, $response) = api from(address(), \@call);
    my ($limit, $left, $reset, $retry) = limits_of($response);
    is_deeply [$status, $limit, $left, $retry], [200, $USER, $USER - 1,
        undef], "$store: the tightest limit is told";
    ok $reset > 0 && $reset <= 40003, "$store: and when its window ends"
        or diag $reset;
    is tally(map { attempt(address(), \@call) } 2 .. $USER), '200:4',
        "$store: a user may come so often";
    ($status, $body, $response) = api from(address(), \@call,
        headers => { Origin => 'https://shop.example' });
    is $status, 429, "$store: and then no more";
    is_deeply $body, { detail => $text{user} }, "$store: the sentence";
    ($limit, $left, $reset, $retry) = limits_of($response);
    is_deeply [$limit, $left, $retry], [$USER, 0, $reset],
        "$store: the limit, nothing left, and when to come again";
    ok $reset > 0 && $reset <= 40003, "$store: within the window";
    like $response->header('Access-Control-Expose-Headers'),
        qr/Retry-After.*RateLimit-Remaining/, "$store: pages may read that";
    is attempt(address(), [award($game, $task, uniq('u'), {}, key => $key)]),
        200, "$store: another user may come";
    ($status, $body, $response) = api GET => "/games/$game", undef,
        key => $key, at => $at;
    is_deeply [$status, limits_of($response)], [200, (undef) x 4],
        "$store: what is not limited says nothing of limits";

    # ---- all at once: exactly as many pass ----

    ($key, $game, $task) = owner();
    $user = uniq('u');
    is tally(map { outcome(@$_) } burst map { [from(address(),
        [award($game, $task, $user, {}, key => $key)])] } 1 .. 11),
        "200:$USER user:6", "$store: of one user at once";
    is scalar(sql("select count(*) from game.awards
        where game_id = '$game'")), $USER, "$store: so many were booked";

    ($key, $game, $task) = owner();
    is tally(map { outcome(@$_) } burst map { [from(address(),
        [award($game, $task, uniq('u'), {}, key => $key)])] } 1 .. 40),
        "200:$DAY day:" . ($KEY - $DAY) . ' key:' . (40 - $KEY),
        "$store: of one key at once, by window and by day";
    ($status, $body, $response) = api from(address(),
        [award($game, $task, uniq('u'), {}, key => $key)]);
    is_deeply [outcome($status, $body, $response),
        (limits_of($response))[0, 1]], ['key', $KEY, 0],
        "$store: the first limit that refuses is told";

    my @owners = map { [owner()] } 1 .. 4;
    my $one = address();
    is tally(map { outcome(@$_) } burst map { my ($k, $g, $t)
        = @{$owners[$_ % 4]}; [from($one, [award($g, $t, uniq('u'), {},
        key => $k)])] } 1 .. 20), "200:$ADDRESS ip:12",
        "$store: of one address at once, by several keys";
    is attempt(address(), [award(@{$owners[0]}[1, 2], uniq('u'), {},
        key => $owners[0][0])]), 200, "$store: from another address";

    # ---- a key's day ----

    ($key, $game, $task) = owner();
    is tally(map { attempt(address(), [award($game, $task, uniq('u'), {},
        key => $key)]) } 1 .. $DAY), "200:$DAY", "$store: a day's quota";
    ($status, $body, $response) = api from(address(),
        [award($game, $task, uniq('u'), {}, key => $key)]);
    ($limit, $left, $reset, $retry) = limits_of($response);
    is_deeply [outcome($status, $body, $response), $limit, $left, $retry],
        ['day', $DAY, 0, $reset], "$store: then no more that day";
    my $midnight = 86400 - time % 86400;
    ok abs($reset - $midnight) <= 5, "$store: until midnight, UTC"
        or diag "$reset, $midnight";

    # ---- one tenant cannot use up another's users ----

    my $realm = uniq('r');
    ($key, $game, $task) = owner(realm => $realm);
    my $sister = new_key(realm => $realm);
    $user = uniq('u');
    attempt(address(), [award($game, $task, uniq('u'), {}, key => $key)])
        for 1 .. $DAY;
    is attempt(address(), [award($game, $task, $user, {}, key => $key)]), 'day',
        "$store: a key without quota";
    my ($stranger) = owner();
    is tally(map { attempt(address(), [award($game, $task, $user, {},
        key => $stranger)]) } 1 .. $KEY - 1), "403:$DAY day:1",
        "$store: a stranger is refused by the game, and counted";
    is attempt(address(), [award($game, $task, $user, {}, key => $stranger)]),
        'day', "$store: by its key's limits in the end";
    is tally(map { attempt(address(), [award($game, $task, $user, {},
        key => $sister)]) } 0 .. $USER), "200:$USER user:1",
        "$store: the user's window was used by neither";
    my ($other, $game2, $task2) = owner(realm => uniq('q'));
    is attempt(address(), [award($game2, $task2, $user, {}, key => $other)]),
        200, "$store: the same id in another realm is another user";
    my ($plain, $game3, $task3) = owner();
    is attempt(address(), [award($game3, $task3, $user, {}, key => $plain)]),
        200, "$store: and that of a key alone another one";

    # ---- what is counted, and what is not ----

    ($key, $game, $task) = owner();
    $user = uniq('u');
    is attempt(address(), [award($game, $task, $user, { eventId => 5 },
        key => $key)]), 422, "$store: a bad request" for 1 .. 3;
    is attempt(address(), [POST => "/games/$game/tasks/$task/points", {},
        key => $key]), 422, "$store: a body that is none";
    is attempt(address(), [award($game, $task, $user, {}, key => undef)]),
        401, "$store: no key" for 1 .. 2;
    my $none = '00000000-0000-4000-8000-000000000000';
    is attempt(address(), [award($none, $task, $user, {}, key => $key)]), 404,
        "$store: no game";
    my @kinds = ([award($game, $task, $user, {}, key => $key)],
        [POST => "/games/$game/tasks/$task/points", { externalUserId => $user,
            isSimulated => JSON::PP::true() }, key => $key],
        [action($game, $task, " $user\t", key => $key)],
        [award($game, "x$task", $user, {}, key => $key)],
        [award($game, $task, $user, {}, key => $key)]);
    is join(' ', map { attempt(address(), $_) } @kinds), '200 200 422 404 200',
        "$store: an award, a simulation, blanks, no task, an award";
    is attempt(address(), [action($game, $task, $user, key => $key)]), 'user',
        "$store: all five of them are counted, and nothing before";

    ($key, $game, $task) = owner();
    @call = award($game, $task, uniq('u'), {}, key => $key,
                  headers => { 'Idempotency-Key' => 'once' });
    is join(' ', map { attempt(address(), \@call) } 0 .. $USER),
        '200 200 200 200 200 user', "$store: repeats are counted";
    is scalar(sql("select count(*) from game.awards
        where game_id = '$game'")), 1, "$store: and book nothing";

    ($key, $game, $task) = owner();
    my $long = 'x' x 3000;
    is join(' ', map { attempt(address(), [award($game, $task, $long, {},
        key => $key)]) } 0 .. $USER), '422 422 422 422 422 user',
        "$store: an endless name is one name";
    ($key, $game, $task) = owner();
    is join(' ', map { attempt(address(), [award($game, $task, '  ', {},
        key => $key)]) } 0 .. $USER), '422 422 422 422 422 422',
        "$store: no name is nobody";

    ($key, $game, $task) = owner();
    $user = uniq('u');
    @call = (POST => "/users/$user/actions", { typeAction => 'a',
        data => {}, description => '' }, key => $key);
    is join(' ', map { attempt(address(), $_) } (\@call) x 2,
        [award($game, $task, $user, {}, key => $key)], (\@call) x 3),
        '200 200 200 200 200 user', "$store: an action of no task as well";
    ($other) = owner();
    is attempt(address(), [@call[0 .. 2], key => $other]), 200,
        "$store: but another tenant's";

    # ---- without a key: the address and the user alone ----

    my @person = (bearer => token(sub => sprintf '%08x-0000-4000-8000-%012x',
        $$, ++$addresses));
    ($game, $task) = new_game(@person);
    is tally(map { attempt(address(), [award($game, $task, uniq('u'), {},
        @person)]) } 1 .. $KEY + 3), '200:' . ($KEY + 3),
        "$store: a person has no key to be counted";
    $user = uniq('u');
    is tally(map { attempt(address(), [award($game, $task, $user, {},
        @person)]) } 0 .. $USER), "200:$USER user:1",
        "$store: its users are";

    # ---- addresses ----

    @owners = map { [owner()] } 1 .. 3;
    my $turn = 0;
    my $any = sub { my ($k, $g, $t) = @{$owners[$turn++ % 3]};
                    return [award($g, $t, uniq('u'), {}, key => $k)] };
    $one = address();
    is tally(map { attempt($_ % 2 ? $one : "::ffff:$one", $any->()) }
        0 .. $ADDRESS), "200:$ADDRESS ip:1",
        "$store: an address of version 4 is one, however it is written";
    @owners = map { [owner()] } 1 .. 3;
    my $net = sprintf '2001:db8:%x:%x', $$ & 0xffff, ++$addresses;
    is tally(map { attempt("${net}::$_", $any->()) } 1 .. $ADDRESS + 1),
        "200:$ADDRESS ip:1", "$store: of version 6 a network is";
}

# ---- a window ends ----

for my $store (qw(shm database redis)) {
    my ($key, $game, $task) = owner();
    my @call = award($game, $task, uniq('u'), {}, key => $key,
                     at => "brief_$store");
    my @last;
    ok wait_for(sub { @last = api @call; $last[0] == 429 }),
        "$store: a user comes too often" or diag $last[0];
    my ($limit, $left, $reset, $retry) = limits_of($last[2]);
    ok $retry =~ /^[12]$/ && $retry == $reset && $limit == 1,
        "$store: for two seconds at most" or diag $retry;
    ok wait_for(sub { (api @call)[0] == 200 }),
        "$store: then it may come again";
}

# ---- the numbers without a directive ----

{
    $at = 'limits_default';
    my ($key, $game, $task) = owner();
    my @call = award($game, $task, uniq('u'), {}, key => $key, at => $at);
    my @last = api @call;
    my ($limit, $left, $reset) = limits_of($last[2]);
    is_deeply [$limit, $left], [60, 59], 'a user may come sixty times';
    if ($reset < 20) {
        sleep $reset + 1;
        @last = api @call;
    }
    is tally(map { outcome(@$_) } burst map { [@call] } 1 .. 64),
        '200:59 user:5', 'and not more, within a minute';
}

# ---- what is kept of it ----

{
    my @odd = sql("select * from game.limit_counters
        where length(value) > 128 or window_start > now()
        or window_end <= window_start
        or extract(epoch from window_start)::bigint
            % extract(epoch from window_end - window_start)::bigint <> 0
        or scope not in ('api_key', 'ip', 'external_user')
        or window_name not in ('task_mutation_short_40002s',
            'task_mutation_short_2s', 'task_mutation_daily')");
    is_deeply \@odd, [], 'database: every counter is of its window';
    is scalar(sql("select max(counter) from game.limit_counters
        where scope = 'ip'")), $ADDRESS, 'database: refusals are not added';
    sql("insert into game.limit_counters
        select 'ip', 'old' || i, 'w', now() - interval '3 hours',
               now() - interval '2 hours', 1 from generate_series(1, 25) i");
    is join(' ', sql('select game.purge_limits(10)
        from generate_series(1, 4)')), '10 10 5 0',
        'database: old windows go, batch by batch';
    is scalar(sql("select count(*) from game.limit_counters
        where value like 'old%'")), 0, 'database: all of them';
    cmp_ok scalar(sql("select count(*) from game.limit_counters")), '>', 50,
        'database: and no other';
}

{
    local $ENV{REDISCLI_AUTH} = do {
        open my $in, '<', vars()->{redis_pass} or die $!;
        my $line = <$in>;
        chomp $line;
        $line;
    };
    my $redis = 'redis-cli -p ' . vars()->{redis_port} . ' -n 3';
    chomp(my @keys = `$redis --scan --pattern 'game:rl:*'`);
    cmp_ok scalar(@keys), '>', 50, 'redis: counters in their database';
    my @odd = grep { !/^game:rl:task_mutation_(?:short_40003s|daily)
                       :(?:api_key|ip|external_user):.{1,128}:\d+$/x } @keys;
    is_deeply \@odd, [], 'redis: keys as they are specified';
    chomp(my @ttl = `printf 'ttl "%s"\\n' @{[map { "'$_'" } @keys]} | $redis`);
    my @bad = grep { $_ <= 0 || $_ > 86405 } @ttl;
    is_deeply [scalar(@ttl), @bad], [scalar @keys],
        'redis: each of them ends by itself';
    chomp(my $other = `$redis dbsize`);
    is $other, scalar @keys, 'redis: and there is nothing else';
}

# ---- numbers ----

{
    my ($status, undef, $response) = api GET => '~/metrics', undef,
        key => undef;
    my %n = $response->content
        =~ /^game_rate_limited_total\{scope="(\w+)"\} (\d+)$/mg;
    is_deeply [map { $_ > 10 ? 'some' : $_ } map { $n{$_} // 'none' }
        qw(api_key daily external_user ip)], [('some') x 4],
        'refusals of every kind are counted'
        or diag json(\%n);
}

# ---- the job ----

sql("insert into game.limit_counters
    select 'ip', 'old' || i, 'w', now() - interval '3 hours',
           now() - interval '2 hours', 1 from generate_series(1, 21000) i");
ok wait_for(sub {
    sql("insert into game.jobs (name, due_at) values ('limits', now())
        on conflict (name) do update set due_at = now(), cursor = null");
    return !sql("select 1 from game.limit_counters
                  where value like 'old%' limit 1");
}), 'a job deletes what is over';

is_deeply [faults()], [], 'the ledger is right';
done_testing;
