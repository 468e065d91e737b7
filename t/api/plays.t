# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Plays over HTTP: who plays, the rules one by one, limits under load, odds,
# tokens that are used once, and points in the wallet.
use strict;
use warnings FATAL => 'all';

use Game::Test;

use JSON::PP ();
use Test::More;

my $NO = '00000000-0000-4000-8000-0000000000aa';
my $key = new_key(client => 'campaigner');
my $other = new_key(client => 'neighbour');

sub code { return ref $_[0] && ref $_[0]{detail} eq 'HASH'
    ? $_[0]{detail}{code} : undef }

sub refused {
    my ($what, $want, $status, $body, $response) = @_;
    is "$status " . (code($body) || json($body)), $want, $what;
    return $response;
}

# ---- a live campaign, by a real run ----

my ($status, $made) = api(POST => '/campaigns', {
    name => 'Wheel', templateId => 'spin_wheel', config => {
        theme => 'neon_arcade',
        difficulty => { level => 'easy', win_probability => 1 },
        audio => { duration_sec => 5 },
        intro_video_uri => 'https://cdn.example.org/intro.mp4',
        outcome_win_uri => 'https://cdn.example.org/win.mp4',
        outcome_lose_uri => 'https://cdn.example.org/lose.mp4' } },
    key => $key);
my $id = $made->{id};
my $at = "/campaigns/$id";
refused('a draft is not played', '404 CAMPAIGN_NOT_LIVE',
    api(POST => "$at/plays", {}, key => undef));
api(POST => "$at/generate", {}, key => $key);
wait_for(sub { $made = api(GET => $at, undef, key => $key);
    $made->{status} ne 'generating' });
is $made->{status}, 'live', 'the campaign is live'
    or BAIL_OUT('there is nothing to play');
my $game = $made->{gameId};

# The rules are those of the manifest that was published.
sub rules {
    my (%rules) = @_;
    my $text = json({ active => JSON::PP::true,
                      require_login => JSON::PP::false, %rules });
    sql("update campaigns.campaigns set rules = '$text', version = version
        where id = '$id'");
}

sub start { return api(POST => "$at/plays", @_) }
sub named {
    my ($name, %body) = @_;
    return start({ externalUserId => $name, %body }, key => $key);
}
sub finish {
    my ($play, %opt) = @_;
    return api(POST => "$at/plays/$play->{playId}/finish", {
        playToken => $opt{token} || $play->{playToken},
        durationMs => 1234, playerResult => 'win' }, key => undef);
}

# ---- anonymous players ----

($status, my $play, my $response) = start(undef, key => undef);
is $status, 201, 'everybody may play' or diag(json($play));
is_deeply [sort keys %$play],
    [sort qw(playId outcome prize playToken playsRemaining)],
    'the answer, without odds';
is $play->{outcome}, 'win', 'it wins, with a probability of 1';
ok length $play->{prize}, 'a prize of the wheel';
like $play->{playToken}, qr/^[0-9a-f]{64}$/, 'a token of 256 bits';
is $play->{playsRemaining}, undef, 'plays have no limit';
my $cookie = $response->header('Set-Cookie');
like $cookie, qr{^game_player=[0-9a-f]{32}\.[0-9a-f]{64};\ Max-Age=31536000;
    \ Path=/api/v1/campaigns;\ HttpOnly;\ SameSite=Lax$}x, 'a signed cookie';
my ($player) = $cookie =~ /^(game_player=[^;]+)/;
my ($known) = $player =~ /=(\w+)\./;
sub same { return start({}, key => undef, headers => { Cookie => $_[0] }) }
(undef, undef, $response) = same($player);
like $response->header('Set-Cookie'), qr/^\Q$player;/, 'it stays the same';
is sql("select count(*) from campaigns.plays
    where player_key = 'anon:$known'"), 2, 'two plays of one player';
for my $bad ($player =~ s/=./=z/r, $player =~ s/.$/z/r, 'game_player=',
             $player . '0', $player =~ s/\./-/r) {
    (undef, undef, $response) = same($bad);
    unlike $response->header('Set-Cookie'), qr/\Q$known\E/, "not by $bad";
}
start({ externalUserId => 'somebody', region => 'DE' }, key => undef);
is sql("select count(*) from campaigns.plays
    where campaign_id = '$id'
      and (player_key = 'somebody' or region is not null)"), 0,
    'a name and a region are not believed';
refused('no campaign', '404 CAMPAIGN_NOT_FOUND',
    api(POST => "/campaigns/$NO/plays", {}, key => undef));
is((start({}, key => 'gme_live_nobody.x'))[0], 403, 'a bad key is refused');
is((start({}, bearer => 'nonsense'))[0], 401, 'and a bad token');

# ---- players with a name ----

my $ada = uniq('ada');
($status, $play) = named($ada);
is $status, 201, 'a key names a player' or diag(json($play));
is((finish($play))[1]{pointsAwarded}, balance($ada),
    'and the points are in the wallet');
my $person = '0e9d7a40-0000-4000-8000-00000000ca02';
($status, $play) = start({ externalUserId => 'not-me' },
                         bearer => token(sub => $person));
is $status . sql("select player_key from campaigns.plays
    where id = '$play->{playId}'"), "201$person", 'a bearer is its subject';
is((start({ externalUserId => $ada }, key => $other))[0], 403,
    'a neighbour names nobody');
is((start({}, key => $other))[0], 201, 'but may play as anybody does');
is((start({ externalUserId => $ada }, key => admin_key()))[0], 201,
    'an administrator may');
is((named("anon:$known"))[0], 422, 'a name is none of anonymous players');
is((named('x y'))[0], 422, 'nor one that no user can have');
is((named('x' x 201))[0], 422, 'nor too long');
is((named(''))[0], 422, 'nor empty');

# ---- the rules, in their order ----

rules(active => JSON::PP::false);
refused('not active', '403 CAMPAIGN_INACTIVE', named($ada));
rules(start_date => '2999-01-01T00:00:00Z', require_login => JSON::PP::true);
refused('not yet', '403 CAMPAIGN_NOT_STARTED', start({}, key => undef));
rules(end_date => '2020-01-01T00:00:00Z', require_login => JSON::PP::true);
refused('over', '410 CAMPAIGN_ENDED', start({}, key => undef));
rules(require_login => JSON::PP::true, allowed_regions => ['ES']);
$response = refused('users only', '401 LOGIN_REQUIRED',
    start({}, key => undef));
is $response->header('WWW-Authenticate'), 'Bearer', 'as 401 wants it';
refused('a key alone is nobody', '401 LOGIN_REQUIRED',
    start({}, key => $key));
refused('of no region', '403 REGION_NOT_ALLOWED', named($ada));
refused('of another', '403 REGION_NOT_ALLOWED', named($ada, region => 'DE'));
is((named($ada, region => 'es'))[0], 201, 'of this one');
rules(excluded_regions => ['FR']);
refused('excluded', '403 REGION_NOT_ALLOWED', named($ada, region => 'FR'));
refused("as the server's configuration says it", '403 REGION_NOT_ALLOWED',
    start({}, key => undef, headers => { 'X-Test-Country' => 'FR' }));
is((start({ region => 'FR' }, key => undef))[0], 201,
    'what a page says is not believed');
rules(max_plays_per_user => 2);
my $bob = uniq('bob');
is((named($bob))[1]{playsRemaining}, 1, 'one is left');
is((named($bob))[1]{playsRemaining}, 0, 'none');
refused('no more', '409 MAX_PLAYS_REACHED', named($bob));
rules(rate_limiting => { max_requests_per_minute => 1 });
my $eve = uniq('eve');
named($eve);
$response = refused('a minute', '429 RATE_LIMITED', named($eve));
my $wait = $response->header('Retry-After');
ok $wait > 30 && $wait <= 60, "when to try again: $wait s";
rules(rate_limiting => { max_requests_per_hour => 1 });
$response = refused('an hour', '429 RATE_LIMITED', named($eve));
ok $response->header('Retry-After') > 3000, 'later';

# ---- many at once ----

rules(max_plays_per_user => 3);
my $many = uniq('many');
my @all = burst map { [POST => "$at/plays", { externalUserId => $many },
                       key => $key] } 1 .. 32;
my %seen;
$seen{join ' ', $_->[0], code($_->[1]) || ''}++ for @all;
is_deeply \%seen, { '201 ' => 3, '409 MAX_PLAYS_REACHED' => 29 },
    'of 32 at once three are played' or diag(json(\%seen));
rules(rate_limiting => { max_requests_per_minute => 4 });
my $fast = uniq('fast');
%seen = ();
$seen{join ' ', $_->[0], code($_->[1]) || ''}++ for burst map {
    [POST => "$at/plays", { externalUserId => $fast }, key => $key] }
    1 .. 16;
is_deeply \%seen, { '201 ' => 4, '429 RATE_LIMITED' => 12 },
    'of 16 within a minute, four';

# ---- odds: a bound that a fair draw leaves once in a million times ----

rules(global_win_rate => 0.3);
my ($n, $wins) = (400, 0);
for (1 .. $n / 40) {
    my @some = burst map { [POST => "$at/plays", {}, key => undef] } 1 .. 40;
    is scalar(grep { $_->[0] != 201 } @some), 0, '40 plays';
    $wins += grep { $_->[1]{outcome} eq 'win' } @some;
    is scalar(grep { ($_->[1]{outcome} eq 'win')
        != defined $_->[1]{prize} } @some), 0, 'prizes are of wins';
}
my $bound = 4.9 * sqrt(0.3 * 0.7 / $n);
ok abs($wins / $n - 0.3) < $bound, "won $wins of $n at 0.3";
rules(global_win_rate => 0);
is((named(uniq('sad')))[1]{outcome}, 'lose', 'at 0 nobody wins');

# ---- the end of a play ----

rules(global_win_rate => 1);
my $eva = uniq('eva');
($status, $play) = named($eva);
refused('the wrong token', '403 INVALID_PLAY_TOKEN',
    finish($play, token => 'ab' x 32));
refused('no play', '404 PLAY_NOT_FOUND', finish({ %$play, playId => $NO }));
for ([{}, 'playToken'], [{ playToken => 'x' }, 'durationMs'],
     [{ playToken => 'x', durationMs => -1 }, 'durationMs'],
     [{ playToken => 'x', durationMs => 1, playerResult => [1] },
      'playerResult'],
     [{ playToken => 'x', durationMs => 1,
        playerResult => { x => 'y' x 5000 } }, 'playerResult']) {
    my ($status, $answer) = api(POST =>
        "$at/plays/$play->{playId}/finish", $_->[0], key => undef);
    is "$status $answer->{detail}[0]{loc}[1]", "422 $_->[1]",
        "422 for $_->[1]";
}
my @ends = burst map { [POST => "$at/plays/$play->{playId}/finish",
    { playToken => $play->{playToken}, durationMs => 5 }, key => undef] }
    1 .. 8;
is_deeply [sort map { join ' ', $_->[0], code($_->[1]) || '' } @ends],
    ['200 ', ('409 ALREADY_FINISHED') x 7], 'of eight at once one ends it';
my ($end) = map { $_->[1] } grep { $_->[0] == 200 } @ends;
is_deeply [@$end{qw(playId campaignId status outcome prize durationMs)}],
    [$play->{playId}, $id, 'finished', 'win', $play->{prize}, 5], 'finished';
ok !exists $end->{playerKey}, 'without what is not its business';
my @awards = sql("select t.external_task_id, a.points, a.idempotency_key,
        a.data ->> 'event', a.data ->> 'outcome'
    from game.awards a join game.users u on u.id = a.user_id
    join game.tasks t on t.id = a.task_id
    where u.external_user_id = '$eva' order by 1");
is scalar @awards, 2, 'two awards';
like $awards[0], qr/^campaign-play\|\d+\|$play->{playId}\|campaign_play\|win/,
    'one of the play';
like $awards[1], qr/^campaign-win\|\d+\|$play->{playId}\|/, 'one of the win';
is $end->{pointsAwarded}, balance($eva), 'their points are in the wallet';
is join(',', sql("select x.type_action || ' ' || (x.data ->> 'playId')
        || ' ' || (x.data ->> 'runId') from game.user_actions x
    join game.users u on u.id = x.user_id
    where u.external_user_id = '$eva'")),
    "CAMPAIGN_PLAY $play->{playId} $made->{latestRunId}", 'and an action';
refused('once', '409 ALREADY_FINISHED', finish($play));

# what the game says may have numbers that Postgres writes out
for my $number (qw(1e30 -1e300 9223372036854775807 0.5e-20)) {
    my $its = (named(uniq('wide')))[1];
    my $json = json({ playToken => $its->{playToken}, durationMs => 7,
                      playerResult => { n => 'NUMBER' } });
    $json =~ s/"NUMBER"/$number/;
    ($status, $end) = api(POST => "$at/plays/$its->{playId}/finish", undef,
                          raw => $json);
    is_deeply [$status, @$end{qw(playId status durationMs)}],
        [200, $its->{playId}, 'finished', 7], "a result of $number"
        or diag json($end);
    is scalar sql("select player_result = '{\"n\": $number}'::jsonb
        from campaigns.plays where id = '$its->{playId}'"), 't', 'is kept';
}

# many plays of one player that end together
my $max = uniq('max');
my @plays = map { (named($max))[1] } 1 .. 12;
@ends = burst map { [POST => "$at/plays/$_->{playId}/finish",
    { playToken => $_->{playToken}, durationMs => 5 }, key => undef] }
    @plays;
is scalar(grep { $_->[0] == 200 } @ends), 12, 'twelve ends at once'
    or diag(json([map { $_->[1] } @ends]));
my $sum = 0;
$sum += $_->[1]{pointsAwarded} for @ends;
is balance($max), $sum, 'every point once';
is sql("select count(*) from game.awards a join game.users u
    on u.id = a.user_id where u.external_user_id = '$max'"), 24,
    'and every award';

($status, $play) = start({}, key => undef);
is((finish($play))[1]{pointsAwarded}, 0, 'who has no name has no points');

# a closed task gives no points
my ($task) = sql("select id from game.tasks where game_id = '$game'
    and external_task_id = 'campaign-win'");
api(PATCH => "/games/$game/tasks/$task", { status => 'closed' },
    key => $key);
my $half = uniq('half');
($status, $end) = finish((named($half))[1]);
is "$status " . sql("select count(*) from game.awards a join game.users u
    on u.id = a.user_id where u.external_user_id = '$half'"), '200 1',
    'a closed task gives no points';
api(PATCH => "/games/$game/tasks/$task", { status => 'open' }, key => $key);
($status, $end) = finish((named($half))[1]);
is "$status " . sql("select count(*) from game.awards a join game.users u
    on u.id = a.user_id where u.external_user_id = '$half'"), '200 3',
    'an open one does';

# a strategy that wants more of an event than a play has: no points, said
my $mark = log_mark();
($status, my $patched) = api(PATCH => "/games/$game/tasks/$task",
    { strategyId => 'getis_ord_gi_star' }, key => $key);
is $status, 200, 'another strategy' or diag(json($patched));
my $plain = uniq('plain');
($status, $end) = finish((named($plain))[1]);
is "$status $end->{status} " . sql("select count(*) from game.awards a
    join game.users u on u.id = a.user_id
    where u.external_user_id = '$plain'"), '200 finished 1',
    'a strategy that refuses costs its points and no play';
like log_since($mark), qr/GAME0720.*campaign $id.*campaign-win/,
    'and is told';

($status, $play) = named($eva);
sql("update campaigns.plays set status = 'expired', token_hash = null
    where id = '$play->{playId}'");
refused('too late', '410 PLAY_EXPIRED', finish($play));

# ---- what the owner sees ----

($status, my $list) = api(GET => "$at/plays?player=$eva&page_size=1", undef,
                          key => $key);
is_deeply [$status, scalar @{$list->{items}},
           $list->{search_options}{total_count},
           $list->{search_options}{ordering}],
    [200, 1, 2, '-startedAt'], 'a page of plays';
is $list->{items}[0]{playerKey}, $eva, 'of the player';
ok !exists $list->{items}[0]{winProbability}, 'without odds';
($status, $list) = api(GET => "$at/plays?status=expired", undef,
                       key => $key);
is scalar @{$list->{items}}, 1, 'by status';
($status, my $stats) = api(GET => "$at/plays/stats", undef, key => $key);
is_deeply [@$stats{qw(campaignId plays wins finished points)}],
    [$id, split /\|/, scalar sql("select count(*),
        count(*) filter (where outcome = 'win'),
        count(*) filter (where status = 'finished'), sum(points_awarded)
        from campaigns.plays where campaign_id = '$id'")], 'the sums';
ok abs($stats->{observedRate} - $stats->{wins} / $stats->{plays}) < 1e-9,
    'the rate';
refused("not a neighbour's", '404 CAMPAIGN_NOT_FOUND',
    api(GET => "$at/plays/stats", undef, key => $other));

# ---- over https, in a page of another server ----

SKIP: {
    my $ssl = eval { require IO::Socket::SSL; 1 } && vars()->{tls_port};
    skip 'no client of TLS', 1 if !$ssl;
    my $socket = IO::Socket::SSL->new(PeerAddr => '127.0.0.1',
        PeerPort => $ssl, SSL_verify_mode => 0) or die "tls: $!";
    print $socket "POST /api/v1$at/plays HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        . "Connection: close\r\nContent-Length: 0\r\n\r\n";
    my $text = join '', <$socket>;
    like $text, qr/Set-Cookie: game_player=.*; SameSite=None; Secure/,
        'the cookie is sent in frames';
}

# ---- abuse limits ----

my $limited = 0;
for (1 .. 12) {
    my ($status) = api(POST => "$at/plays", {}, key => undef,
        at => 'limits_shm', headers => { 'X-Forwarded-For' => '192.0.2.77' });
    $limited++ if $status == 429;
}
is $limited, 4, 'an address has so many plays within a window';

is_deeply [faults()], [], 'the ledger is right';

done_testing;
