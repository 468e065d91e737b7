# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Campaigns over HTTP: drafts, generating them by real runs, their states,
# who sees them, the manifest, and the page on which they are played.
use strict;
use warnings FATAL => 'all';

use Game::Test;

use HTTP::Request ();
use JSON::PP ();
use LWP::UserAgent ();
use Test::More;

my $NO = '00000000-0000-4000-8000-0000000000aa';
my $key = new_key(client => 'campaigner');
my $other = new_key(client => 'neighbour');
my ($tenant) = $key =~ /^([^.]+)/;

sub mine { return api(@_[0 .. 2], key => $key, @_[3 .. $#_]) }
sub code { return ref $_[0] && ref $_[0]{detail} eq 'HASH'
    ? $_[0]{detail}{code} : undef }

sub refused {
    my ($what, $want, $status, $body) = @_;
    is "$status " . (code($body) || json($body)), $want, $what;
}

my %config = (
    theme => 'neon_arcade', difficulty => 'medium',
    audio => { duration_sec => 5 },
    intro_video_uri => 'https://cdn.example.org/intro.mp4',
    outcome_win_uri => 'https://cdn.example.org/win.mp4',
    outcome_lose_uri => 'https://cdn.example.org/lose.mp4');

sub draft {
    my (%more) = @_;
    my ($status, $made) = mine(POST => '/campaigns', {
        name => uniq('campaign'), templateId => 'spin_wheel',
        config => {%config}, %more });
    is $status, 201, 'a campaign is made' or diag(json($made));
    return $made;
}

# ---- drafts ----

my ($status, $made, $response) = mine(POST => '/campaigns', {
    name => 'Summer', templateId => 'spin_wheel' });
is $status, 201, 'a name and a template make a campaign';
is_deeply [@$made{qw(name templateId status strategyId version userId)},
           $made->{config}],
    ['Summer', 'spin_wheel', 'draft', 'default', 1, $tenant, {}], 'a draft';
is $response->header('Location'), "/api/v1/campaigns/$made->{id}",
    'and where it is';
my $at = "/campaigns/$made->{id}";
($status, my $read) = mine(GET => $at);
is_deeply $read, $made, 'it is read as it was made';

for ([{ templateId => 'spin_wheel' }, 'name', 'missing'],
     [{ name => '', templateId => 'x' }, 'name', 'string_too_short'],
     [{ name => 'x' x 256, templateId => 'x' }, 'name', 'string_too_long'],
     [{ name => 7, templateId => 'x' }, 'name', 'string_type'],
     [{ name => 'x', templateId => '../x' }, 'templateId',
      'string_pattern_mismatch'],
     [{ name => 'x', templateId => 'x', config => [] }, 'config',
      'dict_type']) {
    my ($body, $member, $type) = @$_;
    my ($status, $answer) = mine(POST => '/campaigns', $body);
    is "$status $answer->{detail}[0]{type} $answer->{detail}[0]{loc}[1]",
        "422 $type $member", "$member: $type";
}
is((mine(POST => '/campaigns', { name => 'x', templateId => 'x',
    strategyId => 'nothing' }))[0], 404, 'a strategy that is not there');
is((mine(GET => '/campaigns/nonsense'))[0], 422, 'an id is a UUID');

($status, $read) = mine(PATCH => $at, { name => 'Autumn',
    config => { theme => 'woods' }, expectedVersion => 1 });
is "$status $read->{name} $read->{config}{theme} $read->{version}",
    '200 Autumn woods 2', 'a draft is changed';
refused('its version is asked for', '409 VERSION_CONFLICT',
    mine(PATCH => $at, { name => 'Winter', expectedVersion => 1 }));
($status, $read) = mine(PATCH => $at, { name => 'Winter' });
is "$status $read->{name} $read->{config}{theme} $read->{version}",
    '200 Winter woods 3', 'or not; what is not named stays';

# ---- who sees what ----

for ([GET => ''], [PATCH => '', { name => 'x' }], [DELETE => ''],
     [POST => '/generate', {}], [POST => '/archive'], [POST => '/restore'],
     [POST => '/duplicate', {}], [GET => '/runs'], [GET => '/manifest'],
     [GET => '/plays'], [GET => '/plays/stats']) {
    my ($method, $path, $body) = @$_;
    refused("$method $path of a neighbour", '404 CAMPAIGN_NOT_FOUND',
        api($method => "$at$path", $body, key => $other));
    refused("$method $path of nobody", '404 CAMPAIGN_NOT_FOUND',
        mine($method => "/campaigns/$NO$path", $body));
    next if $path eq '/manifest';
    is((api($method => "$at$path", $body, key => undef))[0], 401,
        "$method $path without credentials");
}
is((api(GET => $at, undef, key => admin_key()))[0], 200,
    'an administrator sees it');
is((api(GET => $at, undef, bearer => token(-admin => 1)))[0], 200,
    'by token as well');
my $person = token(sub => '0e9d7a40-0000-4000-8000-00000000ca01');
($status, $read) = api(POST => '/campaigns', { name => 'Own',
    templateId => 'spin_wheel' }, bearer => $person);
is "$status $read->{userId}", '201 0e9d7a40-0000-4000-8000-00000000ca01',
    'a person has campaigns as well';
is((api(GET => "/campaigns/$read->{id}", undef, bearer => $person))[0], 200,
    'and sees them');
is((mine(GET => "/campaigns/$read->{id}"))[0], 404, 'who else does not');

# ---- lists ----

draft(name => "B $_") for 1 .. 3;
($status, my $list) = mine(GET => '/campaigns?page_size=2&ordering=name');
is_deeply [$status, [map { $_->{name} } @{$list->{items}}],
           $list->{search_options}],
    [200, ['B 1', 'B 2'], { ordering => 'name', page => 1, page_size => 2,
                            total_count => 4 }], 'a page of them';
($status, $list) = mine(GET => '/campaigns?search=b+3&status=draft'
    . '&templateId=spin_wheel&page_size=all');
is join(' ', map { $_->{name} } @{$list->{items}}), 'B 3', 'filtered';
is scalar @{(mine(GET => '/campaigns?status=live'))[1]{items}}, 0,
    'by status';
is((mine(GET => "/campaigns?$_"))[0], 422, $_)
    for qw(ordering=nonsense page=0 status=nonsense);
($status, $list) = api(GET => "/campaigns?tenantId=$tenant", undef,
                       key => admin_key());
is $list->{search_options}{total_count}, 4, "a tenant's, by administrators";
($status, $list) = api(GET => "/campaigns?tenantId=$tenant", undef,
                       key => $other);
is $list->{search_options}{total_count}, 0, 'by nobody else';

# ---- generating ----

($status, my $refusal) = mine(POST => "$at/generate");
refused('a config without what steps want', '422 CAMPAIGN_CONFIG_INCOMPLETE',
    $status, $refusal);
ok scalar(grep { $_->{path} eq 'intro_video_uri' }
    @{$refusal->{detail}{params}{issues}}), 'which says what is missing'
    or diag(json($refusal));
refused('a workflow that is not there', '404 WORKFLOW_NOT_FOUND',
    mine(POST => "$at/generate", { workflowName => 'none' }));
is((mine(GET => $at))[1]{status}, 'draft', 'it stays a draft');

my $live = draft(config => {%config, rules => { max_plays_per_user => 2 }});
my $live_at = "/campaigns/$live->{id}";
($status, my $run) = mine(POST => "$live_at/generate", {});
is_deeply [$status, $run->{campaignId}, $run->{status}],
    [202, $live->{id}, 'generating'], 'a run is queued' or diag(json($run));
ok wait_for(sub { (mine(GET => $live_at))[1]{status} ne 'generating' }),
    'it ends';
($status, $read) = mine(GET => $live_at);
is $read->{status}, 'live', 'the campaign is live' or do {
    diag(json((mine(GET => "/runs/$run->{runId}"))[1]));
    BAIL_OUT('there is nothing to go on with');
};
is $read->{latestRunId}, $run->{runId}, 'by this run';
ok $read->{$_}, "it has $_" for qw(bundleUrl manifestArtifactId gameId);
($status, $list) = mine(GET => "$live_at/runs");
is_deeply [map { "$_->{id} $_->{status}" } @{$list->{items}}],
    ["$run->{runId} completed"], 'its runs';
is sql("select external_game_id from game.games
    where id = '$read->{gameId}'"), "campaign-$live->{id}", 'its game';
is join(',', sql("select external_task_id from game.tasks
    where game_id = '$read->{gameId}' order by 1")),
    'campaign-play,campaign-win', 'with two tasks';

# two at once: one run
my $twice = draft();
my @both = burst map { [POST => "/campaigns/$twice->{id}/generate", {},
                        key => $key] } 1 .. 6;
is_deeply [sort map { join ' ', $_->[0], code($_->[1]) || '' } @both],
    ['202 ', ('409 ALREADY_GENERATING') x 5], 'of six at once one generates'
    or diag(json([map { $_->[1] } @both]));

refused('a live campaign is not changed', '422 CAMPAIGN_NOT_EDITABLE',
    mine(PATCH => $live_at, { name => 'x' }));
refused('nor deleted', '422 CAMPAIGN_NOT_DELETABLE',
    mine(DELETE => $live_at));
refused('nor generated anew', '409 INVALID_STATE_TRANSITION',
    mine(POST => "$live_at/generate"));

# a film that is not there
refused('a film that is not there', '422 MISSING_ASSET',
    mine(POST => '/campaigns/' . draft(config => {%config, intro_video_uri =>
        '/campaign-assets/none.mp4'})->{id} . '/generate'));

# a button without an area: no deployable manifest
my $broken = draft(config => {%config, button_config => { bounds =>
    { x => 0, y => 0, width => 0, height => 0 } } });
mine(POST => "/campaigns/$broken->{id}/generate");
wait_for(sub { (mine(GET => "/campaigns/$broken->{id}"))[1]{status}
    ne 'generating' });
is((mine(GET => "/campaigns/$broken->{id}"))[1]{status}, 'failed',
    'a manifest that cannot be deployed is not');
is((mine(PATCH => "/campaigns/$broken->{id}", { config => {%config} }))[0],
    200, 'a failed campaign is mended');

# ---- the manifest ----

my $path = "$live_at/manifest";
($status, my $manifest, $response) = api(GET => $path, undef, key => undef);
is $status, 200, 'everybody has the manifest';
my $bytes = $response->content;
is $response->header('ETag'), qq("$manifest->{checksum}"), 'with its ETag';
like $response->header('Cache-Control'), qr/^public, max-age=\d+$/, 'cached';
is $response->header('Content-Type'), 'application/json', 'as JSON';
is $manifest->{campaign_id}, $live->{id}, 'of the campaign';
is $manifest->{assets}{game_bundle}{uri}, $read->{bundleUrl}, 'its game';
(my $empty = $bytes) =~ s/"checksum": "[0-9a-f]{64}"(?=\n\}\z)/"checksum": ""/;
isnt $empty, $bytes, 'the checksum is its last member';
($status, undef, $response) = api(GET => $path, undef, key => undef,
    headers => { 'If-None-Match' => qq("$manifest->{checksum}") });
is $status . length $response->content, '3040', 'known: 304, nothing else';
($status, undef, $response) = api(HEAD => $path, undef, key => undef);
is "$status " . $response->header('Content-Length'), '200 ' . length $bytes,
    'HEAD';
($status, undef, $response) = api(GET => $path, undef, key => undef,
    headers => { Origin => 'https://shop.example' });
is $response->header('Access-Control-Allow-Origin'), 'https://shop.example',
    'for pages of others';
is((api(GET => $path, undef, key => 'gme_live_nobody.x'))[0], 403,
    'a bad key is refused all the same');

my $agent = LWP::UserAgent->new;
my $site = 'http://127.0.0.1:' . vars()->{port};
my $game = $agent->get("$site$read->{bundleUrl}index.html");
is $game->code, 200, 'the game is served';
my $config = $agent->get("$site$read->{bundleUrl}game_config.json");
is JSON::PP::decode_json($config->content)->{settings}{difficulty}
    {win_probability}, 0.3, 'with its config';

# ---- off and on again ----

refused('a draft is not archived', '409 INVALID_STATE_TRANSITION',
    mine(POST => "$at/archive"));
refused('nor restored', '409 INVALID_STATE_TRANSITION',
    mine(POST => "$at/restore"));
is((mine(POST => "$live_at/archive"))[1]{status}, 'archived', 'archived');
refused('then it has no manifest', '404 CAMPAIGN_NOT_FOUND',
    api(GET => $path, undef, key => undef));
($status, undef, $response) = mine(GET => $path);
is "$status " . $response->header('Cache-Control'), '200 no-store',
    'but for its owner';
is((mine(POST => "$live_at/restore"))[1]{status}, 'live', 'restored');
is((api(GET => $path, undef, key => undef))[0], 200, 'and served');

($status, my $copy) = mine(POST => "$live_at/duplicate", {});
is_deeply [$status, @$copy{qw(name status version gameId)}, $copy->{config}],
    [201, "$live->{name} (copy)", 'draft', 1, undef, $live->{config}],
    'a copy is a draft';
is((mine(POST => "$live_at/duplicate", { name => 'Twin' }))[1]{name},
    'Twin', 'with a name of its own');
mine(POST => "$live_at/archive");
is((mine(DELETE => "/campaigns/$copy->{id}"))[0], 204, 'a draft is deleted');
is((mine(GET => "/campaigns/$copy->{id}"))[0], 404, 'and gone');
is((mine(DELETE => $live_at))[0], 204, 'and what is archived');

# ---- the page ----

sub page { return $agent->request(HTTP::Request->new(GET => "$site$_[0]")) }
$agent->max_redirect(0);
my $page = page("/play/$live->{id}/");
is $page->code, 200, 'the page of a campaign';
like $page->header('Content-Type'), qr{^text/html; charset=utf-8}, 'is HTML';
is $page->header('Cache-Control'), 'public, max-age=300', 'for minutes';
my %policy = map { /^(\S+) (.*)$/ } split /; /,
    $page->header('Content-Security-Policy');
is $policy{'default-src'} . $policy{'script-src'}, "'none''self'",
    'scripts are ours alone';
like $policy{'frame-ancestors'}, qr/^'self' .*shop\.example/,
    'it may be in pages of GameCampaignEmbedDomains';
my @loads = $page->content =~ m{(?:href|src)="([^"]+)"}g;
ok scalar(@loads), 'it loads';
for my $load (@loads) {
    my $answer = page("/play/$live->{id}/$load" =~ s{[^/]+/\.\./}{}r);
    is $answer->code, 200, $load;
    unlike $answer->header('Content-Type'), qr/octet-stream/, 'by its type';
}
$page = page("/play/$live->{id}");
is $page->code . ' ' . $page->header('Location'),
    "308 /play/$live->{id}/", 'a path without its slash';
is page("/play/$_")->code, 404, $_ for ('', 'x/', "$live->{id}/play.js",
    '_shell/index.html', '_shell/..%2findex.html', '_shell/.x.js',
    '_shell/none.js');
is $agent->request(HTTP::Request->new(POST => "$site/play/$live->{id}/"))
    ->code, 405, 'there is nothing to be posted';

my $elsewhere = $agent->get('http://127.0.0.1:'
    . vars()->{play_elsewhere_port} . "/play/$live->{id}/");
like $elsewhere->content, qr{name="game-api" content="../../game/v2"},
    'the page is told where the API of its server is';

is_deeply [faults()], [], 'the ledger is right';

done_testing;
