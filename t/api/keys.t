# API keys at rest: their prefix and digest, and nowhere the plaintext.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Digest::SHA qw(sha256_hex);
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my $mark = log_mark();
my @answers = burst map { [POST => '/apikey/create', { client => uniq('k'),
    description => 'at once' }, bearer => token(-admin => 1)] } 1 .. 16;
is scalar(grep { $_->[0] == 201 } @answers), 16, 'keys made at once';
my @keys = map { $_->[1]{plaintext} } @answers;
my %seen = map { $_ => 1 } map { $_->[1]{apiKey} } @answers;
is keys %seen, 16, 'have prefixes of their own';
is scalar(grep { $_->[0] == 200 }
    burst map { [GET => '/games', undef, key => $_] } @keys), 16,
    'and open the door';

for my $answer (@answers[0, 15]) {
    my ($prefix, $key) = @{$answer->[1]}{qw(apiKey plaintext)};
    like $key, qr/^\Q$prefix\E\.[\w-]{32}$/, 'a key is prefix and secret';
    is_deeply [split /\|/, sql("select prefix, encode(digest, 'hex'), active,
        admin from game.api_keys where prefix = '$prefix'")],
        [$prefix, sha256_hex($key), 't', 'f'], 'of which a digest is kept';
}

# used in every way, well and badly
my $key = $keys[0];
my ($prefix, $secret) = split /\./, $key;
my ($game, $task) = new_game(key => $key);
api award($game, $task, uniq('user'), {}, key => $key);
is((api GET => '/games', undef, key => $_)[0], 403, 'not quite the key')
    for "$prefix." . reverse($secret), "$prefix.", $prefix, ".$secret", $secret;
api GET => "/nothing?api_key=x", undef, key => $key;
api POST => '/games', undef, key => $key, raw => '{';
raw("GET /api/v1/games HTTP/1.1\r\nHost: x\r\nX-API-Key: $key\r\n"
    . "Connection: close\r\nContent-Length: x\r\n\r\n");

my ($status, $body) = api GET => '/apikey?page_size=all', undef,
    key => admin_key();
is $status, 200, 'the list of keys';
unlike json($body), qr/\Q$secret\E|digest|plaintext/, 'tells no secret';
($status, $body) = api DELETE => "/apikey/$prefix", undef, key => admin_key();
is $status, 200, 'a key is revoked';
unlike json($body), qr/\Q$secret\E/, 'without its secret';
api GET => '/games', undef, key => $key;

my @found = grep { my $table = $_;
    grep { sql("select count(*) from game.$table t
                where t::text like '%$_%'") } map { (split /\./)[1] }
        @keys[0, 15] }
    sql("select tablename from pg_tables where schemaname = 'game'");
is_deeply \@found, [], 'no table has a plaintext';
is scalar(sql("select count(*) from pg_stat_statements
    where query like '%$secret%'")), 0, 'nor the statistics of statements';

for my $name (qw(error_log access_log)) {
    open my $in, '<', vars()->{t_logs} . "/$name" or die "$name: $!";
    my $text = do { local $/; <$in> };
    ok length $text, "$name is there";
    is_deeply [grep { index($text, (split /\./)[1]) >= 0 } @keys, admin_key(),
               client_key()], [], "and has no plaintext";
}

# a prefix that is taken is no reason for an error
is scalar(sql("with k as (select * from game.api_keys
    where prefix = '$prefix') select count(*) from k
    where digest = sha256(convert_to('$key', 'UTF8'))")), 1,
    'a revoked key keeps its row';
is_deeply [faults()], [], 'the ledger is right';
done_testing;
