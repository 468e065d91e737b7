# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Which secrets the suites used, and whether a file has one of them. What was
# used is kept in a file beside the suites' configuration, as suites are
# processes of their own.
package Game::Secrets;

use strict;
use warnings FATAL => 'all';

use Fcntl qw(O_APPEND O_CREAT O_WRONLY);
use File::Temp ();
use MIME::Base64 qw(encode_base64);

# what is shorter, or repeats itself, is a word of tests that no key or token
# ever was
my $SHORTEST = 16;
my $DISTINCT = 6;
# a key's prefix, which answers and logs name, sent as if it were one
my $PUBLIC = qr/^gme_(?:live|legacy)_[\w-]{8}\.?\z/;

my %seen;

# What must not be found of a credential: of an API key the part behind the
# dot, as its prefix is public; of a token the signature; else all of it.
sub core {
    my ($text) = @_;
    my @parts = split /\./, $text;
    return @parts == 2 || @parts == 3 ? $parts[-1] : $text;
}

sub fit {
    my ($text) = @_;
    my %letters = map { $_ => 1 } split //, $text;
    return length $text >= $SHORTEST && $text !~ /[^\x21-\x7e]/
        && keys %letters >= $DISTINCT;
}

# used FILE, CREDENTIAL ...
sub used {
    my ($file, @texts) = @_;
    my $new = join '', map { "$_\n" }
        grep { fit($_) && !$seen{$_}++ }
        map { core($_) } grep { defined && !/$PUBLIC/ } @texts;
    return if $new eq '';
    sysopen my $out, $file, O_WRONLY | O_APPEND | O_CREAT
        or die "$file: $!";
    syswrite $out, $new;
    close $out or die "$file: $!";
}

sub load {
    my ($file) = @_;
    open my $in, '<', $file or return;
    my %all = map { chomp; $_ => 1 } <$in>;
    return sort keys %all;
}

# A secret as it is, in hexadecimal, and in base64 at any place of a longer
# text.
sub forms {
    my ($secret) = @_;
    my @forms = ($secret, unpack 'H*', $secret);
    for my $shift (0 .. 2) {
        my $text = encode_base64('x' x $shift . $secret, '');
        # the first and last groups depend on the neighbours
        push @forms, substr $text, $shift ? 4 : 0,
            4 * int((length($secret) - 3) / 3) - 4;
    }
    return map { length >= $SHORTEST ? $_ : () } @forms;
}

# found [SECRET, ...], FILE ... -> "file:line" of each that has one. Logs of
# all suites are long, and the secrets many: grep finds them in a second.
sub found {
    my ($secrets, @files) = @_;
    return if !@$secrets || !@files;
    my ($list, $name) = File::Temp::tempfile(UNLINK => 1);
    print $list map { "$_\n" } map { forms($_) } @$secrets;
    close $list or die "$name: $!";
    local $ENV{LC_ALL} = 'C';
    open my $grep, '-|', 'grep', '-aFHn', '-f', $name, '--', @files
        or die "grep: $!";
    my @found = map { /^(.*?:\d+):/s ? $1 : () } <$grep>;
    close $grep;
    my $status = $? >> 8;       # 1: found nothing
    unlink $name;
    die "grep: $status" if $status > 1;
    return @found;
}

1;
