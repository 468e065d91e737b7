# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# What the suites of the database of campaigns share: a migrated database of
# their own, that no server looks at, and what a worker does in it.
package Game::Campaigns;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::Test;

use IPC::Open2 qw(open2);
use JSON::PP ();
use Test::More ();

our @EXPORT = qw(begin_database end_database db one call prepared refused
    quoted decoded vectors uuid steps create claim finish artifact fault drain
    run_status states sound $T $OTHER $EMPTY);

our $T = 'gme_live_aaaaaaaa';           # a tenant
our $OTHER = 'gme_live_bbbbbbbb';
our $EMPTY
    = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

my $JSON = JSON::PP->new->canonical->allow_nonref;
my ($database, %session);

sub begin_database {
    ($database) = @_;
    sql("set client_min_messages = warning;
        drop database if exists $database with (force)");
    sql("create database $database");
    local @ENV{qw(PGHOST PGPORT PGUSER DATABASE)}
        = (vars()->{pg_host}, 5432, 'game', $database);
    my $said = qx(sh sql/migrate.sh 2>&1);
    Test::More::is($?, 0, 'the migrations') or die $said;
}

sub end_database {
    %session = ();
    sql("drop database $database with (force)");
}

# A psql that stays, one of each process.
sub session {
    return $session{$$} if $session{$$};
    local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)}
        = (vars()->{pg_host}, 5432, 'game', $database);
    open2(my $out, my $in, 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1');
    binmode $_, ':utf8' for $out, $in;
    $in->autoflush(1);
    %session = ($$ => [$out, $in]);
    return $session{$$};
}

# Runs SQL; rows as lines, columns between "|".
sub db {
    my ($text) = @_;
    my ($out, $in) = @{session()};
    my @lines;
    print $in "$text;\n\\echo =end=\n";
    while (1) {
        my $line = <$out>;
        if (!defined $line) {
            delete $session{$$};
            die "SQL failed: $text\n";
        }
        chomp $line;
        last if $line eq '=end=';
        push @lines, $line;
    }
    return @lines;
}

sub one { return (db($_[0]))[0] }
sub decoded { return $JSON->decode($_[0]) }

# A text as SQL writes it; data as JSON.
sub quoted {
    my ($value) = @_;
    return 'null' if !defined $value;
    $value = $JSON->encode($value) if ref $value;
    $value =~ s/'/''/g;
    return "'$value'";
}

sub columns { return map { [split /\|/, $_, -1] } @_ }

# A call of a function of campaigns: its rows, nulls as ''; as a scalar the
# first one.
sub call {
    my ($function, @args) = @_;
    my @rows = columns(db("select * from campaigns.$function("
                          . join(', ', map { quoted($_) } @args) . ')'));
    return wantarray ? @rows : $rows[0];
}

# The same of a statement of sql/statements/campaign_*.sql.
sub prepared {
    my ($name, @values) = @_;
    open my $in, '<', "sql/statements/campaign_$name.sql" or die "$name: $!";
    my $text = join '', grep { !/^--/ } <$in>;
    my @rows = columns(db("prepare s as $text; execute s("
        . join(', ', map { quoted($_) } @values) . '); deallocate s'));
    return wantarray ? @rows : $rows[0];
}

# Whether SQL is refused, and with which state.
sub refused {
    my ($text, $state) = @_;
    return one("do \$do\$ begin
        begin $text; raise 'went through';
        exception when sqlstate '$state' then null; end;
        end \$do\$; select 'refused'") eq 'refused';
}

sub uuid {
    open my $in, '<:raw', '/dev/urandom' or die "random: $!";
    read $in, my $bytes, 16;
    return join '-', unpack 'H8 H4 H4 H4 H12', $bytes;
}

sub vectors {
    my ($name) = @_;
    my $file = vars()->{t_dir} . "/vectors/campaign-$name-open.json";
    open my $in, '<', $file or die "$file: $!";
    return decoded(do { local $/; <$in> });
}

# ---- runs ----

# A graph ([step id, [dependencies]], ...) as run_create wants it.
sub steps {
    my ($graph, %o) = @_;
    return [map { my ($id, $deps) = @$_; {
        stepId => $id, skillId => "skill_$id", dependsOn => $deps,
        inputHash => $EMPTY, cached => JSON::PP::true,
        reused => $o{reused}{$id} ? JSON::PP::true : JSON::PP::false }
    } @$graph];
}

my @minimal = (['game_config', []], ['bgm', []],
               ['bundle_game', ['game_config', 'bgm']],
               ['manifest', ['bundle_game']]);

# run_create: [outcome, id, created, run]. Without a graph, the minimal
# workflow.
sub create {
    my (%o) = @_;
    my $change = $o{base} ? { type => 'audio.update' } : undef;
    my $payload = { campaign_id => $o{campaign} || 'camp', %{$o{more} || {}} };
    return scalar call('run_create', $o{tenant} || $T, $o{admin} || 'f',
        $o{key}, $o{hash}, uuid(), $o{workflow} || 'campaign.build.minimal',
        '1.0.0', $payload, $o{base}, $change, $o{row}, $o{row_version},
        undef, undef, { refs => {}, artifacts => {} },
        steps($o{graph} || \@minimal, %o));
}

# A claimed step: [step, lease, run, tenant, step id, ...]; undef for none.
sub claim {
    my ($worker, $seconds) = @_;
    return scalar call('claim', $worker || 'w', $seconds || 60, 1);
}

sub artifact {
    my ($name, %o) = @_;
    return { id => uuid(), type => "x/$name", uri => "/a/$name",
             contentHash => 'sha256:' . 'ab' x 32, sizeBytes => 3, %o };
}

sub fault {
    my ($code) = @_;
    return { code => $code, message => "it was $code", attempt => 1,
             timestamp => '2026-02-03T00:00:00.000Z' };
}

# step_finish of a claimed step: [outcome, run, status, released, campaign].
# "failed" has an error alone, what else it is told is for other ends.
sub finish {
    my ($row, $status, %o) = @_;
    my $failed = $status eq 'failed';
    return scalar call('step_finish', @$row[0, 1], $status,
        $o{artifacts} || [], $o{cache},
        $failed ? undef : $o{data} || { of => $row->[4] },
        $failed ? fault($o{error}) : undef, $o{scope}, $o{ttl} || 0,
        $o{context});
}

# Claims and completes all there is: the names in their order.
sub drain {
    my @names;
    while (my $row = claim('drain')) {
        push @names, $row->[4];
        finish($row, 'completed', artifacts => [artifact($row->[4])]);
    }
    return @names;
}

sub run_status {
    return one("select status from campaigns.runs where id = '$_[0]'");
}

# Step id => 'status', with the code of its error or "hit".
sub states {
    return { map { split /=/, $_, 2 } db("select step_id || '=' || status
        || coalesce(' ' || (error ->> 'code'), '')
        || case when cache_hit then ' hit' else '' end
        from campaigns.run_steps where run_id = '$_[0]'") };
}

# What must hold of all runs, whatever happened.
sub sound {
    my ($what) = @_;
    Test::More::is(join(',', db("select r.id from campaigns.runs r
        where campaigns.is_final(r.status) <> not exists (
              select from campaigns.run_steps s where s.run_id = r.id
                 and s.status in ('pending', 'running'))
           or r.status = 'completed' and exists (
              select from campaigns.run_steps s where s.run_id = r.id
                 and not campaigns.ended_well(s.status, s.cache_hit))
           or exists (
              select from campaigns.run_steps s
               where s.run_id = r.id and s.status = 'pending'
                 and s.deps_remaining <> (
                     select count(*) from campaigns.run_steps d
                      where d.run_id = r.id
                        and d.step_id = any (s.depends_on)
                        and not campaigns.ended_well(d.status,
                                                     d.cache_hit)))")),
        '', "runs and steps agree: $what");
}

1;
