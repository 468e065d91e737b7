# More users than the shared memory has room for: nobody who did not come is
# refused, and the counters of who comes often stay.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game', 'dbd');

my $USERS = 3000;       # GameLimitEntries is 2048
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
done_testing;
