# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# What the suites share: requests, tokens, keys, SQL, and the servers' lives.
#
#   my ($status, $body, $response) = api GET => '/games';
#
package Game::Test;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Apache::Test ();
use Apache::TestRequest ();
use HTTP::Request ();
use IPC::Open2 qw(open2);
use JSON::PP ();
use LWP::UserAgent ();
use MIME::Base64 qw(encode_base64url);
use Time::HiRes ();

our @EXPORT = qw(api json sql token new_key admin_key client_key uniq
    wait_for pg_start pg_stop pg_kill_backends httpd_graceful httpd_restart
    log_mark log_since configtest vars);

my $JSON = JSON::PP->new->canonical->utf8->allow_nonref;
my $agent;

sub vars { Apache::Test::vars() }
sub json { $JSON->encode($_[0]) }

# Keys of the whole run: an administrator's and a plain client's.
sub admin_key  { vars()->{admin_key} }
sub client_key { vars()->{client_key} }

# A name that no other test of this run uses, fit for games and tasks.
my $count = 0;
sub uniq {
    my ($prefix) = @_;
    return sprintf '%s-%x-%x-%d', defined $prefix ? $prefix : 'n',
        time, $$, ++$count;
}

# api METHOD, PATH, BODY, OPTIONS -> status, decoded body, HTTP::Response
#
# PATH is below /api/v1, or the server's own when it starts with "~/". BODY is
# data that is sent as JSON; undef is no body.
#   key      an API key; undef for none. By default the suite's client key,
#            when there is no bearer
#   bearer   a token
#   headers  {name => value or [values]}
#   raw      text sent as it is in place of BODY
#   type     content type of the body
sub api {
    my ($method, $path, $body, %opt) = @_;
    my $uri = 'http://127.0.0.1:' . vars()->{port};
    $uri .= $path =~ s{^~}{} ? $path : "/api/v1$path";
    my $request = HTTP::Request->new($method, $uri);
    my $key = exists $opt{key} ? $opt{key}
            : exists $opt{bearer} ? undef : client_key();
    $request->header('X-API-Key' => $key) if defined $key;
    $request->header(Authorization => "Bearer $opt{bearer}")
        if defined $opt{bearer};
    my $content = exists $opt{raw} ? $opt{raw}
                : defined $body ? json($body) : undef;
    if (defined $content) {
        $request->header('Content-Type' => $opt{type} || 'application/json');
        $request->content($content);
        $request->header('Content-Length' => length $content);
    }
    $request->header(%{$opt{headers}}) if $opt{headers};
    $agent ||= LWP::UserAgent->new(keep_alive => 1, timeout => 60,
                                   max_redirect => 0);
    my $response = $agent->request($request);
    my $data = eval { $JSON->decode($response->content) };
    return wantarray ? ($response->code, $data, $response) : $data;
}

# Runs SQL as the database's owner; rows as lines, columns between "|".
sub sql {
    my ($text, $database) = @_;
    local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)}
        = (vars()->{pg_host}, 5432, 'game', $database || 'game');
    my $pid = open2(my $out, my $in, 'psql', '-XAtq', '-v',
                    'ON_ERROR_STOP=1');
    binmode $_, ':utf8' for $out, $in;
    print $in $text;
    close $in;
    my @lines = <$out>;
    waitpid $pid, 0;
    die "psql: $?" if $?;
    chomp @lines;
    return wantarray ? @lines : $lines[0];
}

# A fresh API key, made in the database: client, description, admin, realm.
sub new_key {
    my (%opt) = @_;
    my @quoted = map {
        my $v = $_;
        defined $v ? do { $v =~ s/'/''/g; "'$v'" } : 'null'
    } (defined $opt{client} ? $opt{client} : uniq('client'),
       defined $opt{description} ? $opt{description} : '', $opt{realm});
    return scalar sql(sprintf 'select game.create_key(%s, %s, %s, %s)',
        @quoted[0, 1], $opt{admin} ? 'true' : 'false', $quoted[2]);
}

# A bearer token, RS256. Claims replace the default ones; undef drops one.
#   -admin => 1        the realm's role of administrators
#   -head  => {...}    another header
#   -key   => FILE     another key: vars->{keys} . '/other.key' is none of ours
sub token {
    my (%claims) = @_;
    my $head = delete $claims{-head}
        || { alg => 'RS256', typ => 'JWT', kid => 'k1' };
    my $key = delete $claims{-key} || vars()->{keys} . '/idp.key';
    my @roles = delete $claims{-admin} ? ('AdministratorGAME') : ();
    my %payload = (
        iss => 'https://idp.test/realms/game', aud => 'game-backend',
        sub => '00000000-0000-4000-8000-000000000001', typ => 'Bearer',
        iat => time, exp => time + 300,
        realm_access => { roles => \@roles }, %claims);
    delete @payload{grep { !defined $payload{$_} } keys %payload};
    my $signed = join '.', map { encode_base64url(json($_)) } $head,
        \%payload;
    my $pid = open2(my $out, my $in, 'openssl', 'dgst', '-sha256', '-sign',
                    $key);
    binmode $_ for $out, $in;
    print $in $signed;
    close $in;
    my $signature = do { local $/; <$out> };
    waitpid $pid, 0;
    die "openssl: $?" if $?;
    return "$signed." . encode_base64url($signature);
}

# Waits until the code answers something true, at most so many seconds.
sub wait_for {
    my ($code, $seconds) = @_;
    my $end = Time::HiRes::time() + ($seconds || 10);
    while (1) {
        my $found = $code->();
        return $found if $found || Time::HiRes::time() > $end;
        Time::HiRes::sleep(0.05);
    }
}

# ---- lives ----

sub server { system('sh', 't/bin/server.sh', @_) == 0 }

# smart, fast (default) or immediate: as if it had crashed
sub pg_stop  { server('pg-stop', vars()->{pg_dir}, $_[0] || 'fast') }
sub pg_start { server('pg-start', vars()->{pg_dir}) }

# Ends the connections of httpd; answers how many there were.
sub pg_kill_backends {
    return scalar sql("select count(pg_terminate_backend(pid))
        from pg_stat_activity where application_name = 'mod_game'");
}

sub generation {
    my $response = Apache::TestRequest::GET('/server-status?auto');
    my ($n) = $response->content =~ /^ParentServerConfigGeneration: (\d+)/m;
    return $n;
}

sub signal_and_wait {
    my ($signal) = @_;
    my $before = generation();
    open my $in, '<', vars()->{t_pid_file} or die "no pid file: $!";
    chomp(my $pid = <$in>);
    kill $signal, $pid or die "kill: $!";
    return wait_for(sub {
        my $now = eval { generation() };
        return defined $now && $now != $before;
    }, 30);
}

sub httpd_graceful { signal_and_wait('USR1') }
sub httpd_restart  { signal_and_wait('HUP') }

# ---- error log: what was written since the mark ----

sub log_mark { -s vars()->{t_logs} . '/error_log' || 0 }

sub log_since {
    my ($mark) = @_;
    open my $in, '<', vars()->{t_logs} . '/error_log' or return '';
    seek $in, $mark, 0;
    local $/;
    my $text = <$in>;
    return defined $text ? $text : '';
}

# Whether httpd accepts a configuration with our modules, and what it says.
sub configtest {
    my ($text) = @_;
    my $vars = vars();
    my $file = "$vars->{t_conf}/configtest.conf";
    open my $out, '>', $file or die "$file: $!";
    print $out <<"CONF";
ServerRoot "$vars->{serverroot}"
DefaultRuntimeDir "$vars->{t_logs}"
PidFile "$vars->{t_logs}/configtest.pid"
ErrorLog "$vars->{t_logs}/configtest_log"
ServerName 127.0.0.1
Listen 127.0.0.1:$vars->{port}
Include "$vars->{t_conf}/modules.list"
TypesConfig /dev/null
$text
CONF
    close $out or die "$file: $!";
    my $said = `$vars->{httpd} -f $file -t 2>&1`;
    my $status = $?;
    $said =~ s/^AH\d+: (?:apache2: )?//mg;
    return ($status == 0, $said);
}

1;
