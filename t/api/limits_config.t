# Where limits are counted: what the directives accept, and what they say.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

plan need_module('game');

my $file = vars()->{t_logs} . '/redis.secret';
my $written = 'Ng5cLq8vTz2rWx7p';
sub password {
    my ($text, $mode) = @_;
    open my $out, '>', $file or die "$file: $!";
    print $out $text;
    close $out or die "$file: $!";
    chmod $mode, $file or die "$file: $!";
}
password("$written\n", 0600);

for my $good ('GameLimitStore shm', 'GameLimitStore Database',
    'GameLimitStore redis://127.0.0.1', 'GameLimitStore redis://r.test:7000/',
    'GameLimitStore redis://r.test/15',
    "GameLimitStore redis://127.0.0.1:6379/1 $file",
    "GameLimitStore redis://limits\@[::1]:6379/1 $file",
    'GameLimitFailure open', 'GameLimitFailure Closed',
    'GameLimits Off',
    "<VirtualHost *:1>\nGameLimitStore database\nGameLimitPerKey 5\n"
        . "</VirtualHost>") {
    my ($ok, $said) = configtest($good);
    ok $ok, $good or diag $said;
}

my $none = qr/it is none of shm, database and redis:/;
my $write = qr{write redis://host\[:port\]\[/database\]};
for (['GameLimitStore memory', $none], ['GameLimitStore ""', qr/takes 1-2 arguments/],
    ['GameLimitStore memcached://localhost', $none],
    ['GameLimitStore redis:', $write], ['GameLimitStore redis://', $write],
    ['GameLimitStore rediss://r.test', $none],
    ['GameLimitStore redis://r.test/1?timeout=5', $write],
    ['GameLimitStore redis://r.test/one', qr/a number from 0 to 65535/],
    ['GameLimitStore redis://r.test/65536', qr/a number from 0 to 65535/],
    ["GameLimitStore redis://:$written\@r.test",
        qr/a password belongs into a file/],
    ["GameLimitStore redis://u:$written\@r.test $file",
        qr/a password belongs into a file/],
    ['GameLimitStore redis://u@r.test', qr/a user needs a password/],
    ['GameLimitStore redis://r.test /nowhere/secret', qr/cannot read/],
    ["GameLimitStore shm $file", qr/shm takes no file/],
    ["GameLimitStore shm a b", qr/takes 1-2 arguments/],
    ['GameLimitFailure maybe', qr/"maybe" is neither open nor closed/],
    ["<VirtualHost *:1>\nGameLimitEntries 2048\n</VirtualHost>",
        qr/GameLimitEntries cannot occur within <VirtualHost>/],
    ["<Location \"/\">\nGameLimits On\n</Location>",
        qr/GameLimits (?:cannot occur within|not allowed)/]) {
    my ($text, $want) = @$_;
    my ($ok, $said) = configtest($text);
    my ($name) = $text =~ /(GameLimit\w+)/;
    ok !$ok && $said =~ /^$name/m && $said =~ $want, "$text is refused"
        or diag $said;
    my $found = index $said, $written;
    is $found, -1, 'and no password is said';
}

password('', 0600);
my ($ok, $said) = configtest("GameLimitStore redis://r.test $file");
ok !$ok && $said =~ /^GameLimitStore: .* at least 1 bytes/m, 'an empty file'
    or diag $said;
password($written, 0644);
($ok, $said) = configtest("GameLimitStore redis://r.test $file");
ok !$ok && $said =~ /^GameLimitStore: .* can be read by everybody/m,
    'a file that everybody can read' or diag $said;
unlink $file;
done_testing;
