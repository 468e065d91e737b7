# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# A client of text/event-stream that takes what comes as it comes, for suites.
# Under prefork a stream ends with what is there: then the client comes again
# as browsers do, until the run has ended.
#
#   my $stream = Game::EventStream->new($path, key => $key, after => 17);
#   while (my $event = $stream->next) { ... $event->{id}, kind, data }
package Game::EventStream;

use strict;
use warnings FATAL => 'all';

use Game::Test;

use IO::Select ();
use JSON::PP ();
use Time::HiRes ();

my $PATIENCE = 60;

# after: Last-Event-ID; version: 1.1 or 1.0; keep: the connection stays
sub new {
    my ($class, $path, %opt) = @_;
    my $self = bless { path => $path, version => '1.1', %opt,
        comments => 0 }, $class;
    return $self->ask;
}

sub ask {
    my ($self) = @_;
    @$self{qw(socket text body done)} = (connect_raw(), '', '', 0);
    send_raw($self->{socket}, join "\r\n",
        "GET /api/v1$self->{path} HTTP/$self->{version}", 'Host: x',
        "X-API-Key: $self->{key}",
        $self->{keep} ? () : 'Connection: close',
        defined $self->{after} ? "Last-Event-ID: $self->{after}" : (), '', '');
    while ($self->{text} !~ /\r\n\r\n/) {
        $self->more or die "no answer: $self->{text}\n";
    }
    ($self->{head}, $self->{text}) = split /\r\n\r\n/, $self->{text}, 2;
    ($self->{status}) = $self->{head} =~ m{^HTTP/1\.1 (\d+)};
    $self->{chunked} = $self->{head} =~ /^Transfer-Encoding: chunked/mi;
    return $self;
}

# Waits for more bytes; false at the end of the connection.
sub more {
    my ($self) = @_;
    my $select = IO::Select->new($self->{socket});
    $select->can_read($PATIENCE) or die "the stream is silent\n";
    return sysread $self->{socket}, $self->{text}, 65536,
        length $self->{text};
}

# Takes chunks that are whole to the body.
sub unchunk {
    my ($self) = @_;
    if (!$self->{chunked}) {
        $self->{body} .= $self->{text};
        $self->{text} = '';
        return;
    }
    while ($self->{text} =~ /^([0-9a-f]+)\r\n/i) {
        my ($size, $head) = (hex $1, length $&);
        last if length $self->{text} < $head + $size + 2;
        $self->{body} .= substr $self->{text}, $head, $size;
        substr $self->{text}, 0, $head + $size + 2, '';
        $self->{done} = 1 if !$size;
    }
}

# Whether the run goes on, and may be asked for again.
sub again {
    my ($self) = @_;
    return if !prefork() || $self->{status} != 200 || $self->{ended};
    Time::HiRes::sleep(0.05);
    return $self->ask->{status} == 200;
}

# The next event: {id, kind, data}; nothing at the end.
sub next {
    my ($self) = @_;
    my $event;
    do { $event = $self->take } while !$event && $self->again;
    if ($event) {
        $self->{after} = $event->{id};
        $self->{ended} = $event->{kind} eq 'run'
            && $event->{data}{status} =~ /^(?:completed|failed|cancelled)$/;
    }
    return $event;
}

# The next event of this connection. Comments and what a client is told of
# retries are counted and passed over.
sub take {
    my ($self) = @_;
    while (1) {
        $self->unchunk;
        while ($self->{body} =~ s/^(.*?)\n\n//s) {
            my $block = $1;
            $self->{comments}++ if $block =~ /^:/m;
            $self->{retry} = $1 if $block =~ /^retry: (\d+)$/m;
            my ($data) = $block =~ /^data: (.*)$/m or next;
            my ($id) = $block =~ /^id: (\d+)$/m;
            my ($kind) = $block =~ /^event: (\w+)$/m;
            return { id => $id, kind => $kind,
                     data => JSON::PP->new->utf8->decode($data) };
        }
        return if $self->{done};
        if (!$self->more) {
            $self->{done} = !$self->{chunked};
            return;
        }
    }
}

sub rest {
    my ($self) = @_;
    my @events;
    while (my $event = $self->next) {
        push @events, $event;
    }
    return @events;
}

# Waits for a comment.
sub comment {
    my ($self) = @_;
    my $before = $self->{comments};
    my $end = Time::HiRes::time() + $PATIENCE;
    while ($self->{comments} == $before && Time::HiRes::time() < $end) {
        $self->more or last;
        $self->unchunk;
        $self->{comments}++
            while $self->{body} =~ s/(?:\A|(?<=\n\n)):[^\n]*\n\n//;
    }
    return $self->{comments} > $before;
}

sub close { close $_[0]{socket} }

1;
