# Workflows, runs, their parts, artifacts and skills: every endpoint and every
# error it documents, who may see what, keys, and that what is refused leaves
# nothing.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Digest::SHA qw(sha256_hex);
use Game::Test;
use IO::Select ();
use JSON::PP ();

plan need_module('game', 'auth_openidc', 'dbd');

my $NOBODY = '00000000-0000-4000-8000-0000000000ff';
my $EMPTY
    = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
my $MINIMAL = 'campaign.build.minimal';
my $key = new_key();
my $stranger = new_key();
my $tenant = (split /\./, $key)[0];
my $uuid = qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/;

sub payload {
    my (%more) = @_;
    return { campaign_id => uniq('camp'), template_id => 'spin_wheel',
        theme => uniq('theme'), difficulty => 'medium',
        audio => { prompt => 'a loop', duration_sec => 5 },
        intro_video_uri => 'https://cdn.example.org/intro.mp4',
        outcome_win_uri => 'https://cdn.example.org/win.mp4',
        outcome_lose_uri => 'https://cdn.example.org/lose.mp4', %more };
}

sub trigger {
    my ($payload, @options) = @_;
    @options = (key => $key) if !@options;
    my ($status, $body) = api POST => '/runs',
        { workflowName => $MINIMAL, triggerPayload => $payload }, @options;
    die "no run: $status " . json($body) if $status != 202;
    return $body->{runId};
}

sub run_of { return scalar api GET => "/runs/$_[0]", undef, key => $key }

# Waits until a run has ended: the run.
sub ended {
    my ($id) = @_;
    return wait_for(sub {
        my $run = run_of($id);
        return $run->{completedAt} ? $run : undef;
    }) || die "run $id does not end: " . json(run_of($id));
}

sub steps_of {
    my ($id) = @_;
    my $body = api GET => "/runs/$id/steps", undef, key => $key;
    return { map { $_->{stepId} => $_ } @{$body->{steps}} };
}

# Step id => 'status', with "hit" or the code of its error.
sub states {
    my $steps = steps_of($_[0]);
    return { map { my $s = $steps->{$_}; $_ => join ' ', $s->{status},
        $s->{cacheHit} ? 'hit' : (), $s->{error} ? $s->{error}{code} : ()
    } keys %$steps };
}

# An error with a code.
sub coded {
    my ($what, $status, $code, @answer) = @_;
    my $detail = ref $answer[1] ? $answer[1]{detail} : undef;
    is $answer[0], $status, "$what is $status"
        or diag $answer[2]->content;
    is ref $detail ? $detail->{code} : undef, $code, "$what: $code"
        or diag $answer[2]->content;
    is_deeply [ref $detail ? sort keys %$detail : ()],
        [qw(code message params)], "$what: its members";
}

# A 422 list: "loc type" of each item.
sub items {
    my ($body) = @_;
    return [] if ref $body ne 'HASH' || ref $body->{detail} ne 'ARRAY';
    return [sort map { join('.', @{$_->{loc}}) . " $_->{type}" }
            @{$body->{detail}}];
}

sub counts {
    return join ' ', sql("select (select count(*) from campaigns.runs),
        (select count(*) from campaigns.run_steps),
        (select count(*) from campaigns.run_events)");
}

# Runs whose campaign_id begins with "held" stay queued.
sql(q{create function campaigns.test_hold() returns trigger
    language plpgsql as $$ begin
        if (select campaign_id like 'held%' from campaigns.runs
             where id = new.run_id) then
            new.not_before := 'infinity';
        end if;
        return new;
    end $$;
    create trigger test_hold before insert on campaigns.run_steps
    for each row execute function campaigns.test_hold()});
sub release {
    sql("update campaigns.run_steps set not_before = null
         where run_id = '$_[0]' and status = 'pending'");
}

# ---- workflows ----

my ($status, $body, $response) = api GET => '/workflows', undef, key => $key;
is $status, 200, 'workflows are listed';
is_deeply [map { "$_->{name} $_->{version} $_->{stepCount}" }
           @{$body->{workflows}}], ["$MINIMAL 1.0.0 4"], 'all of them';
ok !exists $body->{refused}, 'what is refused is not for clients';
$body = api GET => '/workflows', undef, key => admin_key();
is_deeply $body->{refused}, [], 'administrators see what is refused';

($status, $body) = api GET => "/workflows/$MINIMAL", undef, key => $key;
is $status, 200, 'a workflow';
is_deeply [map { $_->{stepId} } @{$body->{steps}}],
    [qw(game_config bgm bundle_game manifest)], 'its steps';
is_deeply $body->{steps}[2], { stepId => 'bundle_game',
    skillId => 'bundle_game_template', dependsOn => [qw(game_config bgm)],
    cachePolicy => { enabled => JSON::PP::true, scope => 'run_only' },
    retryPolicy => { maxAttempts => 2, backoffMs => 2000 } }, 'one of them';
is_deeply $body->{changeRequestMappings}{'audio.update'}, ['bgm'],
    'what changes begin with';
is +(api GET => "/workflows/$MINIMAL?version=1.0.0", undef, key => $key)[0],
    200, 'by its version';
coded('another version', 404, 'WORKFLOW_NOT_FOUND',
      api GET => "/workflows/$MINIMAL?version=2.0.0", undef, key => $key);
coded('an unknown workflow', 404, 'WORKFLOW_NOT_FOUND',
      api GET => '/workflows/none', undef, key => $key);
is +(api GET => "/workflows/$MINIMAL?version=", undef, key => $key)[0], 422,
    'an empty version';

# ---- a run from its trigger to its bytes ----

my $payload = payload();
($status, $body, $response) = api POST => '/runs',
    { workflowName => $MINIMAL, triggerPayload => $payload }, key => $key;
is $status, 202, 'a run is accepted';
is_deeply [@$body{qw(status message workflowName workflowVersion)}],
    ['queued', 'run accepted', $MINIMAL, '1.0.0'], 'with what it is';
like $body->{runId}, $uuid, 'and its id';
is $response->header('Location'), "/api/v1/runs/$body->{runId}", 'is at';
my $first = $body->{runId};
my $run = ended($first);
is $run->{status}, 'completed', 'it completes' or diag json(steps_of($first));
is_deeply $run->{stepsSummary}, { total => 4, pending => 0, running => 0,
    completed => 4, skipped => 0, failed => 0 }, 'all of its steps';
is $run->{triggerPayload}{outcome_videos}{win_video_uri},
    $payload->{outcome_win_uri}, 'its payload is canonical';
is $run->{triggerPayload}{difficulty}{win_probability}, 0.3, 'throughout';
ok $run->{startedAt} && $run->{durationMs} >= 0, 'its times';
is_deeply [@$run{qw(baseRunId changeRequest error cancelRequestedAt)}],
    [undef, undef, undef, undef], 'what it is not';

my $steps = steps_of($first);
is scalar(grep { $_->{inputHash} =~ /^[0-9a-f]{64}\z/
                 && $_->{inputHash} ne $EMPTY } values %$steps), 4,
    'every step has the hash of its input';
$body = api GET => "/runs/$first/steps?status=completed", undef, key => $key;
is_deeply [map { $_->{stepId} } @{$body->{steps}}],
    [qw(game_config bgm bundle_game manifest)], 'steps in their order';
$body = api GET => "/runs/$first/steps?status=failed", undef, key => $key;
is_deeply $body->{steps}, [], 'steps of a state';
is +(api GET => "/runs/$first/steps?status=done", undef, key => $key)[0],
    422, 'no such state';

$body = api GET => "/runs/$first/artifacts", undef, key => $key;
my @artifacts = @{$body->{artifacts}};
is_deeply [map { $_->{type} } @artifacts], ['json/game-config', 'audio/bgm',
    'bundle/game', 'json/campaign-manifest'], 'four artifacts';
is_deeply [map { $_->{stepId} } @artifacts],
    [qw(game_config bgm bundle_game manifest)], 'each of its step';
my %artifact = map { $_->{stepId} => $_ } @artifacts;
$body = api GET => "/runs/$first/artifacts?type=audio/bgm", undef,
    key => $key;
is_deeply [map { $_->{id} } @{$body->{artifacts}}], [$artifact{bgm}{id}],
    'of a type';
$body = api GET => "/runs/$first/artifacts?stepId=manifest", undef,
    key => $key;
is_deeply [map { $_->{id} } @{$body->{artifacts}}], [$artifact{manifest}{id}],
    'of a step';

$body = api GET => "/runs/$first/cache-analysis", undef, key => $key;
is_deeply [@$body{qw(totalSteps cacheHits cacheMisses cacheHitRate)}],
    [4, 0, 4, 0], 'nothing was in the cache';
is_deeply [map { $_->{reason} } @{$body->{steps}}],
    [('cache_miss') x 3, 'cache_disabled'], 'and why';

($status, $body, $response) = api GET => "/runs/$first/context", undef,
    key => $key;
is $status, 200, 'the context';
is_deeply [@$body{qw(campaignId runId workflowName)}],
    [$payload->{campaign_id}, $first, $MINIMAL], 'of this run';
is $body->{trigger}{initiatedBy}, $tenant, 'and this tenant';
is_deeply [sort keys %{$body->{refs}}], [qw(bgmArtifactId
    campaignManifestArtifactId gameBundleArtifactId gameConfigArtifactId)],
    'its references';
like $response->content, qr/^\{"campaignId".*"runId".*"trigger".*"refs"/s,
    'in the order of the document';

# ---- bytes ----

for my $step (qw(game_config bgm manifest)) {
    my $of = $artifact{$step};
    ($status, $body, $response) = api GET => "/artifacts/$of->{id}", undef,
        key => $key;
    is $body->{id}, $of->{id}, "the artifact of $step";
    my $path = "/artifacts/$of->{id}/content";
    ($status, $body, $response) = api GET => $path, undef, key => $key;
    my $bytes = $response->content;
    is $status, 200, 'its bytes';
    is 'sha256:' . sha256_hex($bytes), $of->{contentHash}, 'are those';
    is length $bytes, $of->{sizeBytes}, 'all of them';
    is $response->header('Content-Type'), $step eq 'bgm' ? 'audio/wav'
        : 'application/json', 'of their type';
    is $response->header('Content-Disposition'),
        qq(attachment; filename="$of->{filename}"), 'by their name';
    is $response->header('Cache-Control'),
        'private, max-age=31536000, immutable', 'they never change';
    is $response->header('X-Content-Type-Options'), 'nosniff', 'no guesses';
    my $etag = $response->header('ETag');
    ok $etag, 'they have a tag';
    ($status, undef, $response) = api GET => $path, undef, key => $key,
        headers => { Range => 'bytes=0-3' };
    is "$status " . $response->content, '206 ' . substr($bytes, 0, 4),
        'a part of them';
    ($status, undef, $response) = api GET => $path, undef, key => $key,
        headers => { Range => 'bytes=99999999-' };
    is $status, 416, 'no such part';
    like $response->header('X-Request-Id'), qr/./, 'as any other answer';
    ($status, undef, $response) = api GET => $path, undef, key => $key,
        headers => { 'If-None-Match' => $etag };
    is "$status " . $response->content, '304 ', 'not again';
    ($status, undef, $response) = api HEAD => $path, undef, key => $key;
    is "$status " . $response->header('Content-Length'),
        "200 $of->{sizeBytes}", 'HEAD';
    ok wait_for(sub { sql("select 1 from game.request_log
        where endpoint = '/api/v1/artifacts/{artifactId}/content'
          and status = 206") }), 'the log has it';
}
my $tree = $artifact{bundle_game};
($status, $body, $response) = api GET => "/artifacts/$tree->{id}/content",
    undef, key => $key;
is $status, 302, 'a tree is elsewhere';
is $response->header('Location'), "$tree->{uri}index.html", 'namely there';
($status, undef, $response) = api GET => '~' . $response->header('Location'),
    undef, key => undef;
is $status, 200, 'where httpd serves it';

sub on_disk {
    my ($uri) = @_;
    return vars()->{store_dir} . $uri =~ s{^/campaign-assets}{}r;
}
{
    my $file = on_disk($artifact{manifest}{uri});
    rename $file, "$file.away" or die "$file: $!";
    coded('content that is gone', 410, 'ARTIFACT_GONE', api GET =>
        "/artifacts/$artifact{manifest}{id}/content", undef, key => $key);
    symlink '/etc/passwd', $file or die "$file: $!";
    coded('a link in its place', 410, 'ARTIFACT_GONE', api GET =>
        "/artifacts/$artifact{manifest}{id}/content", undef, key => $key);
    unlink $file;
    rename "$file.away", $file or die "$file: $!";
    # what no skill writes
    for my $uri ('/campaign-assets/../conf/httpd.conf', '/etc/passwd',
                 'file:///etc/passwd', 'http://127.0.0.1/x',
                 '/campaign-assets/sha256') {
        my $id = sql("insert into campaigns.artifacts (run_id, tenant_id,
            skill_id, type, uri, content_hash, size_bytes) values ('$first',
            '$tenant', 'x', 'x', '$uri', 'sha256:' || repeat('0', 64), 0)
            returning id");
        coded("content at $uri", 410, 'ARTIFACT_GONE',
              api GET => "/artifacts/$id/content", undef, key => $key);
        sql("delete from campaigns.artifacts where id = '$id'");
    }
}

# ---- the same again: the cache ----

my $second = trigger({ %$payload });
is ended($second)->{status}, 'completed', 'the same again';
is_deeply states($second), { game_config => 'skipped hit',
    bgm => 'skipped hit', bundle_game => 'completed',
    manifest => 'completed' }, 'takes what is global from the cache';
is steps_of($second)->{bgm}{outputArtifactIds}[0], $artifact{bgm}{id},
    'the same artifact';
$body = api GET => "/runs/$second/artifacts", undef, key => $key;
is scalar @{$body->{artifacts}}, 4, 'which is among its own';
$body = api GET => "/runs/$second/cache-analysis", undef, key => $key;
is_deeply [@$body{qw(cacheHits cacheMisses cacheHitRate)}], [2, 2, 0.5],
    'the analysis knows';

($status, $body) = api DELETE =>
    "/step-cache?workflowName=$MINIMAL&stepId=bgm", undef, key => $stranger;
is "$status " . json($body), '200 {"deleted":0}', 'nothing of others';
($status, $body) = api DELETE =>
    "/step-cache?workflowName=$MINIMAL&stepId=bgm", undef, key => $key;
is "$status " . json($body), '200 {"deleted":1}', 'a step is forgotten';
($status, $body) = api DELETE => "/step-cache?workflowName=$MINIMAL", undef,
    key => $key;
ok $status == 200 && $body->{deleted} >= 1, 'and all of them';
($status, $body) = api DELETE => '/step-cache', undef, key => $key;
is $status, 422, 'of a workflow that is named';
is_deeply items($body), ['query.workflowName missing'], 'it says';

# ---- what is refused ----

my $before = counts();
my %wrong = (
    'nothing at all' => [{}, [map { "$_ missing" } qw(audio campaign_id
        difficulty intro_video_uri outcome_videos template_id theme)]],
    'a level that is none' => [payload(difficulty => { level => 'Easy',
        win_probability => 0.5 }), ['difficulty.level enum']],
    'a probability' => [payload(difficulty => { level => 'easy',
        win_probability => 1.01 }),
        ['difficulty.win_probability less_than_equal']],
    'too short a track' => [payload(audio => { duration_sec => 4.9 }),
        ['audio.duration_sec greater_than_equal']],
    'no plays' => [payload(rules => { max_plays_per_user => 0 }),
        ['rules.max_plays_per_user greater_than_equal']],
    'a name of a wrong type' => [payload(campaign_id => 7),
        ['campaign_id string_type']],
    'an empty theme' => [payload(theme => ''), ['theme string_too_short']],
    'overrides that spoil it' => [payload(overrides => { copy => {
        title => '' } }), ['overrides.copy.title string_too_short']],
);
for my $what (sort keys %wrong) {
    my ($bad, $want) = @{$wrong{$what}};
    ($status, $body, $response) = api POST => '/runs',
        { workflowName => $MINIMAL, triggerPayload => $bad }, key => $key;
    is $status, 422, "$what is 422";
    is_deeply items($body), [map { "body.triggerPayload.$_" } @$want],
        "$what: where" or diag $response->content;
    ($status, $body, $response) = api POST =>
        "/workflows/$MINIMAL/trigger", $bad, key => $key;
    is $status, 422, "$what at the workflow is 422";
    is_deeply items($body), [map { "body.$_" } @$want], "$what: where";
}
for my $bad ([{}, 'body.workflowName missing'],
             [{ workflowName => '' }, 'body.workflowName string_too_short'],
             [{ workflowName => 3 }, 'body.workflowName string_type'],
             [{ workflowName => $MINIMAL, triggerPayload => [] },
              'body.triggerPayload dict_type'],
             [[], 'body model_attributes_type']) {
    ($status, $body) = api POST => '/runs', $bad->[0], key => $key;
    is $status, 422, json($bad->[0]);
    is_deeply items($body), [$bad->[1]], $bad->[1];
}
($status, $body) = api POST => '/runs', { workflowName => $MINIMAL },
    key => $key;
is scalar @{items($body)}, 7, 'no payload is an empty one';
coded('a run of nothing', 404, 'WORKFLOW_NOT_FOUND', api POST => '/runs',
    { workflowName => 'none', triggerPayload => payload() }, key => $key);
coded('a version that is not there', 404, 'WORKFLOW_NOT_FOUND',
    api POST => '/runs', { workflowName => $MINIMAL,
        workflowVersion => '9.9.9', triggerPayload => payload() },
    key => $key);
coded('a trigger of nothing', 404, 'WORKFLOW_NOT_FOUND',
    api POST => '/workflows/none/trigger', payload(), key => $key);
my %raw = (
    'U+0000' => '{"campaign_id": "\u0000"}',
    'a lone surrogate' => '{"campaign_id": "\ud800"}',
    'a number without end' => '{"campaign_id": 1e999}',
    'no JSON' => '{"campaign_id": ',
    'too deep' => '{"a":' x 33 . '1' . '}' x 33,
);
for my $what (sort keys %raw) {
    for my $path ('/runs', "/workflows/$MINIMAL/trigger") {
        ($status, $body) = api POST => $path, undef, key => $key,
            raw => $raw{$what};
        is $status, 422, "$what is 422 at $path";
        is eval { $body->{detail}[0]{type} }, 'json_invalid', 'as JSON';
    }
}
# numbers that Postgres keeps with all of their digits, in what is passed on
# and in what the game gets
for my $number ('1e30', '100000000000000000000', '9223372036854775807',
                '1e308', '-0.0', '5e-324') {
    my $text = json(payload(campaign_id => uniq('wide'),
                            metadata => { n => 'NUMBER' },
                            overrides => { n => { n => 'NUMBER' } }));
    $text =~ s/"NUMBER"/$number/g;
    ($status, $body) = api POST => "/workflows/$MINIMAL/trigger", undef,
        key => $key, raw => $text;
    is $status, 202, "$number is accepted";
    is ended($body->{runId})->{status}, 'completed', 'and carried through';
}
$before = counts();
is +(api POST => "/workflows/$MINIMAL/trigger", undef, key => $key,
     raw => '{"a":' x 32 . '1' . '}' x 32)[1]{detail}[0]{type}, 'missing',
    'less deep is JSON';
is +(api POST => '/runs', undef, key => $key, raw => json({
    workflowName => 'x', y => 'x' x 1_048_576 }))[0], 413, 'a big body';
is counts(), $before, 'of all that nothing is stored';

# ---- keys ----

{
    my %post = (workflowName => $MINIMAL, triggerPayload => payload(
        campaign_id => uniq('held')));
    my @key = (key => $key, headers => { 'Idempotency-Key' => uniq('k') });
    my @answers = burst map { [POST => '/runs', \%post, @key] } 1 .. 12;
    my %ids = map { $_->[1]{runId} => 1 } @answers;
    is scalar keys %ids, 1, 'twelve at once with a key are one run';
    is_deeply [sort map { $_->[0] } @answers], [(200) x 11, 202],
        'one of them made it';
    is_deeply [grep { ($_->[2]->header('Idempotency-Replayed') || '')
                      ne ($_->[0] == 200 ? 'true' : '') } @answers], [],
        'the others say so';
    my ($id) = keys %ids;
    is sql("select count(*) from campaigns.run_steps where run_id = '$id'"),
        4, 'its steps are there once';
    coded('a key with something else', 409, 'IDEMPOTENCY_CONFLICT',
        api POST => '/runs', { %post, triggerPayload => payload() }, @key);
    ($status, $body) = api POST => '/runs', \%post, @key[2, 3],
        key => $stranger;
    is $status, 202, 'keys of others are others';
    is +(api POST => '/runs', \%post, key => $key,
        headers => { 'Idempotency-Key' => 'x' x 256 })[0], 422,
        'a long key';
    api POST => "/runs/$id/cancel", undef, key => $key;
    ($status, $body) = api POST => '/runs', \%post, @key;
    is "$status $body->{status}", '200 cancelled', 'a replay says what is';
}

# ---- update runs ----

my $base = trigger($payload = payload());
is ended($base)->{status}, 'completed', 'a base';
my %audio = (changeRequest => { type => 'audio.update',
    payload => { duration_sec => 6 } });
my @again = (key => $key, headers => { 'Idempotency-Key' => uniq('k') });
($status, $body, $response) = api POST => "/runs/$base/update", \%audio,
    @again;
is $status, 202, 'an update';
is_deeply [@$body{qw(baseRunId expectedReusedSteps expectedRerunSteps)}],
    [$base, ['game_config'], [qw(bgm bundle_game manifest)]],
    'says what it will do';
my $update = $body->{runId};
is $response->header('Location'), "/api/v1/runs/$update", 'and where';
$run = ended($update);
is "$run->{status} $run->{triggerType} $run->{baseRunId}",
    "completed update $base", 'it completes';
is $run->{triggerPayload}{audio}{duration_sec}, 6, 'with what was changed';
is $run->{triggerPayload}{theme}, $payload->{theme}, 'and what was not';
is_deeply $run->{changeRequest}{impacted}, [qw(bgm bundle_game manifest)],
    'the request is kept';
is_deeply states($update), { game_config => 'skipped hit',
    bgm => 'completed', bundle_game => 'completed',
    manifest => 'completed' }, 'the rest is taken over';
$body = api GET => "/runs/$update/cache-analysis", undef, key => $key;
is_deeply [@$body{qw(totalSteps cacheHits cacheMisses cacheHitRate)}],
    [4, 1, 3, 0.25], 'which the analysis counts';
is $body->{steps}[0]{reason}, 'reused_from_base_run', 'by its reason';
is steps_of($update)->{game_config}{outputArtifactIds}[0],
    steps_of($base)->{game_config}{outputArtifactIds}[0], 'the same artifact';
isnt steps_of($update)->{bgm}{outputArtifactIds}[0],
    steps_of($base)->{bgm}{outputArtifactIds}[0], 'another track';

($status, $body, $response) = api POST => "/runs/$base/update", \%audio,
    @again;
is $status, 200, 'the key again, though the base is stale by now'
    or diag $response->content;
is $body->{runId}, $update, 'is the same run';
is_deeply $body->{expectedReusedSteps}, ['game_config'], 'says the same';
is $response->header('Idempotency-Replayed'), 'true', 'and that it is old';
coded('the key with another change', 409, 'IDEMPOTENCY_CONFLICT',
    api POST => "/runs/$base/update", { changeRequest => {
        type => 'full_rebuild' } }, @again);
coded('a stale base', 409, 'STALE_BASE_RUN',
    api POST => "/runs/$base/update", \%audio, key => $key);
coded('no base', 404, 'BASE_RUN_NOT_FOUND',
    api POST => "/runs/$NOBODY/update", \%audio, key => $key);
coded('the base of another', 404, 'BASE_RUN_NOT_FOUND',
    api POST => "/runs/$update/update", \%audio, key => $stranger);
coded('a change nobody knows', 422, 'UNKNOWN_CHANGE_REQUEST',
    api POST => "/runs/$update/update", { changeRequest => {
        type => 'video.update' } }, key => $key);
coded('a change of no step', 422, 'CHANGE_NOT_APPLICABLE',
    api POST => "/runs/$update/update", { changeRequest => {
        type => 'asset3d.replace' } }, key => $key);
for my $bad (
    [{}, 'body.changeRequest missing'],
    [{ changeRequest => {} }, 'body.changeRequest.type missing'],
    [{ changeRequest => { type => 3 } },
     'body.changeRequest.type string_type'],
    [{ changeRequest => { type => 'audio.update', payload => 1 } },
     'body.changeRequest.payload dict_type'],
    [{ changeRequest => { type => 'audio.update',
                          payload => { duration_sec => 1 } } },
     'body.changeRequest.payload.audio.duration_sec greater_than_equal'],
    [{ changeRequest => { type => 'full_rebuild',
                          payload => { campaign_id => 'other' } } },
     'body.changeRequest.payload.campaign_id value_error'],
) {
    ($status, $body, $response) = api POST => "/runs/$update/update",
        $bad->[0], key => $key;
    is $status, 422, json($bad->[0]);
    is_deeply items($body), [$bad->[1]], $bad->[1]
        or diag $response->content;
}

# by the names of workflows
($status, $body) = api POST => '/workflows/campaign.update_outcome/trigger',
    { base_run_id => uc $update, campaign_id => $payload->{campaign_id},
      win_video_uri => 'https://cdn.example.org/other.mp4' }, key => $key;
is $status, 202, 'an update by the name of its workflow';
is_deeply $body->{expectedRerunSteps}, ['manifest'], 'does one step';
$run = ended(my $outcome = $body->{runId});
is $run->{triggerPayload}{outcome_videos}{win_video_uri},
    'https://cdn.example.org/other.mp4', 'with what was changed';
is $run->{changeRequest}{type}, 'outcome.update', 'as that change';
($status, $body) = api POST => '/workflows/campaign.update_audio/trigger',
    { duration_sec => 7 }, key => $key;
is_deeply items($body), ['body.base_run_id missing'], 'of a base';
($status, $body) = api POST => '/workflows/campaign.update_audio/trigger',
    { base_run_id => 'x' }, key => $key;
is_deeply items($body), ['body.base_run_id uuid_parsing'], 'that is an id';

# files that are gone are made again
{
    my ($id) = @{steps_of($outcome)->{game_config}{outputArtifactIds}};
    $body = api GET => "/artifacts/$id", undef, key => $key;
    my $file = on_disk($body->{uri});
    unlink $file or die "$file: $!";
    ($status, $body) = api POST => "/runs/$outcome/update", \%audio,
        key => $key;
    is_deeply $body->{expectedReusedSteps}, [],
        'what has lost its file is not taken over';
    is ended($body->{runId})->{status}, 'completed', 'but made again';
}

# ---- cancel and retry ----

my $held = trigger(payload(campaign_id => uniq('held')));
is run_of($held)->{status}, 'queued', 'a run that waits';
is_deeply [map { $_->{inputHash} eq $EMPTY ? 1 : 0 }
    @{steps_of($held)}{qw(game_config bgm bundle_game manifest)}],
    [0, 0, 1, 1], 'hashes of what is known before';
coded('no update of it', 422, 'INCOMPLETE_BASE_RUN',
    api POST => "/runs/$held/update", \%audio, key => $key);
coded('no second try of it', 409, 'RUN_NOT_RETRYABLE',
    api POST => "/runs/$held/retry", undef, key => $key);
coded('not cancelled by others', 404, 'RUN_NOT_FOUND',
    api POST => "/runs/$held/cancel", undef, key => $stranger);
($status, $body) = api POST => "/runs/$held/cancel", undef, key => $key;
is "$status $body->{status}", '200 cancelled', 'it is cancelled at once';
is_deeply [values %{states($held)}], [('skipped RUN_CANCELLED') x 4],
    'with its steps';
coded('only once', 409, 'RUN_NOT_CANCELLABLE',
    api POST => "/runs/$held/cancel", undef, key => $key);
coded('not tried again by others', 404, 'RUN_NOT_FOUND',
    api POST => "/runs/$held/retry", undef, key => $stranger);
($status, $body) = api POST => "/runs/$held/retry", undef, key => $key;
is "$status $body->{status}", '202 queued', 'it is tried again';
is_deeply [@$body{qw(error completedAt cancelRequestedAt)}],
    [undef, undef, undef], 'as if nothing had been';
is ended($held)->{status}, 'completed', 'and completes';
coded('a completed one is final', 409, 'RUN_NOT_CANCELLABLE',
    api POST => "/runs/$held/cancel", undef, key => $key);

# what no trigger lets in
my $broken = trigger(payload(campaign_id => uniq('held'),
    audio => { prompt => uniq('tune'), duration_sec => 5 }));
sql("update campaigns.runs set trigger_payload
    = jsonb_set(trigger_payload, '{theme}', '\"\"') where id = '$broken'");
release($broken);
$run = ended($broken);
is "$run->{status} $run->{error}{code} $run->{error}{failedStepId}",
    'failed STEP_EXECUTION_FAILED game_config', 'a run that fails';
is_deeply states($broken), { game_config => 'failed INPUT_VALIDATION_FAILED',
    bgm => 'completed', bundle_game => 'skipped UPSTREAM_FAILED',
    manifest => 'skipped UPSTREAM_FAILED' }, 'its steps';
coded('no update of it', 422, 'INCOMPLETE_BASE_RUN',
    api POST => "/runs/$broken/update", \%audio, key => $key);
($status) = api POST => "/runs/$broken/retry", undef, key => $key;
is $status, 202, 'it is tried again';
is ended($broken)->{status}, 'failed', 'and fails again';

my $long = trigger(payload(audio => { duration_sec => 300 }));
wait_for(sub { run_of($long)->{status} ne 'queued' });
($status, $body) = api POST => "/runs/$long/cancel", undef, key => $key;
ok $status == 200 && ($body->{status} eq 'cancelled'
    || $body->{cancelRequestedAt}), 'a running one is asked to end'
    or diag json($body);
is ended($long)->{status}, 'cancelled', 'and ends';

# ---- lists ----

{
    my $of = uniq('held');
    my @ids = map { trigger(payload(campaign_id => $of)) } 1 .. 3;
    $body = api GET => "/runs?campaignId=$of", undef, key => $key;
    is_deeply [map { $_->{id} } @{$body->{items}}], [reverse @ids],
        'newest first';
    is_deeply $body->{search_options}, { ordering => '-createdAt',
        page => 1, page_size => 10, total_count => 3 }, 'a page';
    $body = api GET => "/runs?campaignId=$of&ordering=createdAt&page=2"
        . '&page_size=2', undef, key => $key;
    is_deeply [map { $_->{id} } @{$body->{items}}], [$ids[2]], 'another';
    $body = api GET => "/runs?campaignId=$of&page=9", undef, key => $key;
    is json($body->{items}) . $body->{search_options}{total_count}, '[]3',
        'one that is empty';
    $body = api GET => "/runs?campaignId=$of&page_size=all", undef,
        key => $key;
    is scalar @{$body->{items}}, 3, 'all';
    api POST => "/runs/$ids[0]/cancel", undef, key => $key;
    $body = api GET => "/runs?campaignId=$of&status=cancelled", undef,
        key => $key;
    is_deeply [map { $_->{id} } @{$body->{items}}], [$ids[0]], 'by status';
    $body = api GET => "/runs?campaignId=$of&triggerType=update", undef,
        key => $key;
    is_deeply $body->{items}, [], 'by type';
    $body = api GET => "/runs?campaignId=$of&workflowName=none", undef,
        key => $key;
    is_deeply $body->{items}, [], 'by workflow';
    $body = api GET => "/runs?campaignId=$of", undef, key => $stranger;
    is_deeply $body->{items}, [], 'not those of others';
    $body = api GET => "/runs?campaignId=$of", undef, key => admin_key();
    is scalar @{$body->{items}}, 3, 'but for administrators';
    $body = api GET => "/runs?campaignId=$of&tenantId=$tenant", undef,
        key => admin_key();
    is scalar @{$body->{items}}, 3, 'who may name whose';
    $body = api GET => "/runs?campaignId=$of&tenantId=other", undef,
        key => admin_key();
    is scalar @{$body->{items}}, 0, 'and see no others then';
    for my $bad ('status=done', 'triggerType=x', 'ordering=payload',
                 'page=0', 'page_size=x', 'tenantId=') {
        is +(api GET => "/runs?$bad", undef, key => $key)[0], 422, $bad;
    }
    for my $order (qw(updatedAt -startedAt completedAt -durationMs status
                      -workflowName triggerType id)) {
        is +(api GET => "/runs?ordering=$order", undef, key => $key)[0],
            200, "by $order";
    }
}

# ---- events ----

# Reads a stream until it ends or so many seconds: its text.
sub stream {
    my ($id, $seconds, @headers) = @_;
    my $socket = connect_raw();
    send_raw($socket, join "\r\n", "GET /api/v1/runs/$id/events HTTP/1.1",
        'Host: x', "X-API-Key: $key", 'Connection: close', @headers, '', '');
    my $select = IO::Select->new($socket);
    my ($text, $end) = ('', time + $seconds);
    while (time < $end) {
        next if !$select->can_read(0.5);
        last if !sysread $socket, $text, 65536, length $text;
    }
    return HTTP::Response->parse($text);
}

# Reads streams, each behind the last event of the one before, until there is
# nothing to come: the first response, and the events of all.
sub follow {
    my ($id, $seconds, @headers) = @_;
    my $end = time + $seconds;
    my ($first, @all);
    while (1) {
        my $response = stream($id, $end - time, @headers);
        $first ||= $response;
        push @all, events($response);
        last if $response->code != 200 || time > $end
            || @all && !defined $all[-1][0];
        @headers = "Last-Event-ID: $all[-1][0]" if @all;
        select undef, undef, undef, 0.2;
    }
    return ($first, @all);
}

# Events of chunks: [id, kind, data].
sub events {
    my ($response) = @_;
    my $text = $response->content;
    if (($response->header('Transfer-Encoding') || '') eq 'chunked') {
        my $whole = '';
        while ($text =~ s/^([0-9a-f]+)\r\n//) {
            $whole .= substr $text, 0, hex $1, '';
            $text =~ s/^\r\n//;
        }
        $text = $whole;
    }
    return map { my ($number) = /^id: (\d+)$/m;
        [$number, /^event: (\w+)$/m,
         JSON::PP->new->utf8->decode(/^data: (.*)$/m)] }
        grep { /^data: /m } split /\n\n/, $text;
}

{
    my $id = trigger(payload(campaign_id => uniq('held'),
        audio => { prompt => uniq('tune'), duration_sec => 5 }));
    my $later = background(sub {
        sleep 2;
        release($id);
        return;
    });
    my ($response, @all) = follow($id, 60);
    $later->();
    is $response->code, 200, 'a stream';
    is $response->header('Content-Type'), 'text/event-stream', 'of events';
    is $response->header('Cache-Control'), 'no-cache', 'that nobody keeps';
    is $response->header('X-Accel-Buffering'), 'no', 'and nobody holds';
    like $response->content, qr/^retry: \d+\n/m, 'when to come again';
    is $all[0][1] . $all[0][2]{status}, 'runqueued', 'from the start';
    is $all[-1][1] . $all[-1][2]{status}, 'runcompleted', 'to the end';
    is_deeply [map { $_->[0] } @all], [sort { $a <=> $b }
        map { $_->[0] } @all], 'in their order';
    my %last = map { $_->[2]{stepId} => $_->[2]{status} }
        grep { $_->[1] eq 'step' } @all;
    is_deeply \%last, { map { $_ => 'completed' }
        qw(game_config bgm bundle_game manifest) }, 'with all steps';
    (undef, my @rest) = follow($id, 20, "Last-Event-ID: $all[2][0]");
    is_deeply \@rest, [@all[3 .. $#all]], 'what follows an event';
    $response = stream($id, 20, "Last-Event-ID: $all[-1][0]");
    is $response->code, 204, 'behind the last there is nothing';
    ($status, $body) = api GET => "/runs/$id/events", undef, key => $key,
        headers => { 'Last-Event-ID' => 'x' };
    is "$status @{items($body)}", '422 header.Last-Event-ID int_parsing',
        'an id that is none';
    sql("delete from campaigns.run_events where run_id = '$id'");
    my @now = events(stream($id, 20));
    is_deeply [map { [@$_[0, 1], $_->[2]{status}] } @now],
        [[undef, 'run', 'completed']], 'what it is when events are gone';
    is +(api HEAD => "/runs/$id/events", undef, key => $key)[0], 200,
        'HEAD does not stream';
    coded('of a run of others', 404, 'RUN_NOT_FOUND',
        api GET => "/runs/$id/events", undef, key => $stranger);
    coded('of no run', 404, 'RUN_NOT_FOUND',
        api GET => "/runs/$NOBODY/events", undef, key => $key);
}

# a stream holds no connection of the database, and clients leave
if (!prefork()) {
    my $id = trigger(payload(campaign_id => uniq('held')));
    my @open = map { my $socket = connect_raw();
        send_raw($socket, "GET /api/v1/runs/$id/events HTTP/1.1\r\n"
            . "Host: x\r\nX-API-Key: $key\r\n\r\n"); $socket } 1 .. 40;
    my $refused = wait_for(sub {
        my @said = map { my $text = ''; recv $_, $text, 200, 2; $text } @open;
        return if grep { $_ eq '' } @said;
        return [grep { m{^HTTP/1.1 503} } @said];
    });
    ok @$refused > 0 && @$refused < 40, 'some streams, not any number'
        or diag scalar @$refused;
    my @answers = burst map { [GET => "/runs/$id", undef, key => $key] }
        1 .. 8;
    is_deeply [grep { $_->[0] != 200 } @answers], [], 'others are served';
    close $_ for @open;
    ok wait_for(sub {
        my $socket = connect_raw();
        send_raw($socket, "GET /api/v1/runs/$id/events HTTP/1.1\r\n"
            . "Host: x\r\nX-API-Key: $key\r\n\r\n");
        sysread $socket, my $text, 200;
        return $text =~ m{^HTTP/1.1 200};
    }), 'clients that left are noticed';
}

# ---- skills ----

my %config = (template_id => 'quiz', theme => 'sea', difficulty => {
    level => 'easy', win_probability => 0.5 });
($status, $body, $response) = api POST =>
    '/skills/game_config_from_template/execute', \%config,
    key => admin_key();
is $status, 200, 'a skill by hand';
ok $body->{ok}, 'goes well' or diag $response->content;
is $body->{data}{template_id}, 'quiz', 'it gives data';
is $body->{artifacts}[0]{artifact_type}, 'json/game-config', 'and a file';
is sql("select count(*) from campaigns.artifacts
        where content_hash = '$body->{artifacts}[0]{content_hash}'"), 0,
    'which is no row';
ok -e on_disk($body->{artifacts}[0]{uri}), 'but is there';
($status, $body) = api POST => '/skills/game_config_from_template/execute',
    { %config, provider => 'none' }, key => admin_key();
is_deeply [$status, @$body{qw(ok data error_code)}],
    [200, JSON::PP::false, undef, 'PROVIDER_NOT_FOUND'],
    'one that goes wrong says so' or diag json($body);
($status, $body) = api POST => '/skills/game_config_from_template/execute',
    { %config, overrides => { copy => { title => '' } } },
    key => admin_key();
is "$status $body->{error_code}", '200 VALIDATION_ERROR',
    'and so does one whose config is spoiled';
($status, $body) = api POST => '/skills/game_config_from_template/execute',
    { %config, difficulty => { level => 'odd', win_probability => 2 } },
    key => admin_key();
is $status, 422, 'an input that is wrong';
is_deeply items($body), ['body.difficulty.level enum',
    'body.difficulty.win_probability less_than_equal'], 'and where';
coded('a skill that is none', 404, 'SKILL_NOT_FOUND',
    api POST => '/skills/none/execute', {}, key => admin_key());
is +(api POST => '/skills/game_config_from_template/execute', \%config,
     key => $key)[0], 403, 'only for administrators';

# ---- who may what ----

my @subject = (token(sub => uniq('person')), token(sub => uniq('person')));
my $own = trigger(payload(campaign_id => uniq('held')),
                  bearer => $subject[0]);
like sql("select tenant_id from campaigns.runs where id = '$own'"),
    qr/^oauth:person/, 'a person is a tenant';
is +(api GET => "/runs/$own", undef, bearer => $subject[0])[0], 200,
    'and sees its run';
coded('another person', 404, 'RUN_NOT_FOUND',
    api GET => "/runs/$own", undef, bearer => $subject[1]);
is +(api GET => "/runs/$own", undef, bearer => token(-admin => 1))[0], 200,
    'administrators see it';
coded('but not as of another', 404, 'RUN_NOT_FOUND',
    api GET => "/runs/$own?tenantId=x", undef, key => admin_key());
is +(api GET => "/runs/$own?tenantId=x", undef, bearer => $subject[0])[0],
    200, 'which others cannot ask';
{
    my $id = trigger(payload(campaign_id => uniq('held')), key =>
                     admin_key());
    coded('of an administrator', 404, 'RUN_NOT_FOUND',
        api GET => "/runs/$id", undef, key => $key);
    ($status, $body) = api POST => "/runs?tenantId=$tenant",
        { workflowName => $MINIMAL, triggerPayload => payload(
            campaign_id => uniq('held')) }, key => admin_key();
    is +(api GET => "/runs/$body->{runId}", undef, key => $key)[0], 200,
        'who can make runs for others';
}
my @reads = ((map { "/runs/$first$_" } '', qw(/steps /artifacts
    /cache-analysis /context)), "/artifacts/$artifact{bgm}{id}",
    "/artifacts/$artifact{bgm}{id}/content",
    "/artifacts/$tree->{id}/content");
for my $path (@reads) {
    my $code = $path =~ /^.artifacts/ ? 'ARTIFACT_NOT_FOUND'
                                      : 'RUN_NOT_FOUND';
    coded("$path of others", 404, $code,
          api GET => $path, undef, key => $stranger);
    coded("$path of nobody", 404, $code,
          api GET => $path =~ s/[0-9a-f-]{36}/$NOBODY/r, undef, key => $key);
    is +(api GET => $path =~ s/[0-9a-f-]{36}/x/r, undef, key => $key)[0],
        422, 'an id that is none';
    is +(api HEAD => $path, undef, key => $key)[0],
        $path =~ /$tree->{id}/ ? 302 : 200, "HEAD $path";
}
my @mine = grep { $_->{campaigns}
    && $_->{path} =~ m{^/(?:workflows|runs|artifacts|skills|step-cache)\b} }
    routes();
is scalar @mine, 18, 'eighteen endpoints';
for my $route (@mine) {
    (my $path = $route->{path}) =~ s/\{(\w+)\}/$1 =~ m{^(run|artifact)Id$}
        ? $NOBODY : 'x'/ge;
    my $name = "$route->{method} $path";
    is +(api $route->{method}, $path, $route->{body} ? {} : undef,
         key => undef)[0], 401, "$name of nobody";
    is +(api $route->{method}, $path, $route->{body} ? {} : undef,
         key => 'gme_live_nosuchky.x')[0], 403, "$name with no key of ours";
    ($status, undef, $response) = api OPTIONS => $path, undef, key => undef;
    is $status, 204, "OPTIONS $path";
    my ($allow) = $response->header('Allow');
    like $allow, qr/\b$route->{method}\b/, 'says so';
    ($status, undef, $response) = api PUT => $path, {}, key => $key;
    is $status, 405, "PUT $path";
    is $response->header('Allow'), $allow, 'with the same';
}

# ---- the audit log ----

ok wait_for(sub { sql("select 1 from game.audit_log
    where module = 'campaigns' and level = 'SUCCESS'
      and details ->> 'runId' = '$first'") }), 'a run is in the audit log';
ok wait_for(sub { sql("select 1 from game.audit_log
    where module = 'campaigns' and level = 'ERROR'
      and details ->> 'code' = 'RUN_NOT_CANCELLABLE'") }), 'and a refusal';

sql('drop trigger test_hold on campaigns.run_steps;
     drop function campaigns.test_hold()');
done_testing();
