# The database of campaigns by itself: campaigns, what is published, plays.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Campaigns;
use Game::Test;
use JSON::PP ();

plan need_module('game', 'dbd');

begin_database('game_campaigns_plays');

# ---- campaigns ----

my $key = 'gme_live_cccccccc';
db("insert into game.api_keys (prefix, digest, client)
    values ('$key', sha256('x'), 'c')");
sub campaign {
    my (%o) = @_;
    return decoded(one('select campaigns.campaign_create(' . join(', ',
        map { quoted($_) } $o{tenant} || $key, 'somebody', $o{name} || 'Summer',
        'spin_wheel', { theme => 'x' }, $o{strategy}, $key, undef, undef)
        . ')'));
}
my $c = campaign();
is join(' ', @$c{qw(status version name)}), 'draft 1 Summer', 'a draft';
sub shown { return decoded((prepared('get', $key, 'f', $_[0]))[0][0]) }
is_deeply [prepared('get', $OTHER, 'f', $c->{id})], [], 'of its tenant';
sub change { return call('campaign_change', $key, 'f', $c->{id}, @_) }
is change('Winter', undef, undef, 2)->[0], 'conflict', 'another version';
my ($said, $answer) = @{change('Winter', undef, undef, 1)};
is $said . decoded($answer)->{version}, 'changed2', 'a change is a version';
is decoded($answer)->{config}{theme}, 'x', 'what is not given stays';
is call('campaign_change', $OTHER, 'f', $c->{id}, 'x', undef, undef,
        undef)->[0], 'missing', 'not for others';
is call('campaign_move', $key, 'f', $c->{id}, 'archived')->[0], 'state',
    'a draft is not archived';

sub generate {
    my (%o) = @_;
    return create(tenant => $key, row => $c->{id}, campaign => $c->{id}, %o);
}
is generate(row_version => 1)->[0], 'campaign_version', 'not what was read';
is generate(tenant => $OTHER)->[0], 'campaign_missing',
    'nobody else generates it';
my @two = map { $_->() } map { background(sub { generate()->[0] }) } 1, 2;
is join(',', sort @two), 'campaign_generating,created', 'once at a time';
is shown($c->{id})->{status}, 'generating', 'it is generated';
is change('Spring', undef, undef, undef)->[0], 'not_editable',
    'and left alone';
is call('campaign_delete', $key, 'f', $c->{id})->[0], 'not_deletable',
    'meanwhile';

# The four steps with what a manifest brings.
sub build {
    my ($ready, %o) = @_;
    my %data = (
        game_config => { settings => { difficulty => {
            win_probability => 0.25 } } }, bgm => {}, bundle_game => {},
        manifest => { deployment_ready => $ready ? JSON::PP::true
                                                 : JSON::PP::false,
            manifest => { checksum => $o{sum} || 'c1', rules => {
                active => JSON::PP::true, max_plays_per_user => 3 } } });
    my %type = (game_config => 'json/game-config', bgm => 'audio/bgm',
        bundle_game => 'bundle/game', manifest => 'json/campaign-manifest');
    my $got;
    while (my $row = claim('build')) {
        $got = finish($row, $o{fail} && $row->[4] eq $o{fail} ? ('failed',
            error => 'EXECUTION_ERROR')
            : ('completed', data => $data{$row->[4]}, artifacts => [
               artifact($row->[4], type => $type{$row->[4]})]));
    }
    return $got->[4];
}
is build(0), 'failed', 'a manifest that may not be deployed';
is shown($c->{id})->{manifestArtifactId}, undef, 'is not published';
is_deeply [prepared('manifest', undef, 'f', $c->{id})], [],
    'nor shown';
is generate()->[0], 'created', 'it is tried again';
is build(1), 'live', 'and goes live';
my $live = shown($c->{id});
is $live->{bundleUrl}, '/a/bundle_game', 'with its bundle';
my @public = prepared('manifest', undef, 'f', $c->{id});
is_deeply [@{$public[0]}[0, 3, 4]], [$live->{manifestArtifactId}, 'c1', 't'],
    'everybody gets the manifest';
is one("select g.external_game_id || ' ' || g.platform || ' '
    || g.strategy_id || ' ' || g.key_prefix from game.games g
    where g.id = '$live->{gameId}'"),
    "campaign-$c->{id} web default $key", 'a game of GAME';
is join(',', db("select external_task_id from game.tasks
    where game_id = '$live->{gameId}' order by 1")),
    'campaign-play,campaign-win', 'with two tasks';
is generate()->[0], 'campaign_state', 'a live one is not generated';
my $newest = $live->{latestRunId};
is create(tenant => $key, base => $newest, campaign => $c->{id},
          reused => { game_config => 1 })->[0], 'created',
    'it is updated';
is shown($c->{id})->{status}, 'generating', 'that shows';
is one("select status from campaigns.play_facts('$c->{id}', 'p')"), 'live',
    'and is served meanwhile';
is create(tenant => $key, base => $newest, campaign => $c->{id})->[0],
    'campaign_generating', 'one update at a time';
is build(1, fail => 'bgm'), 'live', 'an update that fails';
is shown($c->{id})->{manifestArtifactId}, $live->{manifestArtifactId},
    'leaves the old manifest';
my $failed = shown($c->{id})->{latestRunId};
is call('run_retry', $key, 'f', $failed)->[0], 'queued', 'tried again';
is shown($c->{id})->{status}, 'generating', 'it is under way';
is build(1, sum => 'c2'), 'live', 'and succeeds';
$live = shown($c->{id});
is one("select manifest_checksum || win_probability || game_id
    from campaigns.campaigns where id = '$c->{id}'"),
    "c20.25$live->{gameId}", 'the new manifest in the same game';
is create(tenant => $key, base => $live->{latestRunId},
          campaign => $c->{id}, reused => { game_config => 1 })->[0],
    'created', 'another update';
call('run_cancel', $key, 'f', shown($c->{id})->{latestRunId});
is shown($c->{id})->{status}, 'live', 'cancelled, it is as before';
is scalar(@{[prepared('runs', $key, 'f', $c->{id}, '-createdAt', undef,
    0)]}), 4, 'the runs of a campaign';
is_deeply [prepared('runs', $OTHER, 'f', $c->{id}, '-createdAt', undef,
    0)], [], 'for its tenant';
is call('campaign_move', $key, 'f', $c->{id}, 'archived')->[0], 'moved',
    'archived';
is_deeply [prepared('manifest', $OTHER, 'f', $c->{id})], [],
    'it is not served';
is scalar(@{[prepared('manifest', $key, 'f', $c->{id})]}), 1,
    'its owner still has it';
is create(tenant => $key, base => $live->{latestRunId},
          campaign => $c->{id})->[0], 'campaign_state', 'and is not updated';
is call('campaign_move', $key, 'f', $c->{id}, 'live')->[0], 'moved',
    'restored';
my ($copy) = prepared('duplicate', $key, 'f', $c->{id}, 'me', undef, $key,
                      undef, undef);
$copy = decoded($copy->[0]);
is join(' ', @$copy{qw(name status version)}), 'Winter (copy) draft 1',
    'a copy';
is $copy->{gameId}, undef, 'has no game';
is_deeply [prepared('duplicate', $OTHER, 'f', $c->{id}, 'me', undef, $key,
                    undef, undef)], [], 'nobody else copies';
is join(',', map { decoded($_->[1])->{name} } prepared('list', $key, 'f',
    undef, 'spin_wheel', 'WINT', '-name', 10, 0)), 'Winter (copy),Winter',
    'a list';
is_deeply [prepared('list', $key, 'f', 'draft', undef, 'x%', 'name', 10,
                    0)], [[0, '']], 'search is no pattern';
is call('campaign_delete', $key, 'f', $copy->{id})->[0], 'deleted',
    'deleted';
is call('campaign_delete', $key, 'f', $copy->{id})->[0], 'missing', 'gone';

# a name that somebody else has
my $mine = $c;
$c = campaign(name => 'Taken', strategy => 'socio_bee');
db("select * from game.create_game('campaign-$c->{id}', 'web', 'default',
    null, 'thief', null, '{}', '{}')");
generate();
is build(1), 'live', 'a game\'s name is taken';
isnt one("select external_game_id from game.games
    where id = '" . shown($c->{id})->{gameId} . "'"), "campaign-$c->{id}",
    'who took it gets nothing';
is one("select strategy_id from game.games
    where id = '" . shown($c->{id})->{gameId} . "'"), 'socio_bee',
    'the campaign\'s strategy';
is one("select campaigns.game_name('camp-0001')"), 'campaign-camp-0001',
    'a name';
is one("select campaigns.game_name('Ä/' || repeat('x', 80))") =~
    /^campaign-[a-z-]+-[0-9a-f]{8}$/, 1, 'that had to be changed';
is one("select max(char_length(campaigns.game_name(repeat('a', n))))
    from generate_series(1, 255) n"), 60, 'and has 60 characters at most';
$c = $mine;
sound('campaigns');

# ---- plays ----

my $token = "\\x" . 'ab' x 32;
sub start {
    my ($player, %o) = @_;
    return call('play_start', $c->{id}, $player, $o{anonymous} || 'f',
        $o{sum} || 'c2', $o{max}, $o{minute}, $o{hour}, $o{outcome} || 'win',
        'cup', 0.5, 'DE', $token);
}
my @facts = @{call('play_facts', $c->{id}, 'ada')};
is join(' ', @facts[0, 1, 3, 4, 8, 9, 10]), "live $key 0.25 c2 0 0 0",
    'what a play is decided from';
is decoded($facts[2])->{max_plays_per_user}, 3, 'the rules';
is_deeply [call('play_facts', uuid(), 'ada')], [], 'no campaign';
@two = map { $_->() } map { background(sub { start('ada', max => 3)->[0] }) }
    1 .. 6;
is join(' ', sort @two), 'max max max started started started',
    'no more than may be, six at once';
is join(',', db("select play_no from campaigns.plays
    where player_key = 'ada' order by 1")), '1,2,3', 'numbered';
@facts = @{call('play_facts', $c->{id}, 'ada')};
is join(' ', @facts[8, 9, 10]), '3 3 3', 'they are counted';
is start('bob', max => 3)->[0], 'started', 'of each player';
@two = map { $_->() } map { background(sub { start('eve', minute => 2)->[0]
    }) } 1 .. 4;
is join(' ', sort @two), 'minute minute started started', 'per minute';
ok start('eve', minute => 2)->[4] / 1e6 - time > 30, 'and when again';
db("update campaigns.plays set started_at = started_at - interval '2 min'
    where player_key = 'eve'");
is start('eve', minute => 2, hour => 2)->[0], 'hour', 'per hour';
is start('eve', minute => 2, hour => 3)->[0], 'started', 'a minute later';
is start('eve', sum => 'c1')->[0], 'moved', 'another manifest by now';
call('campaign_move', $key, 'f', $c->{id}, 'archived');
is start('eve')->[0], 'moved', 'an archived campaign';
call('campaign_move', $key, 'f', $c->{id}, 'live');
ok refused("insert into campaigns.plays (campaign_id, tenant_id, player_key,
    anonymous, play_no, outcome, win_probability, run_id, token_hash)
    select campaign_id, tenant_id, player_key, anonymous, play_no, outcome,
    win_probability, run_id, token_hash from campaigns.plays
    where player_key = 'bob'", '23505'), 'a number is given once';

# ---- the end of a play ----

my $game = $live->{gameId};
my %task = map { split /\|/ } db("select external_task_id, id
    from game.tasks where game_id = '$game'");
my $user = '5b8c7a30-0000-5000-8000-00000000ab07';
sub book {
    my ($play, %o) = @_;
    my $n = exists $o{tasks} ? $o{tasks} : 2;
    my $list = sub { '{' . join(',', @_[0 .. $n - 1]) . '}' };
    return call('play_book', $c->{id}, $play, $o{token} || $token, 1234,
        { result => 'win' }, 7, $o{user} || $user, $o{name} || 'ada', undef,
        $game, $o{version} || 1, $o{history},
        $list->(@task{qw(campaign-play campaign-win)}), $list->(1, 1),
        $list->(10, 5), $list->('A', 'B'),
        $list->('"{\"event\": \"campaign_play\"}"',
                '"{\"event\": \"campaign_play\"}"'),
        $list->('NULL', 'NULL'), $list->('NULL', 'NULL'),
        $list->('NULL', 'NULL'), $key, undef, 100, 'f');
}
my @plays = db("select id from campaigns.plays where player_key = 'ada'
    order by play_no");
sub opened { return call('play_open', $c->{id}, $_[0], $_[1] || $token) }
is_deeply opened($plays[0]), ['open', 'ada', 'f', 'win',
    one("select live_run_id from campaigns.campaigns
    where id = '$c->{id}'"), 'c2', $game, '', $key, ''], 'a play is open';
is opened(uuid())->[0], 'missing', 'no such play';
is opened($plays[0], "\\x" . 'cd' x 32)->[0], 'token', 'the wrong token';
is book($plays[0], token => "\\x" . 'cd' x 32)->[0], 'token',
    'finishes nothing';
is book($plays[0], version => 9)->[0], 'config', 'another game by now';
is book($plays[0], history => 77)->[0], 'history', 'another history';
is one("select status from campaigns.plays where id = '$plays[0]'"),
    'started', 'the play is as it was';
is one("select count(*) from game.users where id = '$user'"), 0,
    'and nobody was made';
@two = map { [$_->()] } map { background(sub { return @{book($plays[0],
    history => 0)}[0, 1] }) } 1, 2;
is join(' ', sort map { $_->[0] } @two), 'finished used',
    'a token is used once';
is one("select status || points_awarded || coalesce(token_hash::text, '')
    || duration_ms from campaigns.plays where id = '$plays[0]'"),
    'finished151234', 'the play is finished';
is one("select points_balance from game.wallets where user_id = '$user'"),
    15, 'its points are in the wallet';
is join(',', db("select points || ' ' || case_name || ' '
    || (idempotency_key = '$plays[0]') from game.awards
    where user_id = '$user' order by points")), '5 B true,10 A true',
    'two awards with the key of the play';
is one("select data ->> 'outcome' || ' ' || type_action || ' '
    || (data ->> 'manifestChecksum') from game.user_actions
    where user_id = '$user'"), 'win CAMPAIGN_PLAY c2', 'and a user action';
is book($plays[0])->[0], 'used', 'once';
is book($plays[1], history => 2, tasks => 1)->[0], 'finished',
    'one that was lost';
is one("select points_balance from game.wallets where user_id = '$user'"),
    25, 'has the points of the play';
db("update game.tasks set status = 'closed', version = version
    where id = '$task{'campaign-win'}'");
is book($plays[2])->[0], 'closed', 'the second of two is refused';
is one("select count(*) from game.awards where user_id = '$user'"), 3,
    'then there is none of them';
db("update game.tasks set status = 'open'
    where id = '$task{'campaign-win'}'");
is book($plays[2])->[0], 'finished', 'and both later';
my $anonymous = start('anon:1', anonymous => 't', outcome => 'lose')->[1];
is join(' ', @{book($anonymous)}[0, 1]), 'finished 0',
    'anonymous plays give no points';
is one("select count(*) from game.awards where user_id = '$user'"), 5,
    'whatever is asked';
my ($bob) = db("select id from campaigns.plays where player_key = 'bob'");
is book($bob, tasks => 0, name => 'bob', user =>
    '5b8c7a30-0000-5000-8000-00000000bb07')->[0], 'finished',
    'a play without tasks';
is join(',', db('select * from game.ledger_faults()')), '',
    'the ledger is right';
is_deeply [prepared('play_stats', $key, 'f', $c->{id})],
    [[8, 7, 0.875, 5, 4, 40]], 'sums';
is_deeply [prepared('play_stats', $OTHER, 'f', $c->{id})], [],
    'for the owner';
my @list = prepared('play_list', $key, 'f', $c->{id}, 'ada', 'finished',
                    '-startedAt', 2, 0);
is $list[0][0] . scalar(@list), '32', 'a page of plays';
ok !exists decoded($list[0][1])->{winProbability}, 'without the odds';
is_deeply [prepared('play_list', $OTHER, 'f', $c->{id}, undef, undef,
                    'startedAt', undef, 0)], [], 'for the owner as well';

# ---- sweeping ----

db("insert into campaigns.step_cache (cache_key, tenant_id, workflow_name,
        step_id, input_hash, artifact_ids, expires_at)
    select 'w:s:' || n, '$T', 'w', 's', n::text, '[]',
           now() + (n - 6) * interval '1 hour'
      from generate_series(1, 10) n;
    delete from campaigns.step_cache where workflow_name <> 'w'");
sub swept {
    my (%args) = @_;
    my ($next, $n, @all) = ('null', 0);
    while (1) {
        my ($row) = db("select coalesce(next::text, 'null'), n
            from game.job_campaigns(" . quoted(\%args) . ", nullif('$next',
            'null')::jsonb)");
        ($next, $n) = split /\|/, $row;
        push @all, $n;
        last if $next eq 'null';
    }
    return join ',', @all;
}
my $run = create(campaign => 'old', graph => [['a', []], ['b', ['a']]])->[1];
drain();
my $events = one('select count(*) from campaigns.run_events');
db("update campaigns.run_events set at = at - interval '8 days'
    where run_id = '$run'");
is swept(batch => 2), '2,2,2,0', 'expired entries go, batch by batch';
is one('select count(*) from campaigns.run_events'), $events,
    'events of a run that ended today stay';
db("update campaigns.runs set completed_at = now() - interval '8 days'
    where id = '$run'");
is swept(batch => 4), '4,4,1,0', 'those of an old one go';
is one("select count(*) from campaigns.run_events where run_id = '$run'"),
    0, 'all of them';
is_deeply [prepared('run_events', $T, 'f', $run, 5, 100)],
    [['completed', '', '', '']],
    'who asks for them sees the end';
is one('select count(*) from campaigns.run_events'), $events - 9,
    'no others';
db("update campaigns.plays set started_at = now() - interval '25 hours'
    where player_key = 'eve'");
is swept(batch => 100), '3', 'plays that nobody finished';
is one("select count(*) from campaigns.plays where status = 'expired'
    and token_hash is null and player_key = 'eve'"), 3, 'expire';
my ($eve) = db("select id from campaigns.plays where player_key = 'eve'");
is opened($eve)->[0], 'expired', 'which is said';
is book($eve)->[0], 'expired', 'and meant';
is one("select count(*) from campaigns.step_cache"), 4, 'what may stay';
is_deeply [prepared('cache_delete', $OTHER, 'f', 'w', undef)], [[0]],
    'a tenant forgets what is its own';
is_deeply [prepared('cache_delete', $T, 'f', 'w', 'other')], [[0]],
    'of one step';
is_deeply [prepared('cache_delete', $T, 'f', 'w', undef)], [[4]],
    'or all';

end_database();
done_testing;
