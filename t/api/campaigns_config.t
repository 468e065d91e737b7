# What httpd says about wrong configurations of campaigns, at its start as
# well as before.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Path ();
use Game::Test;
use IO::Socket::INET ();

my $vars = vars();
my $folder = "$vars->{t_logs}/campaigns_config";

# line, and what is said; nothing: it is accepted
my @lines = (
    ['GameCampaignStoreRoot /srv/game/campaigns/'],
    ['GameCampaignStoreRoot relative/folder'],
    ['GameCampaignStoreRoot ""', qr/takes one argument/],
    ['GameCampaignAssetBase /assets'], ['GameCampaignAssetBase /a/b-c.d/'],
    map({ ["GameCampaignAssetBase $_",
           qr/^GameCampaignAssetBase: "\Q$_\E" is no path of a URL/m] }
        'assets', '/', '//', '/a//b', '/a/../b', '/a/.', '/a?b', '/a%20b'),
    ['GameCampaignAssetRoot /srv/a /srv/b'],
    ['GameCampaignTemplates /srv/t'], ['GameCampaignPlayDir /srv/p'],
    ['GameCampaignCacheTTL generate_bgm_track 0'],
    ['GameCampaignCacheTTL generate_bgm_track soon',
     qr/^GameCampaignCacheTTL: "soon" is not a whole number from 0/m],
    ['GameCampaignCacheTTL generate_video 60',
     qr/^GameCampaignCacheTTL: "generate_video" is not one of game_config/m],
    ['GameCampaignCacheTTL generate_bgm_track', qr/takes two arguments/],
    ['GameCampaignConfigProvider studio /bin/cat a "b c"'],
    ['GameCampaignConfigProvider studio timeout=30 /bin/cat'],
    ['GameCampaignAudioProvider band https://a.example/x'],
    ['GameCampaignAudioProvider band timeout=5 http://[::1]:8080/ /etc/token'],
    map({ my ($words, $said) = @$_;
          ["GameCampaignConfigProvider $words",
           qr/^GameCampaignConfigProvider: .*$said/m] }
        ['', "a provider's name is of"], ['builtin /bin/cat', 'builtin'],
        ['"a b" /bin/cat', "a provider's name is of"],
        ['studio', 'takes a command or a URL'],
        ['studio timeout=5', 'takes a command or a URL'],
        ['studio timeout=0 /bin/cat', '"0" is not a whole number from 1'],
        ['studio timeout=x /bin/cat', '"x" is not a whole number from 1'],
        ['studio cat', 'neither an absolute path nor a URL'],
        ['studio https://', 'names no host'],
        ['studio https://a.example/ token', 'not an absolute path'],
        ['studio https://a.example/ /a /b', 'and nothing else']),
    ['GameCampaignEmbedDomains a.example *.b.example https://c.example:8443'],
    ['GameCampaignEmbedDomains http://localhost:*'],
    map({ ["GameCampaignEmbedDomains $_",
           qr/^GameCampaignEmbedDomains: "\Q$_\E" is no domain/m] }
        '*', 'ftp://a.example', 'a.example/path', "a;b", '-a', 'a:', "'self'"));

plan tests => @lines + 11, need_module('game', 'dbd');

for (@lines) {
    my ($line, $want) = @$_;
    $line = qq($line) =~ s/('self')/"$1"/r;
    my ($ok, $said) = configtest($line);
    ok $want ? !$ok && $said =~ $want : $ok, $line or diag $said;
}
my ($ok, $said) = configtest(
    "<VirtualHost *:1>\nGameCampaigns On\n</VirtualHost>");
ok !$ok && $said =~ /GameCampaigns cannot occur within/, 'of the server alone'
    or diag $said;

# ---- what is found out at the start: httpd must not come up ----

sub start {
    my ($text) = @_;
    my $probe = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    my $port = $probe->sockport;
    close $probe;
    File::Path::make_path($folder);
    open my $out, '>', "$folder/httpd.conf" or die $!;
    print $out <<"CONF";
ServerRoot "$folder"
DefaultRuntimeDir "$folder"
PidFile "$folder/httpd.pid"
ErrorLog "$folder/error_log"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
TypesConfig /dev/null
Include "$vars->{t_conf}/modules.list"
DBDriver pgsql
GameCampaigns On
$text
CONF
    close $out;
    unlink "$folder/error_log";
    my $status = system("timeout 20 $vars->{httpd} -f $folder/httpd.conf"
                        . ' -D FOREGROUND 2>/dev/null');
    open my $in, '<', "$folder/error_log" or return ($status, '');
    local $/;
    return ($status, scalar <$in>);
}

my $workflows = qq(GameCampaignWorkflows "$vars->{top_dir}/mod_game)
    . qq(/campaigns/workflows"\n);
for (['no store', $workflows, qr/GameCampaigns On needs GameCampaignStoreRoot/],
     ['a store that is a file',
      qq($workflows\nGameCampaignStoreRoot "$vars->{t_conf}/modules.list"),
      qr/GameCampaignStoreRoot: ".*modules\.list" is no directory/],
     ['a store where none can be', $workflows
      . qq(GameCampaignStoreRoot "$vars->{t_conf}/modules.list/store"),
      qr/GameCampaignStoreRoot: ".*store" cannot be made a directory/],
     ['no workflows', qq(GameCampaignStoreRoot "$folder/store"\n)
      . qq(GameCampaignWorkflows "$folder"),
      qr/GameCampaignWorkflows: ".*" ?: WORKFLOW_SCHEMA_INVALID/],
     ['an index that is none', qq(GameCampaignStoreRoot "$folder/store"\n)
      . qq(GameCampaignWorkflows "$folder/broken"),
      qr/GameCampaignWorkflows: ".*broken": WORKFLOW_SCHEMA_INVALID/]) {
    my ($name, $text, $want) = @$_;
    File::Path::make_path("$folder/broken");
    open my $out, '>', "$folder/broken/index.json" or die $!;
    print $out '{"workflows": 7}';
    close $out;
    my ($status, $log) = start($text);
    ok $status >> 8 && $status >> 8 != 124, "$name: httpd does not start";
    like $log, $want, "$name: the sentence";
}
