# The database of campaigns by itself: cache, contexts, updates, events, reads.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Campaigns;
use Game::Test;
use JSON::PP ();

plan need_module('game', 'dbd');

begin_database('game_campaigns_runs');

# ---- input, cache ----

my $hash = '5' x 64;
sub lookup { return call('step_input', @{$_[0]}[0, 1], $hash, 't') }

my $run = create(campaign => 'cache', workflow => 'w.cache',
              graph => [['a', []], ['b', []]])->[1];
my $row = claim('one');
is_deeply lookup($row), ['ok', '', '', '', ''], 'a miss';
my $file = artifact('cached', metadata => { z => 1, a => 2 });
finish($row, 'completed', artifacts => [$file], scope => 'global',
       ttl => 3600, data => '{"z": 1, "a": [2]}');
is one("select cache_key || ' ' || (expires_at > now() + interval '59 min')
    || ' ' || (duration_ms >= 0) from campaigns.step_cache
    where tenant_id = '$T' and workflow_name = 'w.cache'"),
    "w.cache:a:$hash true true", 'its result is remembered';
my $only = claim('one');
call('step_input', @$only[0, 1], $hash, 'f');
finish($only, 'failed', error => 'EXECUTION_ERROR');
db("insert into campaigns.step_cache (cache_key, tenant_id, workflow_name,
    step_id, input_hash, artifact_ids, scope, run_id) values
    ('w.cache:b:$hash', '$T', 'w.cache', 'b', '$hash', '[]', 'run_only',
     '$run')");

sub second {                            # a run of the same steps
    my (%o) = @_;
    my $id = create(campaign => 'cache', workflow => 'w.cache', %o,
                    graph => [['a', []], ['b', []]])->[1];
    return ($id, claim('one'), claim('one'));
}
my ($id, $left, $right) = second();
my $hit = lookup($left);
is $hit->[0], 'ok', 'another run';
is_deeply decoded($hit->[2]), [$file->{id}], 'has the artifacts';
is $hit->[3], '{"z": 1, "a": [2]}', 'and the data, in its order';
is decoded($hit->[4])->[0]{uri}, '/a/cached', 'with its rows';
is lookup($right)->[1], '', 'not what is another run\'s';
finish($left, 'skipped', cache => $hit->[1],
       artifacts => [{ id => $file->{id} }], data => $hit->[3]);
is states($id)->{a}, 'skipped hit', 'a cache hit';
finish($right, 'completed', artifacts => [artifact('b')]);
is run_status($id), 'completed', 'is as good as done';
is_deeply [map { $_->{id} } @{decoded(one("select
    campaigns.artifacts_json('$id')"))}],
    [$file->{id}, one("select id from campaigns.artifacts
     where run_id = '$id'")], 'the older artifact is the run\'s as well';
my $analysis = decoded(one("select campaigns.analysis('$id')"));
is json([@$analysis{qw(totalSteps cacheHits cacheMisses cacheHitRate)}]),
    '[2,1,1,0.5]', 'what the cache did';
is $analysis->{timeSavedMs}, one("select duration_ms
    from campaigns.run_steps where run_id = '$run' and step_id = 'a'"),
    'and saved';
is join(',', map { $_->{reason} } @{$analysis->{steps}}),
    'cache_hit,cache_miss', 'step by step';

my $foreign;
($foreign, $left, $right) = second(tenant => $OTHER);
is lookup($left)->[1], '', 'no other tenant has it';
finish($left, 'completed', scope => 'run_only', artifacts => []);
is one("select count(*) from campaigns.step_cache
    where run_id = '$foreign'"), 1, 'what is for one run';
finish($right, 'completed');
is one("select count(*) from campaigns.step_cache
    where run_id = '$foreign'"), 0, 'goes with its end';

is call('run_retry', $T, 'f', $run)->[0], 'queued', 'a run that failed';
$row = claim('one');
ok lookup($row)->[1], 'finds what is its own';
finish($row, 'completed');
db("update campaigns.step_cache set expires_at = now()
    where workflow_name = 'w.cache'");
($id, $left, $right) = second();
is lookup($left)->[1], '', 'what expired is no hit';
db("update campaigns.step_cache set expires_at = null, artifact_ids =
    '[\"00000000-0000-4000-8000-000000000000\"]'
    where workflow_name = 'w.cache'");
is lookup($left)->[1], '', 'nor what has lost its artifacts';
is one("select count(*) from campaigns.step_cache
    where workflow_name = 'w.cache'"), 0, 'it goes';
finish($left, 'completed', artifacts => [$file = artifact('anew')],
       scope => 'global');
my $entry = one("select id from campaigns.step_cache
    where workflow_name = 'w.cache'");
is call('cache_drop', $entry)->[0], 1, 'an entry whose file is gone';
is call('cache_drop', $entry)->[0], 0, 'goes once';
finish($right, 'completed');
sound('cache');

# two runs store the same: the later one counts
(undef, $left, $right) = second();
lookup($left);
finish($left, 'completed', scope => 'global', artifacts => []);
finish($right, 'completed');
(undef, $left, $right) = second();
call('step_input', @$left[0, 1], $hash, 'f');
finish($left, 'completed', scope => 'global', artifacts => [artifact('late')]);
finish($right, 'completed');
is one("select jsonb_array_length(artifact_ids) from campaigns.step_cache
    where workflow_name = 'w.cache'"), 1, 'stored over';

# ---- context ----

$run = create(campaign => 'context')->[1];
my @rows = (claim('one'), claim('one'));
finish($_, 'completed', context => { refs => { "$_->[4]ArtifactId" => 'i' },
    artifacts => { "id-$_->[4]" => { type => 'x' } },
    computed => { inputHashesByStep => { $_->[4] => 'h' } } }) for @rows;
is_deeply decoded(one("select context from campaigns.runs
    where id = '$run'")), {
    refs => { game_configArtifactId => 'i', bgmArtifactId => 'i' },
    artifacts => { 'id-game_config' => { type => 'x' },
                   'id-bgm' => { type => 'x' } },
    computed => { inputHashesByStep => { game_config => 'h', bgm => 'h' } } },
    'two steps attach to one context';
$row = claim('one');
my %much = map { ("a$_" => { type => 'x' }) } 1 .. 49;
is finish($row, 'completed', artifacts => [artifact('x')],
          context => { artifacts => \%much })->[0], 'capacity',
    'not more than 50 artifacts';
is one("select count(*) from campaigns.artifacts where run_id = '$run'"), 0,
    'nothing was written';
delete $much{a49};
is finish($row, 'completed', context => { artifacts => \%much })->[0],
    'done', '50 are right';
drain();

# ---- what a step is given ----

is one("select count(*) from campaigns.claim('nobody', 60, 5)"), 0,
    'an empty queue';
$run = create(campaign => 'given', more => { theme => 'neon' })->[1];
$row = claim('one');
finish($row, 'completed', artifacts => [artifact('cfg')],
       data => '{"b": 1, "a": 30.0}');
finish(claim('one'), 'completed', data => '{"audio_uri": "/x"}');
my $shape = decoded(one("select row_to_json(c)
    from campaigns.claim('given', 60, 1) c"));
is $shape->{step_id}, 'bundle_game', 'a step';
is decoded($shape->{payload})->{theme}, 'neon', 'the payload';
is join(',', map { $_->{stepId} } @{$shape->{outputs}}), 'game_config,bgm',
    'what came before';
is one("select campaigns.outputs('$run')::text ~
    '\"data\" : \\{\"b\": 1, \"a\": 30.0\\}'"), 't', 'as it was written';
is $shape->{artifacts}[0]{stepId}, 'game_config', 'and its files';
is $shape->{base_outputs}, undef, 'without a base';
finish([@$shape{qw(step lease run tenant step_id)}], 'completed');
drain();

# ---- update runs ----

my $base = $run;
is_deeply [map { $_->[0] } map { scalar call('update_base', @$_) }
    [$T, 'f', uuid()], [$OTHER, 'f', $base], [$T, 'f', $base],
    [$OTHER, 't', $base]], ['missing', 'missing', 'ok', 'ok'],
    'what an update is planned from';
my $plan = decoded(one("select row_to_json(b)
    from campaigns.update_base('$T', false, '$base') b"));
is join(',', map { $_->{stepId} } @{$plan->{steps}}),
    'game_config,bgm,bundle_game,manifest', 'its steps';
is create(base => uuid())->[0], 'base_missing', 'no such base';
is create(base => $base, tenant => $OTHER)->[0], 'base_missing',
    'a base of somebody else';
my $open = create(campaign => 'given')->[1];
is create(base => $open)->[0], 'base_incomplete', 'a base not done';
call('run_cancel', $T, 'f', $open);
$run = create(base => $base, campaign => 'given',
              reused => { game_config => 1 })->[1];
is states($run)->{game_config}, 'skipped hit', 'a reused step';
is one("select s.reused and s.input_hash = b.input_hash
    and s.output_artifact_ids = b.output_artifact_ids
    and s.output_data::text = b.output_data::text
    from campaigns.run_steps s join campaigns.run_steps b
      on b.run_id = '$base' and b.step_id = s.step_id
   where s.run_id = '$run' and s.step_id = 'game_config'"), 't',
    'has what the base has';
is one("select string_agg(deps_remaining::text, '' order by ordinal)
    from campaigns.run_steps where run_id = '$run'"), '0011',
    'and holds nobody up';
$row = claim('one');
is_deeply [@$row[4, 20]], ['bgm', $base], 'the rest is done';
is scalar(@{decoded($row->[21])}), 4, 'with the base at hand';
finish($row, 'completed');
drain();
$analysis = decoded(one("select campaigns.analysis('$run')"));
is json([@$analysis{qw(totalSteps cacheHits cacheMisses cacheHitRate)}]),
    '[4,1,3,0.25]', 'a quarter was reused';
is $analysis->{steps}[0]{reason}, 'reused_from_base_run', 'from the base';
is create(base => $base, campaign => 'given')->[0], 'base_stale',
    'a base that is not the newest';
is call('update_base', $T, 'f', $base)->[0], 'stale', 'is no base';
is create(base => $run, campaign => 'given', tenant => 'admin', admin => 't',
    reused => { bgm => 1 })->[0], 'created', 'an administrator updates';
is one("select tenant_id from campaigns.runs where base_run_id = '$run'"),
    $T, 'for the tenant';
drain();
ok refused("delete from campaigns.runs where id = '$base'", '23503'),
    'a base is kept';
sound('updates');

# ---- events ----

sub events { return prepared('run_events', $T, 'f', $_[0], $_[1], $_[2] || 100)
}

$run = create(campaign => 'events', graph => [['a', []],
                                                    ['b', ['a']]])->[1];
my @told = events($run, 0);
is join(' ', map { "$_->[0]:$_->[2]" } @told),
    'queued:run queued:step queued:step', 'a new run tells of itself';
is decoded($told[0][3])->{stepsSummary}{pending}, 2, 'and all its steps';
my $last = $told[-1][1];
drain();
@told = events($run, $last);
is join(' ', map { my $d = decoded($_->[3]);
    ($d->{stepId} || $_->[2]) . ':' . $d->{status} } @told),
    'run:running a:running a:completed b:running b:completed run:completed',
    'each change is told once';
is join(',', map { $_->[1] } @told), join(',', sort { $a <=> $b }
    map { $_->[1] } @told), 'numbers rise';
is_deeply [events($run, $told[2][1])], [@told[3 .. 5]],
    'who comes back goes on where he was';
is scalar(@{[events($run, 0, 2)]}), 2, 'in portions';
is_deeply [events($run, $told[5][1])], [['completed', '', '', '']],
    'the end is seen';
is_deeply [prepared('run_events', $OTHER, 'f', $run, 0, 9)], [],
    'nothing for others';
is decoded($told[5][3])->{stepsSummary}{completed}, 2, 'the sum at the end';

# ---- reads ----

is decoded((prepared('run_get', $T, 'f', $run))[0][0])->{status},
    'completed', 'a run is read';
is_deeply [prepared('run_get', $OTHER, 'f', $run)], [], 'not by others';
is scalar(@{[prepared('run_get', $OTHER, 't', $run)]}), 1,
    'by an administrator';
is join(',', map { $_->{stepId} } @{decoded((prepared('run_steps', $T, 'f',
    $run, undef))[0][1])}), 'a,b', 'its steps';
is_deeply decoded((prepared('run_steps', $T, 'f', $run, 'failed'))[0][1]),
    [], 'none that failed';
for my $name (qw(run_steps run_artifacts)) {
    my @more = $name eq 'run_steps' ? undef : (undef, undef);
    is_deeply [prepared($name, $OTHER, 'f', $run, @more)], [],
        "$name: not for others";
}
for my $name (qw(run_analysis run_context run_get)) {
    is_deeply [prepared($name, $OTHER, 'f', $run)], [], "$name: neither";
}
is join(',', map { $_->{stepId} } @{decoded((prepared('run_artifacts', $T,
    'f', $run, 'b', undef))[0][1])}), 'b', 'artifacts of a step';
is join(',', map { $_->{type} } @{decoded((prepared('run_artifacts', $T,
    'f', $run, undef, 'x/a'))[0][1])}), 'x/a', 'of a type';
($id) = map { $_->{id} } @{decoded(one("select
    campaigns.artifacts_json('$run')"))};
is decoded((prepared('artifact_get', $T, 'f', $id))[0][0])->{stepId}, 'a',
    'an artifact';
is_deeply [prepared('artifact_get', $OTHER, 'f', $id)], [],
    'nobody else\'s';
for my $order (qw(createdAt updatedAt startedAt completedAt durationMs status
                  workflowName triggerType id)) {
    my @up = map { decoded($_->[1])->{id} } prepared('run_list', $T, 'f',
        undef, undef, undef, undef, $order, undef, 0);
    my @down = map { decoded($_->[1])->{id} } prepared('run_list', $T, 'f',
        undef, undef, undef, undef, "-$order", undef, 0);
    is scalar(@up), one("select count(*) from campaigns.runs
        where tenant_id = '$T'"), "$order: all runs";
    ok json([sort @up]) eq json([sort @down])
       && json(\@up) ne json(\@down), "$order: in two orders";
}
my @page = prepared('run_list', $T, 'f', 'completed',
    'campaign.build.minimal', 'given', 'update', '-createdAt', 1, 1);
is join(',', $page[0][0], scalar @page), '2,1', 'a page of what was asked';
@page = prepared('run_list', $T, 'f', 'completed', 'no.such', undef, undef,
                 'createdAt', 10, 0);
is_deeply \@page, [[0, '']], 'an empty page';

end_database();
done_testing;
