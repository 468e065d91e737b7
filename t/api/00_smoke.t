# The shortest way through the API: health, refusal, key, game, task, award.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan tests => 16, need_module('game', 'auth_openidc', 'dbd');

my ($status, $body, $response) = api GET => '/kpi/health_check', undef,
    key => undef;
is $status, 200, 'healthy';

($status, $body, $response) = api GET => '/games', undef, key => undef;
is $status, 401, 'no credential';
is_deeply [keys %{$body || {}}], ['detail'], 'the envelope of errors';
like $response->header('Content-Type'), qr{^application/json}, 'as JSON';
like $response->header('WWW-Authenticate'), qr/^Bearer/, 'a challenge';

($status, $body) = api POST => '/apikey/create',
    { client => uniq('shop'), description => 'smoke' },
    bearer => token(-admin => 1);
is $status, 201, 'an administrator makes a key';
like $body->{plaintext}, qr/^gme_live_[\w-]{8}\.[\w-]{32}$/, 'its plaintext';
my $key = $body->{plaintext};

my $name = uniq('game');
($status, $body) = api POST => '/games',
    { externalGameId => $name, platform => 'web' }, key => $key;
is $status, 200, 'a game';
is $body->{externalGameId}, $name, 'its name';
my $game = $body->{gameId};

($status, $body) = api POST => "/games/$game/tasks",
    { externalTaskId => 'first-task' }, key => $key;
is $status, 200, 'a task';

($status, $body) = api POST => "/games/$game/tasks/first-task/points",
    { externalUserId => uniq('ada'), data => {} }, key => $key;
is $status, 200, 'an award';
is $body->{points}, 1, 'its points';
ok $body->{isACreatedUser}, 'the user is new';

($status) = api GET => "/games/$game", undef, key => new_key();
is $status, 403, 'not for another key';

is sql('select count(*) from game.ledger_faults()'), 0, 'the ledger is right';
is sql("select count(*) from game.awards where game_id = '$game'"), 1,
    'one award';
