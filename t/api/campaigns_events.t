# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# The events of runs as clients follow them: all of them, in order, once,
# however often a client comes again; comments while nothing happens; and
# the end. Restarts and a lost database are in t/life.
use strict;
use warnings FATAL => 'all';

use Game::CampaignRuns qw(payload);
use Game::EventStream ();
use Game::Test;

use Test::More;

my $client = Game::CampaignRuns->new;

# Steps of runs of this suite wait until they are released.
Game::CampaignRuns::begin_marks();

sub held { return $client->trigger(payload(locale => 'held', @_)) }

# A child has so many streams at once and no more: then a client waits.
sub follow {
    my ($id, @options) = @_;
    my $stream;
    wait_for(sub {
        $stream = Game::EventStream->new("/runs/$id/events",
            key => $client->{key}, @options);
        return $stream->{status} != 503;
    });
    return $stream;
}

# "run running", "bgm completed" of events
sub told {
    return [map { ($_->{kind} eq 'run' ? 'run' : $_->{data}{stepId})
                  . " $_->{data}{status}" } @_];
}

my @all;        # of a run that went well
my $id = held();

subtest 'all of them, in order' => sub {
    my @streams = map { follow($id) } 1 .. 4;
    is_deeply [map { $_->{status} } @streams], [(200) x 4], 'four clients';
    like $streams[0]{head}, qr{^Content-Type: text/event-stream\r?$}mi,
        'get a stream';
    my $first = $streams[0]->next;
    is_deeply told($first), ['run queued'], 'that says what is';
    cmp_ok $streams[0]{retry}, '>', 0, 'and when to come again';
    $client->release($id);
    @all = ($first, $streams[0]->rest);
    for (1 .. 3) {
        is_deeply [$streams[$_]->rest], \@all, 'all of them get the same';
    }
    ok $_->{done}, 'and an end' for @streams;
    my @ids = map { $_->{id} } @all;
    is_deeply \@ids, [sort { $a <=> $b } @ids], 'in ascending order';
    my %once = map { $_ => 1 } @ids;
    is scalar keys %once, @ids, 'none twice';
    my $told = told(@all);
    is_deeply [grep { /^run/ } @$told],
        ['run queued', 'run running', 'run completed'], 'the run';
    is $told->[-1], 'run completed', 'comes to its end with the last';
    my %at = map { $told->[$_] => $_ } 0 .. $#$told;
    for my $step (qw(game_config bgm bundle_game manifest)) {
        is_deeply [grep { /^$step (?!pending)/ } @$told],
            ["$step running", "$step completed"], "the way of $step";
        cmp_ok $at{'run running'}, '<', $at{"$step running"},
            'within the run';
    }
    cmp_ok $at{"$_->[0] completed"}, '<', $at{"$_->[1] running"},
        "$_->[1] follows $_->[0]"
        for ['game_config', 'bundle_game'], ['bgm', 'bundle_game'],
            ['bundle_game', 'manifest'];
    is_deeply $all[-1]{data}, $client->run($id),
        'the last one is the run as it is read';
    my $steps = $client->steps($id);
    my %last = map { $_->{data}{stepId} => $_->{data} }
        grep { $_->{kind} eq 'step' } @all;
    is_deeply \%last, $steps, 'and so are steps';
};

subtest 'who comes again misses nothing' => sub {
    for my $n (0 .. $#all - 1) {
        is_deeply [follow($id, after => $all[$n]{id})->rest],
            [@all[$n + 1 .. $#all]], "behind event $n";
    }
    is follow($id, after => $all[-1]{id})->{status}, 204,
        'behind the last there is nothing to come again for';
    # a client that leaves after each event of a run that goes on
    my $other = held();
    my (@got, $after);
    my @steps = (['game_config'], ['bgm'], ['bundle_game'], ['manifest']);
    while (!@got || $got[-1]{kind} ne 'run'
           || $got[-1]{data}{status} !~ /^(?:completed|failed)/) {
        my $stream = follow($other, after => $after);
        my $event = $stream->next or last;
        push @got, $event;
        $after = $event->{id};
        $stream->close;
        $client->release($other, @{shift @steps}) if @steps;
    }
    is_deeply \@got, [follow($other)->rest],
        'and leaves after each has them all, once';
    is_deeply told($got[-1]), ['run completed'], 'to the end';
};

subtest 'while nothing happens' => sub {
    my $quiet = held();
    my $stream = follow($quiet);
    is_deeply told($stream->next), ['run queued'], 'a run that waits';
    ok $stream->comment, 'a comment comes'
        if !prefork();
    $client->release($quiet);
    is_deeply told(($stream->rest)[-1]), ['run completed'],
        'and then the rest';
};

subtest 'other ends' => sub {
    my $bad = held(locale => 'held-broken');
    my $stream = follow($bad);
    $client->release($bad);
    my $told = told(my @events = $stream->rest);
    is $told->[-1], 'run failed', 'a run that fails';
    ok $stream->{done}, 'ends the stream';
    is_deeply [map { $_->{data}{error}{code} } grep { $_->{kind} eq 'step'
        && $_->{data}{status} eq 'skipped' } @events],
        [('UPSTREAM_FAILED') x 2], 'with what is skipped';
    my $gone = held();
    $stream = follow($gone);
    $stream->next;
    $client->post("/runs/$gone/cancel");
    @events = $stream->rest;
    is told(@events)->[-1], 'run cancelled', 'one that is cancelled';
    ok $stream->{done}, 'as well';
    my $last = $events[-1]{id};
    $client->post("/runs/$gone/retry");
    $stream = follow($gone, after => $last);
    is $stream->{status}, 200, 'one that is tried again goes on';
    $client->release($gone);
    $told = told($stream->rest);
    is $told->[0], 'run queued', 'from where it was';
    is $told->[-1], 'run completed', 'to another end';
};

subtest 'connections' => sub {
    my $stream = follow($id, keep => 1);
    is_deeply [$stream->rest], \@all, 'a stream that ends';
    send_raw($stream->{socket}, "GET /api/v1/runs/$id HTTP/1.1\r\nHost: x\r\n"
        . "X-API-Key: $client->{key}\r\nConnection: close\r\n\r\n");
    my ($response) = read_raw([$stream->{socket}]);
    is $response->code, 200, 'leaves its connection to others';
    $stream = follow($id, version => '1.0');
    ok !$stream->{chunked}, 'HTTP/1.0 has no chunks';
    is_deeply [$stream->rest], \@all, 'and the same events';
};

Game::CampaignRuns::end_marks();
done_testing;
