# Bodies over TLS: mod_ssl hands them on in pieces of one buffer that it fills
# again, so what is kept must be copied.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;
use IO::Socket::SSL ();

plan need_module('game', 'dbd', 'ssl');

my $port = vars()->{tls_port} or die "no port of the virtual host tls\n";

# Sends the pieces, each a record of its own; the status and decoded body.
sub post {
    my ($path, @pieces) = @_;
    my $socket = IO::Socket::SSL->new(PeerAddr => "127.0.0.1:$port",
        SSL_verify_mode => IO::Socket::SSL::SSL_VERIFY_NONE())
        or die "no connection: $IO::Socket::SSL::SSL_ERROR\n";
    my $length = 0;
    $length += length for @pieces;
    print $socket join "\r\n", "POST /api/v1$path HTTP/1.1",
        'Host: 127.0.0.1', 'Connection: close',
        'Content-Type: application/json', "Content-Length: $length",
        'X-API-Key: ' . client_key(), '', '';
    for (@pieces) {
        print $socket $_;
        select undef, undef, undef, 0.02;
    }
    local $/;
    my ($head, $body) = split /\r\n\r\n/, scalar <$socket>, 2;
    my ($status) = $head =~ m{^HTTP/1\.1 (\d+)};
    return $status, eval { JSON::PP->new->utf8->decode($body) };
}

my ($game, $task) = new_game();

for my $size (10, 8_000, 16_400, 64_000, 200_000) {
    my $user = uniq('tls');
    my $text = join '', map { chr(97 + $_ % 26) } 1 .. $size;
    my $sent = json({ externalUserId => $user, data => { text => $text } });
    my ($status, $body) = post("/games/$game/tasks/$task/points", $sent);
    is $status, 200, "a body of $size bytes";
    is sql("select data ->> 'text' = '$text' from game.awards
            where id = '$body->{id}'"), 't', 'is stored as it was sent';
}

my $user = uniq('tls');
my $sent = json({ externalUserId => $user, data => { text => 'x' x 300 } });
for my $step (7, 64, 200) {
    my ($status, $body) = post("/games/$game/tasks/$task/points",
        unpack "(a$step)*", $sent);
    is $status, 200, "records of $step bytes";
    is sql("select length(data ->> 'text') from game.awards
            where id = '$body->{id}'"), 300, 'are one body';
}

is_deeply [faults()], [], 'the ledger is right';

done_testing;
