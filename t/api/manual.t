# What the manual says is so: httpd accepts every sample as it is printed,
# a directive stands where its context says and nowhere else, the ends of its
# range are accepted and what is beyond is not, the recipe of an erasure
# leaves a ledger that is right, and the sample of a balancer balances.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use File::Path ();
use Game::Test;
use IO::Socket::INET ();
use JSON::PP ();
use LWP::UserAgent ();

plan need_module('game', 'dbd', 'auth_openidc', 'remoteip');

my $vars = vars();
my $manual = "$vars->{top_dir}/mod_game/manual";

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return scalar <$in>;
}

my %place = (CONF => "$vars->{top_dir}/conf", LOGS => $vars->{t_logs},
             SECRET => "$vars->{keys}/secret");
sub filled {
    my ($text, %more) = @_;
    my %all = (%place, %more);
    $text =~ s/\@([A-Z]+\d?)\@/$all{$1}/g;
    return $text;
}

sub accepted {
    my ($name, $text) = @_;
    my ($ok, $said) = configtest(filled($text));
    ok $ok, $name or diag "$text\n$said";
}

# ---- directives ----

my (@directives, $last);
for (split /\n/, slurp("$manual/directives.txt")) {
    if (/^== (\w+)/) {
        push @directives, $last = { name => $1, example => '' };
    }
    elsif ($last && /^(context|range): (.*)/) {
        $last->{$1} = $2;
    }
    elsif ($last && /^> ?(.*)/) {
        $last->{example} .= "$1\n";
    }
}
cmp_ok scalar(@directives), '>=', 27, 'there are directives';

# what httpd itself says of their contexts
my $file = "$vars->{t_logs}/list.conf";
open my $out, '>', $file or die "$file: $!";
print $out "Include \"$vars->{t_conf}/modules.list\"\n";
close $out;
my %context;
my $listed = `$vars->{httpd} -d $vars->{serverroot} -f $file -L 2>/dev/null`;
while ($listed =~ /^(Game\w+) \(.*\)\n\t.*\n\tAllowed in (.*)/gm) {
    my ($name, $where) = ($1, $2);
    $context{$name} = $where =~ /only inside/ ? 'directory'
        : $where =~ /only outside/ ? 'server config, virtual host'
        : 'server config, virtual host, directory';
}
is_deeply [sort map { $_->{name} } @directives], [sort keys %context],
    'the manual has all directives that httpd lists, and no other';

for my $d (@directives) {
    my $name = $d->{name};
    accepted("$name: its example", $d->{example});
    my @lines = $d->{example} =~ /^\s*(\Q$name\E .*)$/mg;
    my $text = filled(join '', map { "$_\n" } @lines);
    my $context = $d->{context} || $context{$name} || '';
    my %where = ('server config' => $text,
        'virtual host' => "<VirtualHost *:1>\n$text</VirtualHost>\n",
        directory => "<Location \"/x\">\n$text</Location>\n");
    for my $where (sort keys %where) {
        my ($ok, $said) = configtest($where{$where});
        is $ok ? 1 : 0, ", $context," =~ /, \Q$where\E,/ ? 1 : 0,
            "$name in $where" or diag $said;
    }
    next if ($d->{range} || '') !~ /^from (\d+) to (\d+)$/;
    my ($min, $max) = ($1, $2);
    for ([$min, 1], [$max, 1], [$min - 1, 0], [$max + 1, 0]) {
        my $line = "$name $_->[0]";
        $line = "<Location \"/x\">\n$line\n</Location>"
            if $context eq 'directory';
        is((configtest($line))[0] ? 1 : 0, $_->[1], "$name $_->[0]");
    }
}

# ---- samples of pages ----

my (%sample, $samples);
for my $page (sort glob "$manual/pages/*.txt") {
    my ($name) = $page =~ /(\w+)\.txt$/;
    my $n = 0;
    my $text = slurp($page);
    while ($text =~ /^```(\w+)\n(.*?)\n```$/msg) {
        my ($kind, $code) = ($1, $2);
        if ($kind eq 'conf') {
            accepted("$name: sample " . ++$n, $code);
            $samples++;
        }
        elsif ($kind eq 'sql') {
            $code =~ s/'\.\.\.'/'00000000-0000-4000-8000-000000000000'/g;
            ok eval { sql("begin;\n$code;\nrollback"); 1 },
                "$name: Postgres takes its SQL" or diag $@;
        }
        elsif ($kind eq 'json') {
            my ($status, $made) = api POST => '/strategies/custom',
                { name => uniq('sample'), astJson => JSON::PP::decode_json(
                    $code) }, key => admin_key();
            is $status, 201, "$name: its program is one" or diag json($made);
        }
        elsif ($kind !~ /^(?:text|sh)$/) {
            $sample{$kind} = $code;
        }
    }
}
cmp_ok $samples, '>', 10, 'there are samples';

# ---- an erasure ----

my $key = new_key();
my ($game, $task) = new_game(key => $key);
my ($user, $other) = (uniq('gone'), uniq('there'));
for my $who ($user, $other) {
    api award($game, $task, $who, { note => "about $who" }, key => $key);
    api POST => "/users/$who/actions", { typeAction => 'LOGIN',
        data => { note => "about $who" }, description => "of $who" },
        key => $key;
}
my $balance = balance($user);
ok defined $balance, 'somebody with awards';

sub traces {                    # tables whose rows have the text
    my ($text) = @_;
    my @tables = sql("select relname from pg_class
        where relnamespace = 'game'::regnamespace and relkind = 'r'");
    return grep { sql("select count(*) from game.$_ t
        where t::text like '%$text%'") > 0 } @tables;
}

sub erase {
    my ($who) = @_;
    my $text = $sample{erase};
    $text =~ s/:'user'/'$who'/g;
    $text =~ s/:'realm'/''/g;
    sql($text);
}

cmp_ok scalar(traces($user)), '>=', 3, 'leaves traces';
my ($id) = sql("select id from game.users where external_user_id = '$user'");
erase($user);
is_deeply [traces($user)], [], 'and none after the erasure';
is_deeply [faults()], [], 'the ledger is right';
is balance("erased-$id"), $balance, 'its sums are what they were';
is balance($other), $balance, 'nobody else lost anything';
cmp_ok scalar(traces($other)), '>=', 3, 'not even data';

# ---- a balancer ----

SKIP: {
    my $dir = '/usr/lib/apache2/modules';
    my @needed = map { "$dir/mod_$_.so" } qw(proxy proxy_http proxy_balancer
        proxy_hcheck lbmethod_byrequests slotmem_shm unique_id);
    skip 'there is no mod_proxy_balancer', 9 if grep { !-e } @needed;

    sub free_ports {
        my @open = map { IO::Socket::INET->new(Listen => 1,
            LocalAddr => '127.0.0.1') } 1 .. $_[0];
        return map { my $port = $_->sockport; close $_; $port } @open;
    }

    sub httpd {
        my ($name, $port, $text) = @_;
        my $run = "$vars->{t_logs}/$name";
        File::Path::make_path($run);
        open my $out, '>', "$run/httpd.conf" or die $!;
        print $out <<"CONF";
ServerRoot "$run"
DefaultRuntimeDir "$run"
PidFile "$run/httpd.pid"
ErrorLog "$run/error_log"
CustomLog "$run/access_log" "%r %{X-Request-Id}o"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
TypesConfig /dev/null
Include "$vars->{t_conf}/modules.list"
$text
CONF
        close $out;
        system($vars->{httpd}, '-f', "$run/httpd.conf", '-k', 'start') == 0
            or die "httpd: $?";
        wait_for(sub { -s "$run/httpd.pid" && IO::Socket::INET->new(
            PeerAddr => '127.0.0.1', PeerPort => $port) })
            or die "httpd does not listen";
        return $run;
    }

    sub stop {
        my ($run) = @_;
        open my $in, '<', "$run/httpd.pid" or return;
        chomp(my $pid = <$in>);
        kill TERM => $pid;
        wait_for(sub { !kill 0, $pid });
    }

    my @ports = free_ports(3);
    # the second member's database is another one, which can be taken away
    sql('create database lost template template0', 'postgres');
    my @members = map {
        my ($n, $database) = @$_;
        httpd("member$n", $ports[$n], <<"CONF");
DBDriver pgsql
DBDParams "host=$vars->{pg_host} port=5432 dbname=$database user=game"
DBDMin 1
DBDKeep 1
DBDMax 2
MergeSlashes Off
AllowEncodedSlashes On
<Location "/api/v1">
    GameEngine On
    Require game-access
</Location>
CONF
    } [1, 'game'], [2, 'lost'];
    my $proxy = httpd('proxy', $ports[0],
        (join '', map { (my $name = $_) =~ s{.*/mod_(\w+)\.so}{$1};
            "<IfModule !${name}_module>\nLoadModule ${name}_module $_\n"
            . "</IfModule>\n" } @needed)
        . filled($sample{proxy}, PORT1 => $ports[1], PORT2 => $ports[2]));
    my $agent = LWP::UserAgent->new(timeout => 20);
    my $base = "http://127.0.0.1:$ports[0]/api/v1";

    # the member without a database is found out and left out
    my $left_out = wait_for(sub {
        grep({ $agent->get("$base/games", 'X-API-Key' => $key)->code != 200 }
             1 .. 8) == 0 });
    ok $left_out, 'a member whose database does not answer is left out';
    my ($asked) = map { scalar(() = slurp("$_/access_log")
        =~ m{kpi/ready}g) } $members[1];
    cmp_ok $asked, '>', 0, 'it is asked whether it is ready';
    my $answer = $agent->get("$base/games", 'X-API-Key' => $key,
                             'X-Request-Id' => 'through-1');
    is $answer->header('X-Request-Id'), 'through-1', 'an id goes through';
    $answer = $agent->get("$base/games", 'X-API-Key' => $key);
    my $made = $answer->header('X-Request-Id');
    like slurp("$members[0]/access_log"), qr/ \Q$made\E$/m,
        'one that the proxy makes is the member\'s';
    unlike $made, qr/-.*-.*-.*-/, 'and no UUID';
    $answer = $agent->get("$base/games/$game/tasks/a%2Fb", 'X-API-Key' => $key);
    is $answer->code, 404, 'an escaped slash goes through';
    is $answer->content, '{"detail":"Not Found"}', 'to a member';

    # a database for the second member: it comes back by itself
    local $ENV{DATABASE} = 'lost';
    local @ENV{qw(PGHOST PGPORT PGUSER)} = ($vars->{pg_host}, 5432, 'game');
    is system("sh $vars->{top_dir}/sql/migrate.sh >/dev/null"), 0,
        'its database is set up';
    ok wait_for(sub {
        my $before = () = slurp("$members[1]/access_log") =~ m{/games }g;
        $agent->get("$base/games", 'X-API-Key' => $key) for 1 .. 4;
        my $after = () = slurp("$members[1]/access_log") =~ m{/games }g;
        return $after > $before;
    }), 'it is asked again';
    stop($_) for $proxy, @members;
    sql('drop database lost with (force)', 'postgres');
}

done_testing;
