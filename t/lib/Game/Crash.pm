# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Crashes of children that the error log tells of.
#
# One of them is httpd's own: when event or worker are told to end at once,
# their main thread closes the sockets of the workers (close_worker_sockets),
# and now and then meets one whose connection a worker is just ending. There
# is none of our code on that thread, and the child was at its end. It is let
# pass when the core shows just that; without a core, or with any other, a
# crash is a crash.
package Game::Crash;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::Test;

our @EXPORT = qw(crashes);

my $signs = qr/exit signal|Assertion|double free|stack smashing|Sanitizer/;

# The frames of the thread that crashed, innermost first.
sub frames {
    my ($pid, $core) = @_;
    return if !-r $core;
    my $said = `gdb -q -batch -ex bt '$ENV{GAME_HTTPD}' '$core' 2>&1`;
    my (undef, $trace) = split /^\[Current thread is 1 \(.*LWP $pid\)\)\]/m,
        $said;
    return ($trace // '') =~ /^#\d+ +(?:0x[0-9a-f]+ in )?(.*)/mg;
}

sub is_race_of_mpm {
    my ($pid, $dir) = @_;
    my ($core) = grep { -e } "$dir/core.$pid", "$dir/core" or return 0;
    my @frames = frames($pid, $core);
    my $found = @frames > 2 && $frames[0] =~ /^apr_os_sock_get \(/
        && $frames[1] =~ /mod_mpm_(?:event|worker)\.so/
        && !grep { /mod_game/ } @frames;
    unlink $core if $found;
    return $found;
}

# crashes MARK: the lines since log_mark() that tell of one.
sub crashes {
    my ($mark) = @_;
    return grep {
        !/child pid (\d+) exit signal Segmentation fault .* coredump in (.+)/
            || !is_race_of_mpm($1, $2)
    } grep { $_ =~ $signs } split /\n/, log_since($mark);
}

1;
