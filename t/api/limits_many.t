# More users than the shared memory has room for: nobody who did not come is
# refused, and the table goes on counting.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Strategies ();
use Game::Test;

plan need_module('game', 'dbd');

# A table of its own, and at the end a new one for the suites that follow: in
# one that is full, counters of windows that end sooner forget each other.
ok Game::Strategies::configure('GameLimitEntries 1024'),
    'a small table';

my $USERS = 2000;
my @at = (at => 'limits_many');
my $key = new_key();
my ($game, $task) = new_game(key => $key);

sub memory {
    my ($pid) = do { open my $in, '<', vars()->{t_pid_file} or die $!; <$in> };
    chomp $pid;
    open my $in, '<', "/proc/$pid/maps" or die $!;
    return join ',', map { /^([0-9a-f]+-[0-9a-f]+) rw-s/ ? $1 : () } <$in>;
}

# an award on a task that is not there: counted, and books nothing
sub call { return award($game, "x$task", $_[0], {}, key => $key, @at) }

my $before = memory();
my $frequent = uniq('u');
is join(' ', map { (api call($frequent))[0] } 1 .. 4), '404 429 429 429',
    'a user may come once';

my %n;
for (my $i = 0; $i < $USERS; $i += 50) {
    $n{$_->[0]}++ for burst map { [call(uniq('u'))] } 1 .. 50;
}
is_deeply \%n, { 404 => $USERS }, 'nobody of many is refused';
is memory(), $before, 'the shared memory is the same';
is join(' ', map { (api call('fresh'))[0] } 1 .. 2), '404 429',
    'and still counts';
ok Game::Strategies::configure(), 'the table is as it was';
done_testing;
