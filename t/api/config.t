# What httpd says about wrong configurations: the directive, and what it takes.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;

# directive, range, and whether it belongs to the server
my @numbers = (
    [GameDBConnections  => 0, 1000, 1],
    [GameDBWait         => 1, 600000, 1],
    [GameDBTimeout      => 10, 3600000, 1],
    [GameCacheTTL       => 0, 3600, 1],
    [GameKeyCacheTTL    => 0, 3600, 1],
    [GameCacheEntries   => 16, 1000000, 1],
    [GameConversionRate => 1, 1000000000, 1],
    [GameLimitWindow    => 1, 86400, 1],
    [GameLimitPerKey    => 0, 1000000000, 1],
    [GameLimitPerAddress => 0, 1000000000, 1],
    [GameLimitPerUser   => 0, 1000000000, 1],
    [GameLimitPerKeyDay => 0, 1000000000, 1],
    [GameLimitEntries   => 1024, 16777216, 1],
    [GameDslMaxNodes    => 1, 100000, 1],
    [GameDslMaxDepth    => 1, 100, 1],
    [GameDslTimeout     => 1, 60000, 1],
    [GameDslLogTrace    => 0, 100000, 1],
    [GameDslLogQueue    => 1, 100000, 1],
    [GameJobsInterval   => 100, 60000, 1],
    [GameLogQueue       => 1, 100000, 1],
    [GameCampaignWorkers => 1, 64, 1],
    [GameCampaignLeaseSeconds => 1, 3600, 1],
    [GameCampaignRunTimeout => 0, 86400, 1],
    [GameBodyMax        => 1024, 1073741824, 0],
    [GameJsonDepth      => 4, 1000, 0],
    [GamePageSizeMax    => 1, 100000, 0],
);
my @flags = ([GameAllowNegativeBalance => 1], [GameJsonErrors => 0],
             [GameEngine => 0], [GameDslLog => 1],
             [GameJobs => 1], [GameLimits => 1],
             [GameRequestLog => 1], [GameCampaigns => 1],
             [GameCampaignStrictTemplates => 1],
             [GameCampaignAllowFetch => 1]);
my @shares = ([0, 1], [1, 1], ['0.05', 1], [-1, 0], ['1.01', 0],
              ['half', 0], ['0.5x', 0], ['nan', 0]);

sub place {
    my ($server, $line) = @_;
    return $server ? $line : qq(<Location "/api/v1">\n$line\n</Location>);
}

my @audits = (['Off', 1], ['mutations', 1], ['All', 1], ['Some', 0]);

plan tests => @numbers * 7 + @flags * 2 + @shares + @audits + 22,
    need_module('game');

my ($ok, $said);
for (@numbers) {
    my ($name, $min, $max, $server) = @$_;
    for my $good ($min, $max) {
        ($ok, $said) = configtest(place($server, "$name $good"));
        ok $ok, "$name $good" or diag $said;
    }
    for my $bad ('soon', $min - 1, $max + 1, '7x') {
        ($ok, $said) = configtest(place($server, "$name $bad"));
        my $want = qq($name: "$bad" is not a whole number from $min to $max);
        ok !$ok && $said =~ /^\Q$want\E$/m, "$name $bad" or diag $said;
    }
    ($ok, $said) = configtest(place($server, $name));
    ok !$ok && $said =~ /^$name takes one argument/m, "$name, no argument"
        or diag $said;
}

for (@flags) {
    my ($name, $server) = @$_;
    ($ok, $said) = configtest(place($server, "$name On"));
    ok $ok, "$name On" or diag $said;
    ($ok, $said) = configtest(place($server, "$name maybe"));
    ok !$ok && $said =~ /^$name must be On or Off/m, "$name maybe"
        or diag $said;
}

for (@audits) {
    my ($word, $good) = @$_;
    my $want = qq(GameAudit: "$word" is none of Off, Mutations, All);
    ($ok, $said) = configtest("GameAudit $word");
    ok $good ? $ok : !$ok && $said =~ /^\Q$want\E$/m, "GameAudit $word"
        or diag $said;
}

for (@shares) {
    my ($share, $good) = @$_;
    my $want = qq(GameDslLogSample: "$share" is not a number from 0 to 1);
    ($ok, $said) = configtest(qq(GameDslLogSample "$share"));
    ok $good ? $ok : !$ok && $said =~ /^\Q$want\E$/m,
        qq(GameDslLogSample "$share") or diag $said;
}

# bad(WHAT, CONFIGURATION, SENTENCE)
sub bad {
    my ($what, $text, $want) = @_;
    my ($accepted, $reply) = configtest($text);
    ok !$accepted, "$what is refused";
    like $reply, $want, "$what: the sentence";
}

bad('a directive that does not exist', 'GameDBWaits 5',
    qr/Invalid command 'GameDBWaits'/);
bad('a location\'s directive in the server', 'GameBodyMax 2048',
    qr/^GameBodyMax not allowed here/m);
bad('a server\'s directive in a location', place(0, 'GameDBWait 5'),
    qr/^GameDBWait (?:cannot occur within|not allowed)/m);
bad('an engine in a directory',
    qq(<Directory "/">\nGameEngine On\n</Directory>),
    qr/^GameEngine On belongs inside a <Location>/m);
bad('an empty issuer', place(0, 'GameTokenIssuer ""'),
    qr/^GameTokenIssuer takes one argument/m);
bad('an empty audience', place(0, 'GameTokenAudience ""'),
    qr/^GameTokenAudience takes one argument/m);
bad('an empty role', place(0, 'GameAdminRole ""'),
    qr/^GameAdminRole takes 1-2 arguments/m);
bad('an origin with a path', place(0, 'GameCorsOrigin https://a.test/x'),
    qr{^GameCorsOrigin: "https://a\.test/x" is no origin}m);
bad('a secret that is not there', 'GameSecretFile /nowhere/secret',
    qr{^GameSecretFile: cannot read "/nowhere/secret"}m);

my $secret = vars()->{t_logs} . '/secret';
sub secret {
    my ($text, $mode) = @_;
    open my $out, '>', $secret or die "$secret: $!";
    print $out $text;
    close $out or die "$secret: $!";
    chmod $mode, $secret or die "$secret: $!";
}

secret('short', 0600);
bad('a short secret', "GameSecretFile $secret",
    qr/^GameSecretFile: .* must hold a secret of at least 32 bytes/m);
secret('0123456789abcdef' x 2, 0644);
($ok, $said) = configtest("GameSecretFile $secret");
like $said, qr/^GameSecretFile: .* can be read by everybody/m,
    'a secret that everybody can read';
secret('0123456789abcdef' x 2, 0600);
($ok, $said) = configtest("GameSecretFile $secret");
ok $ok, 'a secret' or diag $said;
unlink $secret;
