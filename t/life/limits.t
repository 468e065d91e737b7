# Limits over the life of servers: a graceful restart forgets nothing, and a
# store that is gone lets pass or refuses, as configured, until it is back.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd', 'status', 'remoteip');

my $USER = 5;           # GameLimitPerUser of limits_*

# a call from an address that no other one is from
my $addresses = 0;
sub call {
    my ($at, $key, $game, $task, $user) = @_;
    my $address = join '.', 10, 251, $$ % 250, ++$addresses;
    return award($game, $task, $user, {}, key => $key, at => $at,
                 headers => { 'X-Forwarded-For' => $address });
}

sub fresh {
    my ($at) = @_;
    my $key = new_key();
    return [call($at, $key, new_game(key => $key), uniq('u'))];
}

sub statuses { return join ' ', map { (api @{$_[0]})[0] } 1 .. $_[1] }

# GameLimitEntries becomes another number.
sub entries {
    my ($from, $to) = @_;
    open my $in, '<', vars()->{t_conf} . '/suites.conf' or die $!;
    my $text = do { local $/; <$in> };
    $text =~ s/^GameLimitEntries $from$/GameLimitEntries $to/m or die 'none';
    open my $out, '>', vars()->{t_conf} . '/suites.conf' or die $!;
    print $out $text;
    close $out or die $!;
    return httpd_graceful();
}

# ---- graceful ----

# other suites may have filled the table: this makes an empty one
ok entries(2048, 4096), 'a table for this suite';

my %known = map { my $at = "limits_$_"; $at => fresh($at) }
    qw(shm database redis);
is statuses($known{$_}, 3), '200 200 200', "$_: three of five"
    for sort keys %known;
ok httpd_graceful(), 'a graceful restart';
for my $at (sort keys %known) {
    my ($status, undef, $response) = api @{$known{$at}};
    is "$status " . $response->header('RateLimit-Remaining'), '200 1',
        "$at: the fourth is the fourth";
    is statuses($known{$at}, 2), '200 429', "$at: the sixth is refused";
}
for my $round (1, 2) {
    ok httpd_graceful(), 'and another one';
    is statuses($known{$_}, 1), '429', "$_: still" for sort keys %known;
}

# ---- another size: a new table ----

is statuses($known{limits_shm}, 1), '429', 'a table that is kept';
ok entries(4096, 2048), 'a graceful restart with another size';
# a child of before the restart may answer for a moment
ok wait_for(sub { statuses($known{limits_shm}, 1) eq '200' }),
    'a new table';
is statuses($known{limits_shm}, 5), '200 200 200 200 429', 'which counts';
is statuses($known{limits_redis}, 1), '429', 'of no other store';

# ---- a store is gone ----

my %gone = (
    redis => [sub { redis_stop() }, sub { redis_start() }],
    database => [
        sub { sql('alter table game.limit_counters rename to away'); 1 },
        sub { sql('alter table game.away rename to limit_counters'); 1 }],
);

for my $store (sort keys %gone) {
    my ($stop, $start) = @{$gone{$store}};
    my $key = new_key();
    my ($game, $task) = new_game(key => $key);
    my $go = sub { my ($at, $user) = @_;
                   return award($game, $task, $user || uniq('u'), {},
                                key => $key, at => $at) };
    my ($status, $body, $response) = api $go->("limits_$store");
    ok $status == 200 && defined $response->header('RateLimit-Limit'),
        "$store: counts" or diag $response->as_string;
    my $mark = log_mark();
    ok $stop->(), "$store: is gone";
    my %n;
    $n{$_->[0] . (defined $_->[2]->header('RateLimit-Limit') ? '+' : '')}++
        for burst map { [$go->("limits_$store", 'same')] } 1 .. 30;
    is_deeply \%n, { 200 => 30 }, "$store: open lets everybody pass";
    for (burst map { [$go->("brief_$store")] } 1 .. 10) {
        ($status, $body, $response) = @$_;
        ok $status == 503 && $response->header('Retry-After')
            && ref $body && $body->{detail}, "$store: closed refuses"
            or diag $response->as_string;
    }
    my $said = () = log_since($mark) =~
        /GAME0500: limits cannot be counted in the store $store:/g;
    ok $said > 0 && $said <= 16, "$store: a line a process at most"
        or diag $said;
    ok $start->(), "$store: is back";
    ok wait_for(sub {
        my @got = api $go->("limits_$store");
        return defined $got[2]->header('RateLimit-Limit');
    }), "$store: and counts again, by itself";
    ok wait_for(sub { (api $go->("brief_$store"))[0] == 200 }),
        "$store: and lets pass again";
}
is_deeply [faults()], [], 'the ledger is right';
done_testing;
