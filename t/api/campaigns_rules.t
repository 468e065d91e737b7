# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# The rules of the documents of campaigns, each by the code of campaigns.md
# 6.2, wherever the API meets it: what breaks one is refused with the place
# where it does, and nothing of it is stored.
use strict;
use warnings FATAL => 'all';

use Game::CampaignRuns qw(payload coded_as items $MINIMAL);
use Game::Test;

use Digest::SHA ();
use JSON::PP ();
use Test::More;

my $client = Game::CampaignRuns->new;
my $data = vars()->{top_dir} . '/t/data';

# What is in the database of campaigns.
sub stored {
    return join ' ', sql(join ' union all ', map {
        "select '$_ ' || count(*) from campaigns.$_" }
        qw(runs run_steps artifacts step_cache run_events campaigns plays));
}

# Payload with the member at a path set; undef takes it away.
sub with {
    my ($path, $value) = @_;
    my $payload = payload(
        difficulty => { level => 'easy', win_probability => 0.5 },
        outcome_videos => { win_video_uri => 'https://cdn.example.org/w',
                            lose_video_uri => 'https://cdn.example.org/l' });
    delete @$payload{qw(outcome_win_uri outcome_lose_uri)};
    my $at = $payload;
    my @names = split /\./, $path;
    my $last = pop @names;
    $at = $at->{$_} ||= {} for @names;
    $at->{$last} = $value;
    delete $at->{$last} if !defined $value;
    return $payload;
}

# ---- VALIDATION_ERROR: at once ----

my @triggers = (
    ['template_id', undef, 'missing'],
    ['template_id', '', 'string_pattern_mismatch'],
    ['template_id', 'Spin', 'string_pattern_mismatch'],
    ['template_id', '../x', 'string_pattern_mismatch'],
    ['template_id', 7, 'string_type'],
    ['theme', '', 'string_too_short'],
    ['difficulty.level', 'Easy', 'enum'],
    ['difficulty.level', '', 'enum'],
    ['difficulty.level', undef, 'missing'],
    ['difficulty', 'Easy', 'dict_type'],
    ['difficulty.win_probability', 1.01, 'less_than_equal'],
    ['difficulty.win_probability', -0.01, 'greater_than_equal'],
    ['difficulty.win_probability', '0.5', 'float_type'],
    ['parameters.time_limit_sec', 0, 'greater_than'],
    ['parameters.time_limit_sec', -1, 'greater_than'],
    (map { my $color = $_; map {
        ["color_scheme.$_", $color, 'value_error'] }
        qw(primary secondary accent background) }
        'ff0000', '', '#12345', 'rgb(1,2)', 'rgb(300,0,0)',
        'blurple', 'red;}', 'url(x)'),
    ['color_scheme.primary', 7, 'string_type'],
    ['copy.title', '', 'string_too_short'],
    ['copy.lose_message', '', 'string_too_short'],
    ['locale', '', 'string_too_short'],
    ['campaign_id', '', 'string_too_short'],
    ['campaign_id', 'x' x 256, 'string_too_long'],
    ['campaign_name', '', 'string_too_short'],
    ['version', '1.0', 'string_pattern_mismatch'],
    (map { my $url = $_; map {
        ["outcome_videos.${_}_redirect_url", $url, 'url_parsing'] }
        qw(win lose) } 'javascript:alert(1)', '/relative', 'ftp://x.example',
        'https://', 'data:text/html,x'));

subtest 'VALIDATION_ERROR: what a trigger has' => sub {
    my $before = stored();
    for (@triggers) {
        my ($path, $value, $type) = @$_;
        my $payload = with($path, $value);
        my $name = "$path " . (defined $value ? json($value) : 'absent');
        my ($status, $body) = $client->post('/runs', {
            workflowName => $MINIMAL, triggerPayload => $payload });
        is_deeply [$status, items($body)], [422,
            ["body.triggerPayload.$path $type VALIDATION_ERROR"]], $name;
        ($status, $body) = $client->post("/workflows/$MINIMAL/trigger",
                                         $payload);
        is_deeply [$status, items($body)], [422,
            ["body.$path $type VALIDATION_ERROR"]], "$name, by the workflow";
    }
    my ($status, $body) = $client->post('/runs', { workflowName => $MINIMAL,
        triggerPayload => payload(template_id => '', theme => '',
            difficulty => { level => 'Easy', win_probability => 2 }) });
    is_deeply items($body), [map { "body.triggerPayload.$_ VALIDATION_ERROR" }
        'difficulty.level enum', 'difficulty.win_probability less_than_equal',
        'template_id string_pattern_mismatch', 'theme string_too_short'],
        'all faults at once';
    is stored(), $before, 'nothing is stored';
};

# ---- VALIDATION_ERROR: of a config that is made ----

# what overrides make of it, and the path
my @configs = (
    [{ template_id => '' }, 'template_id'],
    [{ template_id => undef }, 'template_id'],
    [{ version => '1' }, 'version'],
    [{ settings => { difficulty => { level => 'Easy' } } },
     'settings.difficulty.level'],
    [{ settings => { difficulty => { win_probability => 1.01 } } },
     'settings.difficulty.win_probability'],
    [{ settings => { difficulty => { win_probability => '1' } } },
     'settings.difficulty.win_probability'],
    [{ settings => { difficulty => { parameters => { a => 'b' } } } },
     'settings.difficulty.parameters.a'],
    [{ settings => { duration_sec => 0 } }, 'settings.duration_sec'],
    [{ settings => { duration_sec => -5 } }, 'settings.duration_sec'],
    [{ settings => { locale => '' } }, 'settings.locale'],
    [{ visuals => { theme => '' } }, 'visuals.theme'],
    (map { [{ visuals => { colors => { $_ => 'ff0000' } } },
            "visuals.colors.$_"] } qw(primary secondary accent background)),
    [{ visuals => { colors => { accent => undef } } },
     'visuals.colors.accent'],
    [{ visuals => { assets => { background_music => '' } } },
     'visuals.assets.background_music'],
    [{ audio => { bgm => { volume => 1.5 } } }, 'audio.bgm.volume'],
    [{ audio => { sfx => { win => { volume => -1 } } } },
     'audio.sfx.win.volume'],
    [{ mechanics => [] }, 'mechanics'],
    [{ copy => { title => '' } }, 'copy.title'],
    [{ copy => undef }, 'copy']);

subtest 'VALIDATION_ERROR: what a config would become' => sub {
    my $before = stored();
    for (@configs) {
        my ($overrides, $path) = @$_;
        my ($status, $body) = $client->post('/runs', { workflowName =>
            $MINIMAL, triggerPayload => payload(overrides => $overrides) });
        is $status, 422, json($overrides);
        is_deeply [map { s/ \w+ VALIDATION_ERROR$//r } @{items($body)}],
            ["body.triggerPayload.overrides.$path"], 'and where'
            or diag json($body);
        ($status, $body) = api POST =>
            '/skills/game_config_from_template/execute', {
                template_id => 'quiz', theme => 'x', overrides => $overrides,
                difficulty => { level => 'easy', win_probability => 0.5 } },
            key => admin_key();
        is_deeply [@$body{qw(ok error_code data artifacts)}],
            [JSON::PP::false, 'VALIDATION_ERROR', undef, []],
            'the skill by itself makes none';
        like $body->{error}, qr/^\Q$path\E: /, 'and says why';
    }
    is stored(), $before, 'nothing is stored';
};

# ---- campaigns ----

Game::CampaignRuns::begin_marks();

sub draft {
    my (%more) = @_;
    my $payload = payload(audio => { prompt => 'same', duration_sec => 5 },
                          theme => 'same', %more);
    delete @$payload{qw(campaign_id template_id)};
    my ($status, $made) = $client->post('/campaigns', { name =>
        uniq('campaign'), templateId => 'quiz', config => $payload });
    die "no campaign: $status " . json($made) if $status != 201;
    return $made->{id};
}

sub campaign { return scalar $client->get("/campaigns/$_[0]") }

# Waits until it is no longer made.
sub settled {
    my ($id) = @_;
    return wait_for(sub { my $is = campaign($id);
        $is->{status} ne 'generating' && $is })
        || die "campaign $id is not settled";
}

subtest 'VALIDATION_ERROR: a campaign' => sub {
    for (['difficulty', { level => 'Easy', win_probability => 0.5 },
          'difficulty.level'],
         ['color_scheme', { accent => 'x' }, 'color_scheme.accent'],
         ['version', 'one', 'version']) {
        my ($member, $value, $path) = @$_;
        my $id = draft($member => $value);
        my $before = stored();
        my ($status, $body) = $client->post("/campaigns/$id/generate");
        is coded_as($status, $body), '422 CAMPAIGN_CONFIG_INCOMPLETE',
            "$path: it is not generated";
        is_deeply [map { "$_->{path} $_->{code}" }
            @{$body->{detail}{params}{issues}}], ["$path VALIDATION_ERROR"],
            'and why';
        is stored(), $before, 'nothing is stored';
        is campaign($id)->{status}, 'draft', 'it stays a draft';
    }
    # what may be odd in a run, but is not published
    my %odd = ('no area' => { button_config => { bounds => {
                   x => 0, y => 0, width => 0, height => 60 } } },
               'no time' => { rules => {
                   start_date => '2026-02-02T00:00:00Z',
                   end_date => '2026-02-01T00:00:00Z' } },
               'no logo' => { branding => { logo_uri => 'logo.png' } });
    for my $what (sort keys %odd) {
        my $id = draft(%{$odd{$what}});
        $client->post("/campaigns/$id/generate");
        my $is = settled($id);
        is_deeply [$is->{status}, $is->{error}{code}],
            ['failed', 'VALIDATION_ERROR'], "$what: it is not published"
            or diag json($is);
        is_deeply [$is->{error}{details}{missing_assets},
                   scalar @{$is->{error}{details}{warnings}}], [[], 1],
            'and why';
        is $client->run($is->{latestRunId})->{status}, 'completed',
            'though its run is completed';
    }
};

# ---- MISSING_ASSET ----

my %uris = (relative => 'videos/a.mp4', ftp => 'ftp://cdn.example.org/a',
    data => 'data:video/mp4;base64,AA==', nothing => '',
    'of the store' => '/campaign-assets/sha256/ab/cd/none.mp4',
    'out of the store' => '/campaign-assets/../t/conf/httpd.conf',
    file => "file://$data/none.mp4", 'a file outside' => '/etc/passwd',
    'a URL of one' => 'file:///etc/passwd',
    'on the way up' => "$data/../conf/httpd.conf");
my %assets = (intro_video_uri => 'intro_video',
    'outcome_videos.win_video_uri' => 'win_video',
    'outcome_videos.lose_video_uri' => 'lose_video');

sub with_asset {
    my ($path, $uri) = @_;
    return ($path =~ /(win|lose)/ ? "outcome_$1_uri" : $path, $uri);
}

subtest 'MISSING_ASSET: a campaign is not begun' => sub {
    for my $path (sort keys %assets) {
        for my $what (sort keys %uris) {
            my $id = draft(with_asset($path, $uris{$what}));
            my $before = stored();
            my ($status, $body) = $client->post("/campaigns/$id/generate");
            is_deeply [coded_as($status, $body),
                map { "$_->{path} $_->{code}" }
                    @{ref $body->{detail} ? $body->{detail}{params}{issues}
                                          : []}],
                ['422 MISSING_ASSET', "$path MISSING_ASSET"],
                "$path: $what" or diag json($body);
            is stored(), $before, 'nothing is stored';
        }
    }
};

subtest 'MISSING_ASSET: a run says so' => sub {
    my @made = map { my $path = $_; [$path, $client->trigger(payload(
        theme => 'same', with_asset($path, 'videos/a.mp4'))) ] }
        sort keys %assets;
    for (@made) {
        my ($path, $id) = @$_;
        is $client->ended($id)->{status}, 'completed', "$path: it completes";
        my $of = $client->artifacts($id)->{'json/campaign-manifest'};
        is $of->{metadata}{deployment_ready}, JSON::PP::false,
            'but is not to be deployed';
        is_deeply $client->get("/runs/$id/context")
            ->{computed}{qualityChecks}, [{ stepId => 'manifest',
            passed => JSON::PP::false, warnings => [],
            missing_assets => ["$assets{$path}: videos/a.mp4"] }],
            'and the context says why';
    }
};

sub spew {
    my ($path, $text) = @_;
    open my $out, '>', $path or die "$path: $!";
    print $out $text;
    close $out or die "$path: $!";
}

subtest 'MISSING_ASSET: what was there is gone' => sub {
    my $film = "$data/film.mp4";
    spew($film, 'a film');
    my $id = draft(intro_video_uri => "file://$film", locale => 'held');
    my ($status, $body) = $client->post("/campaigns/$id/generate");
    is $status, 202, 'it is there, and the run begins';
    unlink $film or die "$film: $!";
    $client->release($body->{runId});
    my $is = settled($id);
    is_deeply [$is->{status}, $is->{manifestArtifactId},
        $is->{error}{code}, $is->{error}{details}{missing_assets}],
        ['failed', undef, 'MISSING_ASSET', ["intro_video: file://$film"]],
        'it is gone, and nothing is published' or diag json($is);
    like $is->{error}{message}, qr/intro_video/, 'as the error says';
    is coded_as(api GET => "/campaigns/$id/manifest", undef, key => undef),
        '404 CAMPAIGN_NOT_FOUND', 'nobody gets a manifest';
    is coded_as($client->post("/campaigns/$id/generate")),
        '422 MISSING_ASSET', 'nor is it begun again';

    spew($film, 'a film');
    is +($client->call(PATCH => "/campaigns/$id", { config => {
        %{$is->{config}}, locale => 'de' } }))[0], 200, 'mended';
    is +($client->post("/campaigns/$id/generate"))[0], 202, 'it is begun';
    $is = settled($id);
    is_deeply [@$is{qw(status error)}], ['live', undef], 'and published';
    my $manifest = api GET => "/campaigns/$id/manifest", undef, key => undef;
    is_deeply [@{$manifest->{assets}{intro_video}}{qw(size_bytes checksum)}],
        [6, substr Digest::SHA::sha256_hex('a film'), 0, 16],
        'with what is known of a file';

    # an update that would break it
    my $update = $client->ended($client->update($is->{latestRunId},
        'outcome.update', { win_video_uri => 'gone.mp4' }));
    is $update->{status}, 'completed', 'an update run is completed';
    my $now = campaign($id);
    is_deeply [$now->{status}, $now->{error}{code},
        $now->{manifestArtifactId}], ['live', 'MISSING_ASSET',
        $is->{manifestArtifactId}], 'and not published';
    is_deeply scalar(api GET => "/campaigns/$id/manifest", undef,
        key => undef), $manifest, 'the old manifest is served';
    $update = $client->ended($client->update($update->{id},
        'outcome.update', { win_video_uri => "file://$film" }));
    $now = campaign($id);
    is_deeply [@$now{qw(status error)}], ['live', undef], 'until it is right';
    isnt $now->{manifestArtifactId}, $is->{manifestArtifactId},
        'then a new one is';
    unlink $film;
};

subtest 'VALIDATION_ERROR: a worker meets it' => sub {
    my $run = $client->build(locale => 'broken');
    my $step = $client->steps($run->{id})->{game_config};
    is_deeply [$run->{status}, $run->{error}{failedStepId},
        @{$step->{error}}{qw(code attempt)},
        [map { "$_->{path} $_->{code}" } @{$step->{error}{details}}]],
        ['failed', 'game_config', 'VALIDATION_ERROR', 1,
         ['copy.title VALIDATION_ERROR']], 'the step has failed, and why'
        or diag json($step);
    like $run->{error}{message}, qr/^copy\.title: /, 'the run says it';
    is $client->artifacts($run->{id})->{'json/game-config'}, undef,
        'no config is stored';
    is scalar sql("select count(*) from campaigns.step_cache
        where input_hash = '$step->{inputHash}'"), 0, 'nor in the cache';
};

subtest 'a campaign whose run ends otherwise' => sub {
    my $id = draft(locale => 'broken');
    $client->post("/campaigns/$id/generate");
    my $is = settled($id);
    is_deeply [$is->{status}, @{$is->{error}}{qw(code failedStepId)}],
        ['failed', 'STEP_EXECUTION_FAILED', 'game_config'],
        'has the error of the run';
    $id = draft(locale => 'held');
    my ($status, $body) = $client->post("/campaigns/$id/generate");
    $client->post("/runs/$body->{runId}/cancel");
    $is = campaign($id);
    is_deeply [$is->{status}, $is->{error}{code}],
        ['failed', 'RUN_CANCELLED'], 'or that it was cancelled';
    ($status) = $client->post("/runs/$body->{runId}/retry");
    is_deeply [$status, @{campaign($id)}{qw(status error)}],
        [202, 'generating', undef], 'a retry has none';
    $client->release($body->{runId});
    is settled($id)->{status}, 'live', 'and publishes it';
};

Game::CampaignRuns::end_marks();

# ---- hashes: what the database takes ----

# The constraint that refuses a statement.
sub refusal {
    my ($statement) = @_;
    return scalar sql("do \$do\$ declare name text; begin
        $statement;
        raise 'it is stored';
        exception when check_violation then
            get stacked diagnostics name = constraint_name;
            perform set_config('test.refusal', name, false);
        end \$do\$;
        select current_setting('test.refusal')");
}

subtest 'INVALID_HASH: artifacts' => sub {
    my $run = $client->build(theme => 'same')->{id};
    my $before = stored();
    my $hex = 'ab' x 32;
    for ($hex, "SHA256:$hex", "sha256:" . uc $hex, 'sha256:' . 'a' x 63,
         'sha256:' . 'a' x 63 . 'g', "md5:$hex", '', 'sha256:',
         " sha256:$hex") {
        is refusal("insert into campaigns.artifacts (run_id, tenant_id,
            skill_id, type, uri, content_hash, size_bytes)
            values ('$run', 't', 'x', 'x', '/x', left('$_', 71), 0)"),
            'INVALID_HASH', qq(contentHash "$_");
    }
    for ('', 'x', 'A' x 64, 'a' x 63, "sha256:$hex") {
        is refusal("update campaigns.run_steps
            set input_hash = left('$_', 64) where run_id = '$run'"),
            'VALIDATION_ERROR', qq(inputHash "$_");
    }
    is stored(), $before, 'nothing is stored';
};

is_deeply [faults()], [], 'the ledger is right';
done_testing;
