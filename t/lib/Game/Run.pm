# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# The driver of the Apache::Test suites: a throwaway Postgres with the
# migrations and an administrator's key, a throwaway Redis, a signing key, a
# fixed list of modules; then httpd.
#
# Environment: GAME_HTTPD, GAME_TEST_MODULE, GAME_TEST_EXAMPLE, GAME_TEST_MPM,
# GAME_TEST_PORT.
package Game::Run;

use strict;
use warnings FATAL => 'all';
use parent 'Apache::TestRun';

use Cwd ();
use File::Path ();
use File::Temp ();
use IO::Socket::INET ();

# what suites need of httpd beyond the modules that every server here has
my $MODULES = 'auth_basic authn_file rewrite ssl';

# values of the generated configuration, and of Apache::Test::vars
my @VARS = qw(module_so keys pg_dir pg_host admin_key client_key db_conns
              db_password redis_dir redis_port redis_pass docs_dir store_dir);

my %pg;     # dir, owner (pid), keep

sub run_or_die {
    system(@_) == 0 or die "@_ failed: $?\n";
}

sub answer {
    my $text = `$_[0]`;
    $? == 0 or die "$_[0] failed: $?\n";
    chomp $text;
    return $text;
}

sub save {
    my ($path, $text) = @_;
    open my $out, '>', $path or die "$path: $!\n";
    print $out $text;
    close $out or die "$path: $!\n";
}

sub load {
    open my $in, '<', $_[0] or return;
    chomp(my $line = <$in>);
    return $line;
}

# What is installed, with another store.
sub campaigns {
    my ($path, $store) = @_;
    open my $in, '<', 'conf/game-campaigns.conf' or die "no conf: $!\n";
    my $text = do { local $/; <$in> };
    $text =~ s{/srv/game/campaigns}{$store}g or die "no store in it\n";
    save($path, $text);
}

# Apache::Test's own "select" begins at one number: suites that run at the
# same time would meet there. Virtual hosts get the numbers that follow.
sub free_port {
    for (1 .. 50) {
        my $port = 10000 + 20 * int rand 1000;
        return $port if IO::Socket::INET->new(Listen => 1,
            LocalAddr => '127.0.0.1', LocalPort => $port);
    }
    return 'select';
}

sub signing_key {
    my ($dir) = @_;
    File::Path::make_path($dir);
    return if -e "$dir/idp.crt";
    save("$dir/secret", 'secret of simulations, for the suites only');
    chmod 0600, "$dir/secret" or die "$dir/secret: $!\n";
    for my $name (qw(idp other)) {
        run_or_die("openssl req -x509 -newkey rsa:2048 -nodes -days 2"
            . " -subj /CN=idp.test -keyout $dir/$name.key"
            . " -out $dir/$name.crt 2>$dir/openssl.log");
    }
}

# A cluster on a unix socket in a short path, migrated.
sub database {
    my ($conf) = @_;
    my $dir = File::Temp::tempdir('game-t.XXXXXX', DIR => '/tmp');
    @pg{qw(dir owner)} = ($dir, $$);
    run_or_die('sh', 't/bin/server.sh', 'pg-start', $dir);
    @$conf{qw(pg_dir pg_host)} = ($dir, "$dir/pg");
    local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)}
        = ("$dir/pg", 5432, 'game', 'game');
    delete local $ENV{DATABASE};
    answer('sh sql/migrate.sh');
    my $psql = 'psql -XAtq -v ON_ERROR_STOP=1';
    $conf->{admin_key} = answer(
        "$psql -c \"select game.create_key('suite admin', '', true)\"");
    $conf->{client_key} = answer(
        "$psql -c \"select game.create_key('suite client')\"");
    return $dir;
}

# A Redis with a password, on a port of its own, of nothing that stays.
sub redis {
    my ($conf, $dir) = @_;
    my $socket = IO::Socket::INET->new(Listen => 1,
        LocalAddr => '127.0.0.1') or die "no port: $!\n";
    @$conf{qw(redis_dir redis_port redis_pass)}
        = ($dir, $socket->sockport, "$dir/redis.pass");
    close $socket;
    save($conf->{redis_pass}, join('', map { sprintf '%08x', rand 2**32 }
        1 .. 4) . "\n");
    chmod 0600, $conf->{redis_pass} or die "$conf->{redis_pass}: $!\n";
    run_or_die('sh', 't/bin/server.sh', 'redis-start', $dir,
               $conf->{redis_port});
}

sub pre_configure {
    my $self = shift;
    my ($conf, $opts) = @$self{qw(conf_opts opts)};
    my $top = Cwd::getcwd();
    my $mark = "$top/t/conf/pg.dir";
    my $steps = grep { $opts->{$_} } qw(start-httpd run-tests stop-httpd);
    my $mpm = $ENV{GAME_TEST_MPM} || 'event';

    return if $opts->{clean} || $opts->{help};
    if ($steps && !$opts->{'start-httpd'}) {
        # the server of an earlier -start-httpd, with its configuration
        @pg{qw(dir owner)} = (load($mark), $$) if $opts->{'stop-httpd'};
        return;
    }
    delete $conf->{thaw};
    $conf->{save} = 1;
    $conf->{httpd} ||= $ENV{GAME_HTTPD} || '/usr/sbin/apache2';
    $conf->{apxs} ||= '/usr/bin/apxs';
    $conf->{port} ||= $ENV{GAME_TEST_PORT} || free_port();
    $conf->{module_so} = $ENV{GAME_TEST_MODULE} || "$top/build/mod_game.so";
    -e $conf->{module_so} or die "no $conf->{module_so}: run make first\n";
    my $example = $ENV{GAME_TEST_EXAMPLE}
        || "$top/build/modules/mod_game_example.so";
    $conf->{keys} = "$top/t/keys";
    $conf->{docs_dir} = "$top/docs";
    $conf->{store_dir} = "$top/store";
    campaigns("$top/t/conf/campaigns.conf", $conf->{store_dir});
    $conf->{db_password} = join '', map { sprintf '%08x', rand 2**32 } 1 .. 4;
    unlink "$top/t/conf/secrets.used";
    $conf->{db_conns} = $mpm eq 'prefork' ? 1 : 4;
    $conf->{httpd_conf} = "$top/t/conf/modules.list";
    save($conf->{httpd_conf}, answer("HTTPD=$conf->{httpd}"
        . " GAME_MODULES='$MODULES'"
        . " sh t/bin/server.sh modules $mpm $conf->{module_so}"
        . (-e $example ? " $example" : '')) . "\n");
    signing_key($conf->{keys});
    $pg{keep} = $steps && !$opts->{'stop-httpd'};
    my $dir = database($conf);
    save($mark, "$dir\n");
    redis($conf, $dir);
}

# Apache::TestServer forks and leaves through CORE::exit: only the owner
# cleans up, and the exit status is kept.
END {
    if ($pg{dir} && $pg{owner} == $$ && !$pg{keep}) {
        local $?;
        system('sh', 't/bin/server.sh', 'pg-stop', $pg{dir}, 'immediate');
        system('sh', 't/bin/server.sh', 'redis-stop', $pg{dir});
        File::Path::remove_tree($pg{dir});
    }
}

1;
