# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# The acceptance of campaigns: each criterion of campaigns.md 7 by runs of the
# live server, whose files are downloaded through httpd and looked at by
# Game::CampaignCheck. What providers do wrong is in campaigns_provider.t,
# the rules of documents are in campaigns_rules.t, kills in t/life.
use strict;
use warnings FATAL => 'all';

use Game::CampaignCheck qw(decoded input_hash checksum tree_hash
    config_faults manifest_faults bundle_faults wav loudness seam);
use Game::CampaignRuns qw(payload coded_as items $MINIMAL);
use Game::Test;

use Digest::SHA qw(sha256_hex);
use Test::More;

my $EMPTY = sha256_hex('{}');
my @STEPS = qw(game_config bgm bundle_game manifest);
my @TYPES = qw(audio/bgm bundle/game json/campaign-manifest
               json/game-config);
my $client = Game::CampaignRuns->new;
Game::CampaignRuns::begin_marks();

# The files of a tree: path => bytes. What its manifest lists, by HTTP.
sub tree {
    my ($uri) = @_;
    my $manifest = decoded($client->bytes("${uri}bundle_manifest.json"));
    my %files = map { $_->{path} => $client->bytes($uri . $_->{path}) }
        @{$manifest->{files}};
    return ($manifest, %files);
}

# A run for the criteria that look at one.
my %given = (
    color_scheme => { primary => '#123456', secondary => 'rgb(1, 2, 3)',
                      accent => 'hsl(10, 20%, 30%)', background => 'navy' },
    copy => { title => 'Turn it', instructions => 'Press',
              win_message => 'Yes', lose_message => 'No' },
    rules => { max_plays_per_user => 3, global_win_rate => 0.25 },
    branding => { brand_name => 'Acme', primary_color => '#abcdef' });
my $payload = payload(%given);
my $run = $client->ended($client->trigger($payload));
my $id = $run->{id};
my $artifacts = $client->artifacts($id);
my $steps = $client->steps($id);
my $manifest;

subtest 'SC-001: four artifacts' => sub {
    is $run->{status}, 'completed', 'the run is completed'
        or BAIL_OUT(json($client->states($id)));
    my ($status, $body) = $client->get("/runs/$id/artifacts");
    is_deeply [sort map { $_->{type} } @{$body->{artifacts}}], \@TYPES,
        'exactly these four';
    for my $type (@TYPES) {
        my $of = $artifacts->{$type};
        like $of->{contentHash}, qr/^sha256:[0-9a-f]{64}\z/,
            "$type has a hash";
        next if $type eq 'bundle/game';
        my $bytes = $client->bytes($of->{uri});
        is $of->{contentHash}, 'sha256:' . sha256_hex($bytes),
            'of the bytes that are served';
        is $of->{sizeBytes}, length $bytes, 'and of their size';
    }
    my $bundle = $artifacts->{'bundle/game'};
    my ($listed, %files) = tree($bundle->{uri});
    is $bundle->{contentHash}, 'sha256:' . tree_hash(%files),
        'the hash of the bundle is that of its files';
    is_deeply [bundle_faults($listed, %files)], [],
        'its manifest is right';
    is $bundle->{metadata}{checksum}, $listed->{checksum}, 'with its sum';
    is_deeply $bundle->{metadata}, { checksum => $listed->{checksum},
        bundle_id => $listed->{bundle_id}, template_id => 'spin_wheel',
        file_count => scalar(keys %files),
        total_size_bytes => $listed->{metadata}{total_size_bytes},
        manifest_uri => "$bundle->{uri}bundle_manifest.json" },
        'and what its row says';
    is $bundle->{sizeBytes}, $listed->{metadata}{total_size_bytes}
        + length $client->bytes("$bundle->{uri}bundle_manifest.json"),
        'its size is that of all its files';

    my $text = $client->bytes($artifacts->{'json/campaign-manifest'}{uri});
    $manifest = decoded($text);
    is_deeply [manifest_faults($manifest, $text)], [],
        'the manifest is valid, and so is its checksum';
    is $manifest->{assets}{game_bundle}{uri}, $bundle->{uri},
        'it leads to the bundle';
    is $client->fetch($bundle->{uri}
        . $manifest->{interaction}{game_container}{entry_point})->code, 200,
        'whose page is there';
    my $config = $client->bytes($bundle->{uri}
        . $manifest->{interaction}{game_container}{config_path});
    is 'sha256:' . sha256_hex($config),
        $artifacts->{'json/game-config'}{contentHash},
        'its config is the one of the run';
    is_deeply [config_faults(decoded($config))], [], 'and valid';
    is 'sha256:' . sha256_hex($files{'assets/audio/bgm.wav'}),
        $artifacts->{'audio/bgm'}{contentHash}, 'its music as well';
    my ($track) = grep { $_->{type} eq 'audio' }
        @{$manifest->{assets}{additional}};
    is_deeply $track, { uri => $artifacts->{'audio/bgm'}{uri},
        type => 'audio', required => JSON::PP::true,
        size_bytes => $artifacts->{'audio/bgm'}{sizeBytes},
        checksum => substr $artifacts->{'audio/bgm'}{contentHash}, 7, 16 },
        'the manifest has the track';
    is_deeply $manifest->{metadata}{artifacts}, { map {
        my ($name, $type) = @$_; $name => { id => $artifacts->{$type}{id},
            uri => $artifacts->{$type}{uri},
            content_hash => $artifacts->{$type}{contentHash} } }
        [game_config => 'json/game-config'], [audio => 'audio/bgm'],
        [bundle => 'bundle/game'] }, 'and names the other three';
    is $manifest->{metadata}{run_id}, $id, 'and the run';
    is $artifacts->{'json/campaign-manifest'}{metadata}{deployment_ready},
        JSON::PP::true, 'it can be deployed';
};

# Inputs that a caller may send, drawn from their parts.
sub config_input {
    my $pick = sub { $_[rand @_] };
    my $color = sub { $pick->('#fff', '#12AB', '#123456', '#12345678',
        'rgb(0, 128, 255)', 'rgba(10%, 20%, 30%, 0.5)',
        'hsl(120, 50%, 50%)', 'RebeccaPurple', 'transparent') };
    my %input = (
        template_id => $pick->(qw(spin_wheel scratch_card slot_machine
            memory_match catch_game quiz spin_wheel_v2 collect_coins_v1
            treasure_hunt)),
        theme => $pick->('neon_arcade', 'Summer Beach', 'x', 'classic',
            "\x{417}\x{438}\x{43c}\x{430}", '"quoted" \\ theme', '__'),
        difficulty => { level => $pick->(qw(easy medium hard)),
            win_probability => $pick->(0, 1, 0.5, rand) });
    $input{color_scheme} = { map { $_ => $color->() }
        grep { rand > 0.4 } qw(primary secondary accent background) }
        if rand > 0.5;
    $input{copy} = { map { $_ => "a $_" } grep { rand > 0.5 }
        qw(title instructions win_message lose_message) } if rand > 0.5;
    $input{parameters} = { map { $_ => $pick->(1, 2.5, 1e3) }
        grep { rand > 0.5 } qw(speed pairs time_limit_sec) } if rand > 0.5;
    $input{locale} = $pick->(qw(de-DE fr zh-Hant)) if rand > 0.5;
    $input{asset_refs} = [map { { uri => "https://cdn.example/$_",
        type => $pick->(qw(background sprite icon audio model)),
        rand > 0.5 ? (slot => "slot_$_") : () } } 1 .. 1 + rand 4]
        if rand > 0.5;
    $input{overrides} = { copy => { title => 'Over' },
        mechanics => { extra => [1, undef] } } if rand > 0.7;
    return \%input;
}

subtest 'SC-002: 200 inputs, 200 valid configs' => sub {
    my (@wrong, %hashes);
    my $seed = srand;
    for (1 .. 200) {
        my $input = config_input();
        my ($status, $body) = api POST =>
            '/skills/game_config_from_template/execute', $input,
            key => admin_key();
        my @faults = !$body->{ok} ? "$status " . json($body)
            : config_faults($body->{data});
        push @faults, 'of another template' if !@faults
            && $body->{data}{template_id} ne $input->{template_id};
        push @faults, 'not the first answer' if !@faults
            && @{$body->{debug}{provider_calls}} != 1;
        push @wrong, json($input) . ": @faults" if @faults;
        $hashes{$body->{artifacts}[0]{content_hash}} = 1 if $body->{ok};
    }
    is_deeply \@wrong, [], "all of them are valid (seed $seed)";
    cmp_ok scalar(keys %hashes), '>', 150, 'of many kinds';
};

subtest 'SC-003: a change of the music alone' => sub {
    my $update = $client->ended($client->update($id, 'audio.update',
        { prompt => 'calmer', mood => 'relaxed' }));
    is "$update->{status} $update->{triggerType} $update->{baseRunId}",
        "completed update $id", 'an update run is completed';
    is_deeply $client->states($update->{id}), { game_config => 'skipped hit',
        bgm => 'completed', bundle_game => 'completed',
        manifest => 'completed' }, 'the config is reused';
    my ($status, $body)
        = $client->get("/runs/$update->{id}/cache-analysis");
    is_deeply [@$body{qw(totalSteps cacheHits cacheMisses cacheHitRate)}],
        [4, 1, 3, 0.25], 'so says the analysis';
    is_deeply { map { $_->{stepId} => "$_->{executedFrom} $_->{reason}" }
        @{$body->{steps}} }, { game_config => 'cache reused_from_base_run',
        bgm => 'fresh cache_miss', bundle_game => 'fresh cache_miss',
        manifest => 'fresh cache_disabled' }, 'step by step';
    my $new = $client->artifacts($update->{id});
    is_deeply [sort keys %$new], \@TYPES, 'it has four artifacts as well';
    is $new->{'json/game-config'}{id}, $artifacts->{'json/game-config'}{id},
        'the config is the row of the base';
    for my $type (qw(audio/bgm bundle/game json/campaign-manifest)) {
        isnt $new->{$type}{contentHash}, $artifacts->{$type}{contentHash},
            "$type is another";
    }
    is 'sha256:' . sha256_hex($client->bytes($new->{'bundle/game'}{uri}
        . 'assets/audio/bgm.wav')), $new->{'audio/bgm'}{contentHash},
        'the new bundle plays the new music';
    is $new->{'audio/bgm'}{metadata}{provider}, 'stub', 'of the stub';
    is_deeply $client->hashes($update->{id})->{game_config},
        $steps->{game_config}{inputHash}, 'the hash of an input is kept';
};

subtest 'SC-004: what a run takes' => sub {
    my $long = $client->build(audio => { prompt => uniq('tune'),
                                         duration_sec => 60 });
    is $long->{status}, 'completed', 'a run with a track of a minute';
    my $of = $client->steps($long->{id});
    diag "a run with a track of 60 s: $long->{durationMs} ms ("
        . join(', ', map { "$_ $of->{$_}{durationMs}" } @STEPS) . ')';
    ok $long->{durationMs} >= $of->{$_}{durationMs},
        "$_ is a part of it" for @STEPS;
    ok $long->{startedAt} ge $long->{createdAt}
        && $long->{completedAt} ge $long->{startedAt}, 'times are in order';
    for (@STEPS) {
        ok $of->{$_}{startedAt} ge $long->{startedAt}
            && $of->{$_}{endedAt} ge $of->{$_}{startedAt}
            && $of->{$_}{endedAt} le $long->{completedAt},
            "those of $_ as well";
    }
    ok $of->{bundle_game}{startedAt} ge $of->{$_}{endedAt},
        "the bundle waits for $_" for qw(game_config bgm);
    ok $of->{manifest}{startedAt} ge $of->{bundle_game}{endedAt},
        'and the manifest for the bundle';
};

subtest 'SC-005: the whole chain' => sub {
    my ($status, $body) = $client->get('/workflows');
    my ($listed) = grep { $_->{name} eq $MINIMAL } @{$body->{workflows}};
    is $listed->{stepCount}, 4, 'the registry lists the workflow';
    ($status, $body) = $client->get("/workflows/$MINIMAL");
    is_deeply [map { "$_->{stepId} < @{$_->{dependsOn}}" }
        @{$body->{steps}}], ['game_config < ', 'bgm < ',
        'bundle_game < game_config bgm', 'manifest < bundle_game'],
        'with its steps';
    ($status, $body) = api POST => '/skills/generate_bgm_track/execute',
        { style => { genre => 'polka' }, duration_sec => 4.9 },
        key => admin_key();
    is_deeply [$status, items($body)], [422, [
        'body.duration_sec greater_than_equal INPUT_VALIDATION_FAILED',
        'body.style.genre enum INPUT_VALIDATION_FAILED']],
        'the runner validates';
    ($status, $body) = api POST => '/skills/generate_bgm_track/execute',
        { style => { genre => 'jazz' }, duration_sec => 5 },
        key => admin_key();
    is_deeply [map { "$_->{provider} $_->{model}" }
        @{$body->{debug}{provider_calls}}], ['stub stub-generator'],
        'a call of a provider is recorded';
    is $artifacts->{'json/game-config'}{metadata}{provider}, 'builtin',
        'and in the row of an artifact';
    my %type = ('audio/bgm' => 'audio/wav',
                'json/game-config' => 'application/json',
                'json/campaign-manifest' => 'application/json');
    for my $type (sort keys %type) {
        my $response = $client->fetch($artifacts->{$type}{uri});
        is $response->header('Content-Type'), $type{$type},
            "httpd serves $type as what it is";
        like $response->header('Cache-Control'), qr/immutable/, 'for ever';
    }
    my $bundle = $artifacts->{'bundle/game'}{uri};
    my $index = $client->fetch("${bundle}index.html");
    like $index->header('Content-Type'), qr{^text/html}, 'a page is HTML';
    my @parts = grep { !/^(?:https?:)?\/\// }
        $index->content =~ /(?:src|href)="([^"#]+)"/g;
    ok scalar(@parts), 'with parts';
    for (@parts) {
        my $response = $client->fetch($bundle . s{^\./}{}r);
        is $response->code, 200, "$_ is there";
        like $response->header('Content-Type'),
            /\.css$/ ? qr{^text/css} : qr{^(?:text|application)/javascript},
            'of its type';
    }
    is scalar sql("select count(*) from campaigns.artifacts
        where run_id = '$id' and content_hash ~ '^sha256:'"), 4,
        'hashes are stored';
};

subtest 'FR-006: hashes of inputs' => sub {
    my %audio = %{$payload->{audio}};
    my $config = decoded($client->bytes(
        $artifacts->{'json/game-config'}{uri}));
    my %input = (
        game_config => { (map { $_ => $payload->{$_} }
            qw(template_id theme color_scheme copy)),
            difficulty => { level => 'medium', win_probability => 0.3 } },
        bgm => { style => { genre => 'electronic' }, duration_sec => 5,
            custom_prompt => $audio{prompt}, loopable => JSON::PP::true },
        bundle_game => { game_config => $config,
            audio_uri => $artifacts->{'audio/bgm'}{uri},
            template_id => 'spin_wheel' },
        manifest => { campaign_id => $payload->{campaign_id},
            campaign_name => $payload->{campaign_id},
            intro_video_uri => $payload->{intro_video_uri},
            outcome_videos => {
                win_video_uri => $payload->{outcome_win_uri},
                lose_video_uri => $payload->{outcome_lose_uri} },
            game_bundle_uri => $artifacts->{'bundle/game'}{uri},
            button_config => { hover_effect => 'glow', bounds => {
                x => 0, y => 0, width => 200, height => 60 } },
            rules => $payload->{rules}, branding => $payload->{branding} });
    for (@STEPS) {
        like $steps->{$_}{inputHash}, qr/^[0-9a-f]{64}\z/, "$_ has one";
        isnt $steps->{$_}{inputHash}, $EMPTY, 'not of nothing';
        is $steps->{$_}{inputHash}, input_hash($input{$_}),
            'but of its input';
    }
};

subtest 'FR-008, FR-011: what is kept of a step' => sub {
    for (@STEPS) {
        my $step = $steps->{$_};
        ok defined $step->{durationMs} && $step->{startedAt}
            && $step->{endedAt}, "the times of $_";
        is $step->{error}, undef, 'no error';
        is scalar @{$step->{outputArtifactIds}}, 1, 'its artifact';
        my $output = decoded(sql("select output_data
            from campaigns.run_steps where id = '$step->{id}'"));
        ok ref $output eq 'HASH' && keys %$output, 'what it gave';
        is_deeply [config_faults($output)], [], 'which is a config'
            if $_ eq 'game_config';
    }
    my $failed = $client->build(locale => 'broken');
    my $step = $client->steps($failed->{id})->{game_config};
    is_deeply [@$step{qw(status outputArtifactIds cacheHit)}],
        ['failed', [], JSON::PP::false], 'one that failed';
    like $step->{inputHash}, qr/^(?!$EMPTY)[0-9a-f]{64}\z/, 'has its hash';
    ok defined $step->{durationMs}, 'its time';
    is_deeply [map { $step->{error}{$_} } qw(code attempt)],
        ['VALIDATION_ERROR', 1], 'and its error';
    like $step->{error}{timestamp},
        qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z/, 'with its time';
    is_deeply [map { $_->{path} } @{$step->{error}{details}}],
        ['copy.title'], 'and what was wrong' or diag json($step->{error});
};

subtest 'US1: the same once more' => sub {
    my $again = $client->ended($client->trigger($payload));
    is $again->{status}, 'completed', 'is a run';
    isnt $again->{id}, $id, 'of its own';
    is_deeply $client->states($again->{id}), { game_config => 'skipped hit',
        bgm => 'skipped hit', bundle_game => 'completed',
        manifest => 'completed' }, 'with the cache of the first';
    my $new = $client->artifacts($again->{id});
    is $new->{$_}{id}, $artifacts->{$_}{id}, "$_ is the same row"
        for qw(json/game-config audio/bgm);
    isnt $new->{'bundle/game'}{id}, $artifacts->{'bundle/game'}{id},
        'the bundle is another row';
    is $new->{'bundle/game'}{uri}, $artifacts->{'bundle/game'}{uri},
        'of the same bytes';
    my ($status, $body) = $client->get("/runs/$again->{id}/cache-analysis");
    is_deeply [@$body{qw(cacheHits cacheMisses cacheHitRate)}], [2, 2, 0.5],
        'the analysis says so';
    is_deeply $client->hashes($again->{id}), $client->hashes($id),
        'hashes are equal';
};

subtest 'US2.3, US4: what is missing is named' => sub {
    my $before = sql('select count(*) from campaigns.runs');
    for my $path (qw(campaign_id template_id theme difficulty audio
                     intro_video_uri outcome_videos
                     difficulty.level audio.duration_sec audio.style.genre
                     outcome_videos.win_video_uri
                     outcome_videos.lose_video_uri
                     button_config.bounds button_config.bounds.x
                     button_config.bounds.height copy.title)) {
        my $lacks = payload(
            difficulty => { level => 'easy', win_probability => 0.5 },
            audio => { style => { genre => 'pop', mood => 'happy' },
                       duration_sec => 5 },
            outcome_videos => { win_video_uri => 'https://x.example/w',
                                lose_video_uri => 'https://x.example/l' },
            button_config => { bounds => { x => 0, y => 0, width => 1,
                                           height => 1 } },
            copy => { title => 'T', instructions => 'I',
                      win_message => 'W', lose_message => 'L' });
        delete @$lacks{qw(outcome_win_uri outcome_lose_uri)};
        my @names = split /\./, $path;
        my $last = pop @names;
        my $at = $lacks;
        $at = $at->{$_} for @names;
        delete $at->{$last};
        my ($status, $body) = $client->post('/runs', {
            workflowName => $MINIMAL, triggerPayload => $lacks });
        # members of copy may be absent: the template has them
        if ($path eq 'copy.title') {
            is $status, 202, "$path is not required";
            $client->post("/runs/$body->{runId}/cancel");
            $before++;
            next;
        }
        is $status, 422, "without $path";
        is_deeply [map { s/ INPUT_VALIDATION_FAILED| VALIDATION_ERROR//r }
            @{items($body)}], ["body.triggerPayload.$path missing"],
            'which is named';
    }
    is scalar sql('select count(*) from campaigns.runs'), $before,
        'and nothing is stored';
    # a change that takes away what a step requires
    my $base = $client->build;
    my ($status, $body) = $client->post("/runs/$base->{id}/update",
        { changeRequest => { type => 'game_config.update',
                             payload => { theme => undef } } });
    is $status, 422, 'an update cannot take it away either';
    like json($body), qr/theme.*missing/, 'as it says';
};

subtest 'US3: music' => sub {
    my %length = (5 => 220500, 12.34 => 544194, 30 => 1323000,
                  300 => 13230000);
    my %style = (genre => 'chiptune', mood => 'epic', energy_level => 0.8);
    my @of = map { { audio => { duration_sec => 0 + $_, style => \%style,
        prompt => 'march', bpm => 90, seed => 7 } } } sort keys %length;
    my @mine = map { $client->trigger(payload(%$_)) } @of;
    my $other = Game::CampaignRuns->new;
    my @theirs = map { $other->trigger(payload(%$_)) } @of[0, 1];
    for my $seconds (sort keys %length) {
        my $one = $client->ended(shift @mine);
        is $one->{status}, 'completed', "$seconds s" or next;
        my $of = $client->artifacts($one->{id})->{'audio/bgm'};
        my $data = $length{$seconds} * 4;
        is $of->{sizeBytes}, 44 + $data, 'of the exact size';
        my $part = sub { $client->fetch($of->{uri}, Range =>
            sprintf 'bytes=%d-%d', @_)->content };
        is_deeply wav($part->(0, 43)), { riff => 'RIFF',
            size => 36 + $data, wave => 'WAVEfmt ', fmt_size => 16,
            format => 1, channels => 2, rate => 44100,
            bytes_per_sec => 176400, frame => 4, bits => 16,
            data => 'data', data_size => $data }, 'a WAV file';
        cmp_ok seam($part->(44, 47), $part->(40 + $data, 43 + $data)), '<',
            64, 'whose end meets its beginning';
        # of the longest, a piece of each minute
        my @pieces = $seconds < 100 ? [44, 43 + $data]
            : map { [44 + $_ * 10584000, 44 + $_ * 10584000 + 1764000 - 1] }
              0 .. 4;
        cmp_ok loudness($part->(@$_)), '>', 500, 'and sounds' for @pieces;
        my $their = shift @theirs or next;
        $their = $other->ended($their);
        my $twin = $other->artifacts($their->{id})->{'audio/bgm'};
        is $twin->{contentHash}, $of->{contentHash},
            'equal parameters give equal bytes';
        isnt $twin->{id}, $of->{id}, 'made twice';
    }
};

subtest 'edge: a corrupted cache' => sub {
    my $mine = payload();
    my $first = $client->ended($client->trigger($mine));
    my $of = $client->artifacts($first->{id});
    for (['audio/bgm', 'bgm', 'game_config'],
         ['json/game-config', 'game_config', 'bgm']) {
        my ($type, $lost, $kept) = @$_;
        my $file = Game::CampaignRuns::on_disk($of->{$type}{uri});
        unlink $file or die "$file: $!";
        my $next = $client->ended($client->trigger($mine));
        is $next->{status}, 'completed', "$type is gone, the run completes";
        my $states = $client->states($next->{id});
        is_deeply [@$states{$lost, $kept}], ['completed', 'skipped hit'],
            "$lost is made again";
        is 'sha256:' . sha256_hex($client->bytes($of->{$type}{uri})),
            $of->{$type}{contentHash}, 'and its bytes are back';
        $next = $client->ended($client->trigger($mine));
        is $client->states($next->{id})->{$lost}, 'skipped hit',
            'and in the cache';
    }
};

subtest 'edge: a failure upstream' => sub {
    my $failed = $client->build(locale => 'broken');
    is_deeply [$failed->{status}, @{$failed->{error}}{qw(code
        failedStepId)}], ['failed', 'STEP_EXECUTION_FAILED', 'game_config'],
        'the run failed with its step';
    like $failed->{error}{message}, qr/copy\.title/, 'and says why';
    is_deeply $client->states($failed->{id}), {
        game_config => 'failed VALIDATION_ERROR', bgm => 'completed',
        bundle_game => 'skipped UPSTREAM_FAILED',
        manifest => 'skipped UPSTREAM_FAILED' }, 'what needs it is skipped';
    is_deeply [keys %{$client->artifacts($failed->{id})}], ['audio/bgm'],
        'what does not is there';
    my ($status, $body) = $client->get(
        "/runs/$failed->{id}/cache-analysis");
    is_deeply [@$body{qw(totalSteps cacheHits cacheMisses cacheHitRate)}],
        [4, 0, 2, 0], 'what was not done is no miss';
};

subtest 'edge: many at once' => sub {
    my $crowd = Game::CampaignRuns->new;
    my @answers = burst map { [POST => '/runs', { workflowName => $MINIMAL,
        triggerPayload => payload() }, key => $crowd->{key}] } 1 .. 50;
    is_deeply [grep { $_->[0] != 202 } @answers], [], '50 runs at once';
    my @ids = map { $_->[1]{runId} } @answers;
    is_deeply [grep { $crowd->ended($_)->{status} ne 'completed' } @ids],
        [], 'all of them are completed';
    my $list = join ',', map { "'$_'" } @ids;
    is_deeply [sql("select status || ' ' || min(n) || ' ' || max(n) || ' '
               || count(*)
        from (select run_id, data ->> 'stepId', data ->> 'status' as status,
                     count(*) as n
                from campaigns.run_events
               where kind = 'step' and run_id in ($list)
               group by 1, 2, 3) x
       where status in ('running', 'completed')
       group by status order by status")],
        ['completed 1 1 200', 'running 1 1 200'],
        'each step was executed exactly once';
    is scalar sql("select count(*) from campaigns.artifacts
        where run_id in ($list)"), 200, 'each made one artifact';
    is scalar sql("select count(distinct content_hash)
        from campaigns.artifacts
        where run_id in ($list) and type = 'audio/bgm'"), 50,
        'each its own music';
    is scalar sql("select count(*) from campaigns.run_steps
        where run_id in ($list)
          and (attempt > 1 or recoveries > 0 or lease_owner is not null)"),
        0, 'at the first attempt, and nothing is held';
};

subtest 'edge: tenants' => sub {
    my $other = Game::CampaignRuns->new;
    my $artifact = $artifacts->{'audio/bgm'}{id};
    my %change = (changeRequest => { type => 'audio.update',
                                     payload => { bpm => 80 } });
    for ([GET => "/runs/$id"], [GET => "/runs/$id/steps"],
         [GET => "/runs/$id/artifacts"], [GET => "/runs/$id/context"],
         [GET => "/runs/$id/cache-analysis"], [GET => "/runs/$id/events"],
         [POST => "/runs/$id/cancel"], [POST => "/runs/$id/retry"]) {
        is coded_as($other->call(@$_)), '404 RUN_NOT_FOUND',
            "@$_ of another tenant";
    }
    is coded_as($other->post("/runs/$id/update", \%change)),
        '404 BASE_RUN_NOT_FOUND', 'its run is no base';
    is coded_as($other->post('/workflows/campaign.update_audio/trigger',
        { base_run_id => $id, campaign_id => $payload->{campaign_id},
          audio_overrides => { bpm => 80 } })), '404 BASE_RUN_NOT_FOUND',
        'nor by its alias';
    is coded_as($other->get("/artifacts/$artifact$_")),
        '404 ARTIFACT_NOT_FOUND', "GET of an artifact$_"
        for '', '/content';
    is $other->get('/runs')->{search_options}{total_count}, 0,
        'and lists are empty';
    my $copy = $other->ended($other->trigger($payload));
    is_deeply $other->states($copy->{id}), { map { $_ => 'completed' }
        @STEPS }, 'a cache is of one tenant';
    is_deeply $other->hashes($copy->{id}), $client->hashes($id),
        'though hashes are equal';
    my $theirs = $other->artifacts($copy->{id});
    is_deeply [grep { $theirs->{$_}{id} eq $artifacts->{$_}{id} } @TYPES],
        [], 'and so are rows';
    is $theirs->{$_}{contentHash}, $artifacts->{$_}{contentHash},
        "equal bytes of $_ are stored once"
        for qw(audio/bgm json/game-config bundle/game);
};

subtest 'determinism' => sub {
    my $name = uniq('same');
    my @texts = (
        qq({"campaign_id":"$name","template_id":"quiz","theme":"sea",)
        . '"difficulty":{"level":"easy","win_probability":0.5},'
        . '"audio":{"style":{"genre":"pop","energy_level":0.25},'
        . '"duration_sec":30},"intro_video_uri":"https://x.example/i",'
        . '"outcome_videos":{"win_video_uri":"https://x.example/w",'
        . '"lose_video_uri":"https://x.example/l"},'
        . '"parameters":{"b":100,"a":1}}',
        qq({ "parameters" : {"a":1.0,\n"b":1e2}, "outcome_videos": {)
        . ' "lose_video_uri" :"https:\/\/x.example\/l",'
        . qq(\t"win_video_uri": "https://x.example/w"\r\n},)
        . '"intro_video_uri": "https://x.example/\u0069", "audio" : {'
        . '"duration_sec" : 30.0, "style": {"energy_level": 2.5e-1,'
        . '"genre":"pop"}}, "difficulty":{"win_probability" : 0.50,'
        . ' "level" : "easy"}, "theme":"se\u0061","template_id":"quiz",'
        . qq( "campaign_id" : "$name" }\n),
        qq({"campaign_id":"x","theme":"sea","template_id":"quiz",)
        . '"difficulty":{"level":"easy","win_probability":5e-1},'
        . '"audio":{"style":{"genre":"pop","energy_level":0.250},'
        . '"duration_sec":3e1},"intro_video_uri":"https://x.example/i",'
        . '"outcome_videos":{"win_video_uri":"https://x.example/w",'
        . '"lose_video_uri":"https://x.example/l"},'
        . qq("parameters":{"b":100.00,"a":1},"campaign_id":"$name"}));
    my @got = map {
        my $who = Game::CampaignRuns->new;     # nobody has a cache
        my $one = $who->ended($who->trigger_raw($_));
        my $of = $who->artifacts($one->{id});
        [$one->{status}, $who->hashes($one->{id}),
         map { $of->{$_}{contentHash} }
             qw(audio/bgm json/game-config bundle/game)];
    } @texts;
    is $got[0][0], 'completed', 'a run';
    is_deeply $got[$_], $got[0], "the same, written otherwise ($_)"
        for 1 .. $#got;
};

Game::CampaignRuns::end_marks();
done_testing;
