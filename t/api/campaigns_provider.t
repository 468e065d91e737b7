# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# A provider of game configurations that is right, wrong once, wrong always,
# or says nothing: how often it is asked, what becomes of the run, and what is
# kept of it (campaigns.md 4.1, 7: SC-002, SC-003).
use strict;
use warnings FATAL => 'all';

use Game::CampaignRuns qw(payload);
use Game::CampaignSite ();
use Game::Test;

use Test::More;

my $site = Game::CampaignSite->start(name => 'campaigns_provider');
my $client = Game::CampaignRuns->new(at => $site->{name},
    key => scalar $site->sql("select game.create_key('client')"));
my $admin = Game::CampaignRuns->new(at => $site->{name},
    key => scalar $site->sql("select game.create_key('admin', '', true)"));

# theme, calls and how many of them say what was wrong, state and attempt of
# the step; attempts within the skill
my @scripts = (
    ['good', 1, 0, 'completed', 1, 1],
    ['once', 2, 1, 'completed', 1, 2],
    ['bad', 2, 1, 'failed VALIDATION_ERROR', 1, 2],
    ['junk', 4, 2, 'failed GENERATION_FAILED', 2, 2],
    ['empty', 4, 2, 'failed GENERATION_FAILED', 2, 2],
    ['fail', 2, 0, 'failed GENERATION_FAILED', 2, 1]);

my @runs = map { my $theme = "$_->[0] " . uniq();
    [$theme, $client->trigger(payload(theme => $theme))] } @scripts;
for my $script (@scripts) {
    my ($kind, $calls, $again, $state, $attempt, $tries) = @$script;
    my ($theme, $id) = @{shift @runs};
    subtest "SC-002: $kind" => sub {
        my $run = $client->ended($id);
        my $step = $client->steps($id)->{game_config};
        is $client->states($id)->{game_config}, $state, 'its step';
        is $step->{attempt}, $attempt, 'attempts are recorded';
        is_deeply [$site->calls($theme, qw(begin again))], [$calls, $again],
            'so often it was asked, and told what was wrong';
        my $artifact = $client->artifacts($id)->{'json/game-config'};
        if ($state eq 'completed') {
            is $run->{status}, 'completed', 'the run is completed';
            is $artifact->{metadata}{provider}, 'suite',
                'its config is from the provider';
        }
        else {
            is_deeply [$run->{status}, @{$run->{error}}{qw(code
                failedStepId)}], ['failed', 'STEP_EXECUTION_FAILED',
                'game_config'], 'the run failed';
            is $artifact, undef, 'without a config';
            is $step->{error}{attempt}, $attempt, 'the error says when';
        }
        is_deeply [map { $_->{path} } @{$step->{error}{details}}],
            ['mechanics'], 'and where' if $kind eq 'bad';

        # the skill by itself says what it did
        my ($status, $body) = $admin->post(
            '/skills/game_config_from_template/execute', {
            template_id => 'quiz', theme => "$kind " . uniq(),
            difficulty => { level => 'easy', win_probability => 0.5 } });
        is_deeply [$status, $body->{debug}{attempts},
            map { $_->{provider} } @{$body->{debug}{provider_calls}}],
            [200, $tries, ('suite') x $tries], 'calls are recorded';
        is 'failed ' . ($body->{error_code} // ''),
            $body->{ok} ? 'failed ' : $state, 'with the same code';
    };
}

subtest 'a retry asks again' => sub {
    my $theme = 'bad ' . uniq();
    my $id = $client->build(theme => $theme)->{id};
    my ($status) = $client->post("/runs/$id/retry");
    is $status, 202, 'a run is tried again';
    is $client->ended($id)->{status}, 'failed', 'and fails again';
    is_deeply [$site->calls($theme)], [4, 4], 'after two more calls';
    is $client->states($id)->{bgm}, 'completed', 'what was done stays';
};

subtest 'SC-003: a change of the music, with a slow provider' => sub {
    my $theme = 'wait 3 ' . uniq();
    my $base = $client->build(theme => $theme);
    is $base->{status}, 'completed', 'a base';
    cmp_ok $base->{durationMs}, '>=', 3000, 'which was waited for';
    my $update = $client->ended($client->update($base->{id}, 'audio.update',
                                                { mood => 'epic' }));
    is $update->{status}, 'completed', 'an update';
    is_deeply $client->states($update->{id}), {
        game_config => 'skipped hit', bgm => 'completed',
        bundle_game => 'completed', manifest => 'completed' },
        'which has the config of the base';
    is_deeply [$site->calls($theme)], [1, 1], 'the provider was asked once';
    diag "built in $base->{durationMs} ms, updated in"
        . " $update->{durationMs} ms";
    my $analysis = $client->get("/runs/$update->{id}/cache-analysis");
    cmp_ok $analysis->{timeSavedMs}, '>=', 3000, 'the time that was saved';
    my $other = $client->ended($client->update($update->{id},
        'game_config.update', { theme => 'good ' . uniq() }));
    is_deeply $client->states($other->{id}), {
        game_config => 'completed', bgm => 'skipped hit',
        bundle_game => 'completed', manifest => 'completed' },
        'a change of the config has the music of the base';
};

is_deeply [$site->faults], [], 'nothing twice, nothing held';
$site->stop;
done_testing;
