# The last suite: no log has a key, a token, the secret of simulations or the
# passwords of the stores, whatever the suites before it did with them; and every
# line of the JSON log is JSON.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Secrets ();
use Game::Test;
use JSON::PP ();
use MIME::Base64 ();

plan need_module('game', 'dbd', 'auth_openidc');

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or die "$file: $!";
    local $/;
    return scalar <$in>;
}

sub spew {
    my ($file, $text) = @_;
    open my $out, '>:raw', $file or die "$file: $!";
    print $out $text;
    close $out or die "$file: $!";
}

my $vars = vars();
my ($game, $task) = new_game(key => client_key());
my $token = token(-admin => 1);
is((api award($game, $task, uniq('u'), {}, key => client_key()))[0], 200,
    'a key is used');
is((api GET => '/apikey', undef, bearer => $token)[0], 200,
    'a token is used');
api GET => '/games', undef, key => client_key() . 'x';
api GET => '/games', undef, bearer => substr($token, 0, -8) . 'AAAAAAAA';
my (undef, $made) = api POST => '/apikey/create', { client => uniq('c') },
    bearer => $token;

my @secrets = Game::Secrets::load(Game::Test::secrets_file());
my %known = map { $_ => 1 } @secrets;
ok $known{(split /\./, $_)[-1]}, 'it is known what to look for'
    for client_key(), $token, $made->{plaintext};
chomp(my $redis = slurp($vars->{redis_pass}));
push @secrets, slurp("$vars->{keys}/secret"), $vars->{db_password}, $redis;
cmp_ok length($_), '>=', 16, 'a secret is long enough to be looked for'
    for @secrets[-3 .. -1];

# ---- the checker finds what is there ----

my $plant = "$vars->{t_conf}/planted";
my $secret = 'Pl4nted-Secret_of-some.length0';
for my $before ('', 'k', 'kk', 'kkk') {
    spew($plant, "one\ntwo "
        . MIME::Base64::encode_base64("$before$secret--", '') . " three\n");
    is_deeply [Game::Secrets::found([$secret], $plant)], ["$plant:2"],
        'one in base64 is found, behind ' . length($before) . ' bytes';
}
for my $text ("one\n[x] key=$secret\n",
              "one\n" . unpack('H*', $secret) . "\n") {
    spew($plant, $text);
    is_deeply [Game::Secrets::found([@secrets, $secret], $plant)],
        ["$plant:2"], 'a planted one is found among all';
}
spew($plant, "one\nPl4nted-Secret\n");
is_deeply [Game::Secrets::found([@secrets, $secret], $plant)], [],
    'less of it is none';
unlink $plant;

# one that is sent where httpd logs it: the logs that are read are written
my $sent = sprintf 'planted-%08x%08x%08x', map { rand 2**32 } 1 .. 3;
api GET => "/nothing/$sent";
my @logs = grep { -f && -s } glob("$vars->{t_logs}/*"),
    "$vars->{pg_dir}/pg/data/server.log";
my %name = map { m{([^/]+)$} => 1 } @logs;
ok $name{$_}, "$_ is read" for qw(error_log access_log game_log json_log
                                  server.log);
ok wait_for(sub { 3 <= (my @at = Game::Secrets::found([$sent], @logs)) }),
    'what is in a path is found in the access logs';

# ---- and finds none of ours ----

diag scalar(@secrets) . ' secrets, ' . scalar(@logs) . ' logs';
is_deeply [Game::Secrets::found(\@secrets, @logs)], [],
    'no log has a secret';
is_deeply [grep { /password=/ } slurp("$vars->{t_logs}/error_log")], [],
    'nor the parameters of the database';

# ---- JSON ----

my ($lines, @bad) = (0);
my $json = JSON::PP->new->utf8;
for my $line (split /\n/, slurp("$vars->{t_logs}/json_log")) {
    $lines++;
    my $data = eval { $json->decode($line) };
    push @bad, $line if ref $data ne 'HASH' || !$data->{request_id}
        || $data->{time} !~ /Z$/ || $data->{status} !~ /^\d{3}$/;
}
cmp_ok $lines, '>', 5, 'lines of JSON';
is_deeply [splice @bad, 0, 3], [], 'each is an object with an id';

done_testing;
