# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Custom strategies for the suites: programs in few words, definitions and
# games that use them, and what the database keeps of their runs.
#
#   my $realm = realm();
#   my $id = published($realm, flat(5, 'Five'));
#   my ($game, $task) = game_of($realm, $id);
#
package Game::Strategies;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::Test;

our @EXPORT = qw(realm lit field arith compare assign rule keep flat program
    custom published fork_of assigned game_of statuses books runs counts
    counted configure);

# ---- programs ----

sub lit     { return { type => 'literal', value => $_[0] } }
sub field   { return { type => 'field', path => $_[0] } }
sub expr    { return ref $_[0] eq 'HASH' ? $_[0] : lit($_[0]) }
sub arith   { return { type => 'arith', op => $_[0], left => expr($_[1]),
                       right => expr($_[2]) } }
sub compare { return { %{arith(@_)}, type => 'compare' } }
sub assign  { return { type => 'assign_points', value => expr($_[0]),
                       case_name => $_[1] } }
sub rule    { my ($when, @then) = @_;
              return { type => 'rule', when => $when, then => \@then } }
sub keep    { return { type => 'set_callback_data', key => $_[0],
                       value => expr($_[1]) } }
sub program { return { type => 'program', rules => [], @_ } }
sub flat    { return program(default => assign(@_)) }

# ---- definitions ----

# A key in a realm of its own: options for api() as its client, and as the
# administrator who may publish there.
my $admin;
sub realm {
    my $key = new_key(@_);
    $admin ||= token(-admin => 1);
    return { as => [key => $key], admin => [key => $key, bearer => $admin],
             id => (split /\./, $key)[0] };
}

sub good {
    my ($what, $status, $body, $response) = @_;
    die "$what: " . $response->as_string if $status !~ /^20[01]$/;
    return $body;
}

# A new family's draft: its id. More members of the body may follow.
sub custom {
    my ($realm, $ast, %more) = @_;
    return good('custom', api POST => '/strategies/custom',
        { name => uniq('s'), astJson => $ast, %more }, @{$realm->{as}})->{id};
}

sub publish {
    my ($realm, $id) = @_;
    good('publish', api POST => "/strategies/custom/$id/publish", undef,
         @{$realm->{admin}});
    return $id;
}

sub published { return publish($_[0], custom(@_)) }

# The next version of a published definition, a draft: its id.
sub fork_of {
    my ($realm, $id, $ast) = @_;
    return good('fork', api PUT => "/strategies/custom/$id",
                { astJson => $ast }, @{$realm->{as}})->{id};
}

# ---- games ----

# A game with one task that follows it.
sub game_of {
    my ($realm, $id, %more) = @_;
    return new_game(@{$realm->{as}}, strategy => "custom:$id", %more);
}

# What games and tasks of a realm name, without repetitions.
sub assigned {
    my ($realm) = @_;
    return sql("select distinct x.id from (
        select strategy_id as id, key_prefix from game.games
        union all
        select t.strategy_id, g.key_prefix from game.tasks t
          join game.games g on g.id = t.game_id) x
        where x.key_prefix = '$realm->{id}' and x.id like 'custom:%'");
}

# Statuses of a burst's answers: "200:3 422:1".
sub statuses {
    my %n;
    $n{$_->[0]}++ for @_;
    return join ' ', map { "$_:$n{$_}" } sort keys %n;
}

# ---- runs ----

# All tables but those of the execution log, which is written later.
sub books {
    my $all = snapshot();
    delete @$all{grep { /^strategy_(?:runs|counts)$/ } keys %$all};
    return $all;
}

# Columns of the kept rows of a version, oldest first.
sub runs {
    my ($id, $columns) = @_;
    return sql("select $columns from game.strategy_runs
        where strategy_id = '$id' order by created_at, id");
}

# All runs of a version: "ok::Five:3 error:DSL_ARITH_DIV_BY_ZERO::1".
sub counts {
    my ($id) = @_;
    return join ' ', sql("select concat_ws(':', status, error_code,
        case_name, sum(n)) from game.strategy_counts
        where strategy_id = '$id' group by status, error_code, case_name
        order by status desc, error_code, case_name");
}

# Waits for what counts() answers; answers what it is at last.
sub counted {
    my ($id, $want) = @_;
    my $is;
    wait_for(sub { ($is = counts($id)) eq $want });
    return $is;
}

# ---- the server's configuration ----

# Those that serve: the worker of campaigns is another process.
sub children {
    open my $in, '<', vars()->{t_pid_file} or die "no pid file: $!";
    chomp(my $pid = <$in>);
    return map { /(\d+)/ } grep { !/game-/ } `ps --ppid $pid -o pid=,comm=`;
}

# Runs httpd with more lines at the end of the suites' configuration; none:
# as it was. Old children end gracefully, and are waited for: until then they
# take connections. A suite that ends leaves it as it was.
my ($file, $text, $changed);
END { local $?; configure() if $changed }
sub configure {
    my (@lines) = @_;
    $changed = @lines > 0;
    $file = vars()->{t_conf} . '/suites.conf';
    if (!defined $text) {
        open my $in, '<', $file or die "$file: $!";
        $text = do { local $/; <$in> };
    }
    open my $out, '>', $file or die "$file: $!";
    print $out join "\n", $text, @lines, '';
    close $out or die "$file: $!";
    my %old = map { $_ => 1 } children();
    return httpd_graceful()
        && wait_for(sub { !grep { $old{$_} } children() });
}

1;
