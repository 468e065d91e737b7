# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# A server of its own for suites of campaigns, beside the one that all suites
# share: with a database of its own, so that no other worker takes its steps,
# and a provider of game configurations that does what a run's theme says.
#
#   my $site = Game::CampaignSite->start(workers => 4, lines => $more);
#   my $run = $site->trigger(theme => 'wait 3 one');
#   $site->wait_run($run);
package Game::CampaignSite;

use strict;
use warnings FATAL => 'all';

use Digest::SHA ();
use File::Find ();
use File::Path ();
use Game::Test ();
use IO::Socket::INET ();
use Time::HiRes ();

sub spew {
    my ($file, $text, $mode) = @_;
    open my $out, '>', $file or die "$file: $!";
    print $out $text;
    close $out or die "$file: $!";
    chmod $mode, $file if $mode;
}

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar <$in>;
}

# What the provider does: a line for each begin and end of a call, one for
# each that says what was wrong before, and in between what the theme says:
# "wait SECONDS ...", "fail ...", "junk ..." is no JSON, "empty ..." nothing,
# "bad ..." an invalid config, "once ..." the same until it is told; anything
# else goes well.
my $PROVIDER = <<'PERL';
use strict;
use warnings FATAL => 'all';
use JSON::PP;
my ($calls) = @ARGV;
my $in = JSON::PP->new->utf8->decode(do { local $/; <STDIN> });
sub note {
    open my $out, '>>', $calls or die $!;
    syswrite $out, sprintf "%s %d %s\n", $_[0], time, $in->{theme};
}
note('begin');
note('again') if $in->{previous_issues};
select undef, undef, undef, $1 if $in->{theme} =~ /^wait ([\d.]+) /;
exit 3 if $in->{theme} =~ /^fail /;
my %volume = (volume => 0.5);
my $config = {
    template_id => $in->{template_id}, version => '1.0.0',
    settings => { duration_sec => 30, locale => 'en', difficulty => {
        %{$in->{difficulty}}, parameters => {} } },
    visuals => { theme => $in->{theme}, assets => {}, animations => {},
        colors => { primary => '#111111', secondary => '#222222',
                    accent => '#333333', background => '#444444' } },
    audio => { bgm => { enabled => JSON::PP::true, volume => 0.5,
                        loop => JSON::PP::true },
               sfx => { win => {%volume}, lose => {%volume} } },
    mechanics => { type => $in->{template_id} },
    copy => { title => 'Title', instructions => 'Play', win_message => 'Won',
              lose_message => 'Lost' } };
delete $config->{mechanics} if $in->{theme} =~ /^bad /
    || $in->{theme} =~ /^once / && !$in->{previous_issues};
print $in->{theme} =~ /^junk / ? 'Here is your config: {'
    : $in->{theme} =~ /^empty / ? ''
    : JSON::PP->new->utf8->canonical->encode($config);
note('end');
PERL

# ---- the server ----

sub start {
    my ($class, %opt) = @_;
    my $vars = Game::Test::vars();
    my $name = $opt{name} || 'campaigns';
    my $dir = "$vars->{t_logs}/$name";
    my $self = bless { dir => $dir, name => $name, vars => $vars,
        keys => {}, lines => $opt{lines} || '', workers => $opt{workers} || 2,
        store => "$dir/store", calls => "$dir/calls" }, $class;
    File::Path::remove_tree($dir);
    File::Path::make_path($dir);
    Game::Test::sql("set client_min_messages = warning;
        drop database if exists $name with (force)", 'postgres');
    Game::Test::sql("create database $name template template0", 'postgres');
    local $ENV{DATABASE} = $name;
    local @ENV{qw(PGHOST PGPORT PGUSER)} = ($vars->{pg_host}, 5432, 'game');
    system("sh $vars->{top_dir}/sql/migrate.sh >$dir/migrate.log") == 0
        or die 'it cannot be migrated';
    $vars->{"${name}_port"} = free_port();     # where api() finds it
    spew("$dir/provider.pl", $PROVIDER);
    spew($self->{calls}, '');
    $self->configure;
    $self->httpd_start;
    return $self;
}

sub free_port {
    my $probe = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        or die "no port: $!";
    return $probe->sockport;
}

sub configure {
    my ($self) = @_;
    my ($vars, $dir) = @$self{qw(vars dir)};
    my $port = $vars->{"$self->{name}_port"};
    spew("$dir/httpd.conf", <<"CONF");
ServerRoot "$dir"
DefaultRuntimeDir "$dir"
PidFile "$dir/httpd.pid"
ErrorLog "$dir/error_log"
LogLevel info
ServerName 127.0.0.1
Listen 127.0.0.1:$port
TypesConfig /dev/null
Include "$vars->{t_conf}/modules.list"
<IfModule !mpm_prefork_module>
    ServerLimit 1
    StartServers 1
    ThreadsPerChild 8
    MaxRequestWorkers 8
</IfModule>
DBDriver pgsql
DBDParams "host=$vars->{pg_host} port=5432 dbname=$self->{name} user=game"
DBDMin 1
DBDKeep 1
DBDMax 1
GameLimits Off
GameCampaigns On
GameCampaignStoreRoot "$self->{store}"
GameCampaignTemplates "$vars->{top_dir}/mod_game/campaigns/templates"
GameCampaignWorkflows "$vars->{top_dir}/mod_game/campaigns/workflows"
GameCampaignWorkers $self->{workers}
GameCampaignLeaseSeconds 5
GameCampaignConfigProvider suite timeout=20 $^X "$dir/provider.pl" "$self->{calls}"
$self->{lines}
<Location "/api/v1">
    GameEngine On
    Require game-access
</Location>
<Location "/metrics">
    SetHandler game-metrics
    Require local
</Location>
CONF
}

sub httpd_start {
    my ($self) = @_;
    system($self->{vars}{httpd}, '-f', "$self->{dir}/httpd.conf", '-k',
           'start') == 0 or die "httpd: $?";
    Game::Test::wait_for(sub { $self->worker })
        or die 'there is no worker';
}

sub parent {
    my ($self) = @_;
    my ($pid) = slurp("$self->{dir}/httpd.pid") =~ /(\d+)/;
    return $pid;
}

# A signal for httpd, and the worker that begins then.
sub signal {
    my ($self, $signal) = @_;
    my $old = $self->worker || 0;
    kill $signal, $self->parent or die "kill: $!";
    return Game::Test::wait_for(sub {
        my $new = $self->worker;
        return $new && $new != $old && $new;
    });
}

# Ends httpd; answers how many seconds that took.
sub stop {
    my ($self, $signal) = @_;
    my $pid = $self->parent or return;
    my $worker = $self->worker;
    my $begin = Time::HiRes::time();
    kill $signal || 'TERM', $pid;
    Game::Test::wait_for(sub {
        !kill(0, $pid) && !($worker && kill 0, $worker) })
        or die 'httpd does not end';
    return Time::HiRes::time() - $begin;
}

sub log { slurp("$_[0]{dir}/error_log") }

# The process id of the worker that has begun and is there; or nothing.
sub worker {
    my ($self) = @_;
    my ($pid) = reverse $self->log =~ m{GAME0710: worker [^/]*/(\d+)/}g;
    return $pid && kill(0, $pid) && $pid;
}

# ---- runs ----

sub sql {
    my ($self, $text) = @_;
    return Game::Test::sql($text, $self->{name});
}

# api() of this server, as a client of it.
sub api {
    my ($self, $method, $path, $body, %opt) = @_;
    my $client = delete $opt{client} || 'client';
    $self->{keys}{$client}
        ||= $self->sql("select game.create_key('$client')");
    return Game::Test::api($method, $path, $body, %opt,
        key => $self->{keys}{$client}, at => $self->{name});
}

sub payload {
    my (%opt) = @_;
    my $audio = { style => { genre => 'electronic' }, duration_sec => 5,
                  exists $opt{seed} ? (seed => delete $opt{seed}) : () };
    return {
        campaign_id => 'c', template_id => 'spin_wheel', theme => 'neon',
        difficulty => 'easy', audio => $audio,
        intro_video_uri => 'https://x.example/intro.mp4',
        outcome_win_uri => 'https://x.example/w.mp4',
        outcome_lose_uri => 'https://x.example/l.mp4', %opt };
}

# trigger MEMBER => VALUE, ... of the payload; seed of the music; client.
# Answers the id of the run.
sub trigger {
    my ($self, %opt) = @_;
    my @client = map { $_ => delete $opt{$_} } grep { $opt{$_} } 'client';
    my ($status, $body);
    for (1 .. 20) {     # while its pool finds a database that was gone
        ($status, $body) = $self->api(POST =>
            '/workflows/campaign.build.minimal/trigger', payload(%opt),
            @client);
        last if $status != 503;
        Time::HiRes::sleep(0.5);
    }
    die "no run: $status " . Game::Test::json($body) if $status != 202;
    return $body->{runId};
}

# Waits for the end of runs; answers their statuses, each with how many.
sub wait_runs {
    my ($self, $seconds, @runs) = @_;
    my $list = join ',', map { "'$_'" } @runs;
    Game::Test::wait_for(sub { !$self->sql("select 1 from campaigns.runs
        where id in ($list) and completed_at is null limit 1") },
        $seconds);
    return join ' ', $self->sql("select status || ':' || count(*)
        from campaigns.runs where id in ($list) group by status
        order by status");
}

# "step status attempt" of a run's steps, in order; c behind a cache hit, and
# the code of an error.
sub steps {
    my ($self, $run) = @_;
    return $self->sql("select concat_ws(' ', step_id, status
        || case when cache_hit then '(c)' else '' end, attempt,
           error ->> 'code') from campaigns.run_steps where run_id = '$run'
        order by ordinal");
}

# What is wrong with runs that have ended: leases, steps that were done
# twice, or were done again after they were done.
sub faults {
    my ($self) = @_;
    return (
        $self->sql("select 'lease ' || id from campaigns.run_steps
            where lease_owner is not null and status <> 'running'"),
        $self->sql("select 'twice ' || run_id || ' ' || (data ->> 'stepId')
              from campaigns.run_events
             where kind = 'step' and data ->> 'status' = 'completed'
             group by run_id, data ->> 'stepId' having count(*) > 1"),
        $self->sql("select 'again ' || e.run_id || ' '
                           || (e.data ->> 'stepId')
              from campaigns.run_events e
              join campaigns.run_events d on d.run_id = e.run_id
               and d.kind = 'step' and d.seq < e.seq
               and d.data ->> 'stepId' = e.data ->> 'stepId'
               and d.data ->> 'status' = 'completed'
             where e.kind = 'step' and e.data ->> 'status' = 'running'"),
        $self->sql("select 'artifacts ' || s.run_id || ' ' || s.step_id
              from campaigns.run_steps s
             where s.status = 'completed' and (select count(*)
                   from campaigns.artifacts a where a.run_id = s.run_id
                    and a.step_id = s.step_id) <> 1"));
}

# begins and ends of the provider for a theme; or other words
sub calls {
    my ($self, $theme, @words) = @_;
    my $text = slurp($self->{calls});
    return map { my $word = $_;
        scalar(() = $text =~ /^$word \d+ \Q$theme\E$/mg) }
        @words ? @words : qw(begin end);
}

# ---- files ----

sub path_of {
    my ($self, $uri) = @_;
    $uri =~ s{^/campaign-assets}{$self->{store}};
    $uri =~ s{/$}{};
    return $uri;
}

# The hash of a file; of a folder that of its files, as campaigns.md 4.3 has
# it.
sub hash_of {
    my ($path) = @_;
    return Digest::SHA::sha256_hex(slurp($path)) if -f $path;
    my @files;
    File::Find::find({ no_chdir => 1, wanted => sub {
        push @files, substr $_, 1 + length $path if -f } }, $path);
    my $list = join '', map { my $bytes = slurp("$path/$_");
        Digest::SHA::sha256_hex($bytes) . '  ' . length($bytes) . "  $_\n" }
        grep { $_ ne 'bundle_manifest.json' } sort @files;
    return Digest::SHA::sha256_hex($list);
}

# type => "sha256:..." of a run's artifacts, as rows and as files have it.
sub artifacts {
    my ($self, $run) = @_;
    my (%row, %file);
    for ($self->sql("select a.type || '|' || a.uri || '|' || a.content_hash
              from campaigns.run_steps s
             cross join jsonb_array_elements_text(s.output_artifact_ids) x
              join campaigns.artifacts a on a.id = x::uuid
             where s.run_id = '$run'")) {
        my ($type, $uri, $hash) = split /\|/;
        $row{$type} = $hash;
        $file{$type} = 'sha256:' . hash_of($self->path_of($uri));
    }
    return (\%row, \%file);
}

1;
