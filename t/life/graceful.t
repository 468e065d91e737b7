# Graceful restarts while awards come in: every answered award is there, every
# key once, and nobody is told of an error.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd', 'status');

my $CLIENTS = 6;
my $key = new_key();
my ($game, $task) = new_game(key => $key,
                             strategy => 'constantEffortStrategy');
my $stop = vars()->{t_logs} . '/graceful.stop';
unlink $stop;

sub awarded {
    return scalar sql("select count(*) from game.awards
        where game_id = '$game'");
}

# Awards until told to stop. A connection that httpd closes between two
# requests costs a repeat under the same key.
sub client {
    my ($name) = @_;
    my ($n, $lost, @bad, %points) = (0, 0);
    my $end = time + 120;
    while (!-e $stop && time < $end) {
        my $id = "$name-" . ++$n;
        for my $try (1 .. 20) {
            my ($status, $body, $response) = api award($game, $task,
                "user-$name", { n => $n }, key => $key,
                headers => { 'Idempotency-Key' => $id });
            if ($status == 200) {
                $points{$id} = $body->{id};
                last;
            }
            if (!$response->header('Client-Warning')) {
                push @bad, "$status " . $response->content;
                last;
            }
            $lost++;
        }
    }
    return { ids => \%points, bad => \@bad, lost => $lost, asked => $n };
}

my @clients = map { my $name = $_; background(sub { client($name) }) }
    1 .. $CLIENTS;
for my $round (1 .. 3) {
    my $before = awarded();
    ok wait_for(sub { awarded() > $before + 50 }), 'awards come in';
    ok httpd_graceful(), "graceful restart $round";
}
my $before = awarded();
ok wait_for(sub { awarded() > $before + 50 }), 'they still come in';
open my $out, '>', $stop or die "$stop: $!";
close $out;
my @results = map { $_->() } @clients;
unlink $stop;

is_deeply [map { @{$_->{bad}} } @results], [], 'no errors were answered';
my %answered = map { %{$_->{ids}} } @results;
my $asked = 0;
$asked += $_->{asked} for @results;
is keys %answered, $asked, 'every award was answered at last';
my %booked = map { split /\|/ } sql("select idempotency_key, id
    from game.awards where game_id = '$game'
    and idempotency_key is not null");
is_deeply \%booked, \%answered, 'what was answered is what was booked';
is scalar(sql("select count(*) from (select from game.awards
    where game_id = '$game' and idempotency_key is not null
    group by user_id, idempotency_key having count(*) > 1) twice")), 0,
    'no key was paid twice';
cmp_ok scalar(@{[sql("select distinct user_id from game.awards
    where game_id = '$game' and idempotency_key is not null")]}), '==',
    $CLIENTS, 'everybody got something';
diag "$asked awards with keys, connections lost: ",
    join ' ', map { $_->{lost} } @results;
is_deeply [faults()], [], 'the ledger is right';
done_testing;
