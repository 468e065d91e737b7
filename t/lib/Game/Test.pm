# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# What the suites share: requests, tokens, keys, SQL, and the servers' lives.
#
#   my ($status, $body, $response) = api GET => '/games';
#   my @answers = burst map { [POST => $path, $body, key => $key] } 1 .. 64;
#
package Game::Test;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::OpenApi ();
use Game::Secrets ();

use Apache::Test ();
use Apache::TestRequest ();
use HTTP::Request ();
use HTTP::Response ();
use IO::Select ();
use IO::Socket::INET ();
use IPC::Open2 qw(open2);
use JSON::PP ();
use LWP::UserAgent ();
use MIME::Base64 qw(encode_base64url);
use POSIX ();
use Time::HiRes ();

our @EXPORT = qw(api json sql token new_key admin_key client_key uniq
    wait_for redis_start redis_stop pg_start pg_stop pg_kill_backends httpd_graceful httpd_restart
    prefork
    log_mark log_since configtest vars burst connect_raw send_raw read_raw
    raw background hold blocked new_game award balance faults snapshot
    routes);

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
#   at       name of a virtual host; by default the server's own
sub api {
    my $request = request(@_);
    $agent ||= LWP::UserAgent->new(keep_alive => 1, timeout => 60,
                                   max_redirect => 0);
    my $response = $agent->request($request);
    # a connection that httpd closed while nothing was asked on it
    $response = $agent->request($request)
        if ($response->header('Client-Warning') || '') eq 'Internal response'
            && $response->message =~ /Server closed connection without/;
    return answer($response, $request);
}

# What no log may have.
sub secrets_file { vars()->{t_conf} . '/secrets.used' }
sub secret { Game::Secrets::used(secrets_file(), @_) }

# Every answer to a known request is held against the API document.
sub answer {
    my ($response, $request) = @_;
    secret($response->content =~ /(gme_live_[\w-]+\.[\w-]+)/g);
    my $data = eval { $JSON->decode($response->content) };
    Game::OpenApi::examine(vars()->{port}, $request, $response, $data)
        if $request;
    return wantarray ? ($response->code, $data, $response) : $data;
}

# The port of a virtual host of t/conf/suites.conf.in, by its name.
sub port {
    my ($at) = @_;
    return vars()->{port} if !defined $at;
    return vars()->{"${at}_port"} || die "no virtual host $at\n";
}

sub request {
    my ($method, $path, $body, %opt) = @_;
    my $uri = 'http://127.0.0.1:' . port($opt{at});
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
    $request->header(%{$opt{headers}}) if %{$opt{headers} || {}};
    secret(map { s/^Bearer //r } map { $request->header($_) }
           qw(X-API-Key Authorization));
    return $request;
}

# ---- many at once, and what no client library would send ----

sub connect_raw {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => vars()->{port}, @_) || die "connect: $!";
}

# Writes all of a text; an early answer and its reset end it silently.
sub send_raw {
    my ($socket, $text) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $done = 0;
    while ($done < length $text) {
        my $n = syswrite $socket, $text, length($text) - $done, $done;
        defined $n or return;
        $done += $n;
    }
}

# What the server says on each socket until it closes it, in their order, as
# HTTP::Response; undef where nothing came. Dies when that takes too long.
sub read_raw {
    my ($sockets, $seconds) = @_;
    my $end = Time::HiRes::time() + ($seconds || 60);
    my $open = IO::Select->new(@$sockets);
    my %text = map { $_ => '' } @$sockets;
    while ($open->count) {
        my $left = $end - Time::HiRes::time();
        die $open->count . ' of ' . @$sockets . " requests hang\n"
            if $left <= 0;
        for my $socket ($open->can_read($left)) {
            my $n = sysread $socket, $text{$socket}, 65536,
                length $text{$socket};
            if (!$n) {          # closed at once: the server waits for it
                $open->remove($socket);
                close $socket;
            }
        }
    }
    return map { length $text{$_} ? HTTP::Response->parse($text{$_}) : undef }
        @$sockets;
}

# raw TEXT -> as api(): sends a request as it is; it closes the connection.
sub raw {
    my ($text) = @_;
    my $socket = connect_raw();
    send_raw($socket, $text);
    my ($response) = read_raw([$socket]);
    return answer($response || HTTP::Response->new(0));
}

# burst [METHOD, PATH, BODY, OPTIONS], ... -> [status, body, response], ...
#
# Everything as api() takes it, all of it at once, each on a connection of
# its own. An answer that does not come is an exception.
sub burst {
    my @requests = map { request(@$_) } @_;
    my @texts = map {
        my $request = $_;
        $request->header(Host => '127.0.0.1', Connection => 'close');
        join '', $request->method, ' ', $request->uri->path_query,
            " HTTP/1.1\r\n", $request->headers->as_string("\r\n"), "\r\n",
            $request->content;
    } @requests;
    my @sockets = map { connect_raw(PeerPort => $_->uri->port) } @requests;
    send_raw($sockets[$_], $texts[$_]) for 0 .. $#texts;
    return map { [answer($_ || HTTP::Response->new(0), shift @requests)] }
        read_raw(\@sockets);
}

# background CODE -> a function that waits for its end and answers what the
# code, run in a child, answered (data, as a list).
sub background {
    my ($code) = @_;
    pipe my $out, my $in or die "pipe: $!";
    defined(my $pid = fork) or die "fork: $!";
    if (!$pid) {
        close $out;
        undef $agent;
        my @list = eval { $code->() };
        print $in json({ fault => $@, list => \@list });
        close $in;
        POSIX::_exit(0);
    }
    close $in;
    return sub {
        my $text = do { local $/; <$out> };
        local $?;
        waitpid $pid, 0;
        my $data = $JSON->decode($text);
        die $data->{fault} if $data->{fault};
        return @{$data->{list}};
    };
}

# ---- games, and what the database has of them ----

# A game with a task of the same name: its id and the name.
sub new_game {
    my (%opt) = @_;
    my $name = uniq('game');
    my @who = map { $_ => $opt{$_} } grep { exists $opt{$_} } qw(key bearer);
    my $game = api(POST => '/games', { externalGameId => $name,
        platform => 'web', strategyId => $opt{strategy} || 'default' }, @who);
    my ($status) = api(POST => "/games/$game->{gameId}/tasks",
        { externalTaskId => $name,
          $opt{params} ? (params => $opt{params}) : () }, @who);
    die "no task: $status" if $status != 200;
    return ($game->{gameId}, $name);
}

# The call of an award, for api() and burst().
sub award {
    my ($game, $task, $user, $data, @options) = @_;
    return (POST => "/games/$game/tasks/$task/points",
            { externalUserId => $user, data => $data || {} }, @options);
}

sub balance {
    my ($user) = @_;
    return scalar sql("select points_balance from game.wallets w
        join game.users u on u.bucket = w.bucket and u.id = w.user_id
        where u.external_user_id = '$user'");
}

sub faults { return sql('select * from game.ledger_faults()') }

# What every table holds, to be compared with is_deeply; but for those that
# are written beside the work. Of exports all but their status: a job marks
# those that ended unseen.
sub snapshot {
    my @tables = sql("select tablename from pg_tables
        where schemaname = 'game' and tablename not in ('jobs',
            'uptime_samples', 'kpi_days', 'kpi_scans', 'active_days',
            'request_log', 'request_days', 'audit_log', 'figure_days',
            'figures', 'log_figures')");
    return { map { split /\|/ } sql(join ' union all ', map {
        my $row = $_ eq 'export_log' ? "(to_jsonb(t) - 'status')::text"
                : 't::text';
        "select '$_', count(*) || ' rows ' || md5(coalesce(string_agg(
            $row, ',' order by $row), '')) from game.$_ t" } @tables) };
}

# The text of a file of the module.
sub source {
    my $file = vars()->{top_dir} . "/mod_game/$_[0]";
    open my $in, '<', $file or die "$file: $!";
    return do { local $/; <$in> };
}

# The endpoints as mod_game/route_table.c has them: method, path, access,
# operation, whether there is a body, which may be optional, and whether it is
# of campaigns.
sub routes {
    my $text = source('route_table.c');
    $text .= source("api/$_") =~ s/ *\\\n/\n/gr
        for qw(runs_routes.h campaigns_routes.h);
    my @routes;
    while ($text =~ /\{ \s* "([A-Z]+)", \s* ((?:"[^"]+"\s*)+),
                     \s* GAME_ACCESS_(\w+),
                     \s* (?:\w+|(?:"[^"]*"\s*)+), \s* [^,]+, \s* ([^,]+),
                     \s* \w+, \s* "(\w+)"(.*?)(?=\n[ ]{4}\{|\z)/gxs) {
        my ($method, $path, $access, $body, $operation, $rest)
            = ($1, $2, $3, $4, $5, $6);
        $path =~ s/["\s]//g;
        push @routes, { method => $method, path => $path, access => $access,
                        body => $body ne 'NULL', operation => $operation,
                        optional => scalar($rest =~ /\.body_optional = 1/),
                        campaigns => scalar($rest =~ /\.campaigns = 1/) };
    }
    die 'no routes' if @routes < 10;
    return @routes;
}

# hold SQL -> a function that ends the transaction in which it ran: until
# then its locks are held.
sub hold {
    my ($text, $database) = @_;
    local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)}
        = (vars()->{pg_host}, 5432, 'game', $database || 'game');
    my $pid = open2(my $out, my $in, 'psql', '-XAtq', '-v',
                    'ON_ERROR_STOP=1');
    print $in "begin;\n$text;\n\\echo held\n";
    while (1) {
        my $line = <$out>;
        defined $line or die 'psql ended';
        last if $line eq "held\n";
    }
    return sub {
        local $?;
        print $in "rollback;\n\\q\n";
        close $in;
        waitpid $pid, 0;
    };
}

# Backends of httpd that wait for a lock: their process ids.
sub blocked {
    return sql("select pid from pg_stat_activity
        where application_name = 'mod_game' and wait_event_type = 'Lock'");
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
    my $key = sql(sprintf 'select game.create_key(%s, %s, %s, %s)',
        @quoted[0, 1], $opt{admin} ? 'true' : 'false', $quoted[2]);
    secret($key);
    return $key;
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
        iat => time, exp => time + 3600,
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
    my $token = "$signed." . encode_base64url($signature);
    secret($token);
    return $token;
}

# Waits until the code answers something true, at most so many seconds. Without
# them it is a minute, which no test should see end: that is told.
sub wait_for {
    my ($code, $seconds) = @_;
    my $end = Time::HiRes::time() + ($seconds || 60);
    while (1) {
        my $found = $code->();
        return $found if $found;
        if (Time::HiRes::time() > $end) {
            print STDERR "# waited in vain at @{[(caller)[1, 2]]}\n"
                if !$seconds;
            return $found;
        }
        Time::HiRes::sleep(0.05);
    }
}

# ---- lives ----

# Whether a child serves one request at a time.
sub prefork { return ($ENV{GAME_TEST_MPM} || 'event') eq 'prefork' }

sub server { system('sh', 't/bin/server.sh', @_) == 0 }

# smart, fast (default) or immediate: as if it had crashed
sub pg_stop  { server('pg-stop', vars()->{pg_dir}, $_[0] || 'fast') }
sub pg_start { server('pg-start', vars()->{pg_dir}) }

# Ends the connections of httpd; answers how many there were.
sub pg_kill_backends {
    return scalar sql("select count(pg_terminate_backend(pid))
        from pg_stat_activity where application_name = 'mod_game'");
}

sub redis_stop  { server('redis-stop', vars()->{redis_dir}) }
sub redis_start { server('redis-start', vars()->{redis_dir},
                         vars()->{redis_port}) }

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
    });
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

# Whether httpd accepts a configuration with our modules, or with those of
# the LoadModule lines, and what it says.
sub configtest {
    my ($text, $modules) = @_;
    my $vars = vars();
    my $file = "$vars->{t_logs}/configtest.conf";
    $modules ||= qq(Include "$vars->{t_conf}/modules.list"\n);
    open my $out, '>', $file or die "$file: $!";
    print $out <<"CONF";
ServerRoot "$vars->{serverroot}"
DefaultRuntimeDir "$vars->{t_logs}"
PidFile "$vars->{t_logs}/configtest.pid"
ErrorLog "$vars->{t_logs}/configtest_log"
ServerName 127.0.0.1
Listen 127.0.0.1:$vars->{port}
$modules
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
