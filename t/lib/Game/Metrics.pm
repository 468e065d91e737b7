# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Reads the text format of Prometheus, strictly, and compares scrapes.
#
#   my $before = scrape();
#   ...
#   is since($before, 'http_requests_total', method => 'GET'), 3;
#
package Game::Metrics;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::Test;

our @EXPORT = qw(metrics_text parse_metrics scrape value since becomes
                 promtool promtool_rules);

my $NAME = qr/[a-zA-Z_:][a-zA-Z0-9_:]*/;
my $LABEL = qr/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/;
my $NUMBER = qr/-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|\+Inf|NaN/;

# On a connection of its own: the suites restart the server.
sub metrics_text {
    my ($answer) = burst([GET => '~/metrics', undef, key => undef]);
    die "metrics: $answer->[0]\n" if $answer->[0] != 200;
    return $answer->[2]->content;
}

# The name of a sample's family.
sub family_of {
    my ($families, $name) = @_;
    return $name if $families->{$name}
        && ($families->{$name}{type} || '') =~ /^(?:counter|gauge)$/;
    my ($base, $suffix) = $name =~ /^(.*)_(bucket|sum|count)$/ or return;
    my $family = $families->{$base} or return;
    return if $suffix eq 'bucket' && $family->{type} ne 'histogram';
    return $family->{type} =~ /^(?:histogram|summary)$/ ? $base : undef;
}

# The labels of a sample as a hash; undef: malformed.
sub labels_of {
    my ($text) = @_;
    my %labels;
    while (length $text) {
        $text =~ s/^$LABEL(?:,|$)// or return;
        return if exists $labels{$1};
        $labels{$1} = $2;
    }
    return \%labels;
}

sub key { my ($labels) = @_;
          return join ',', map { "$_=$labels->{$_}" } sort keys %$labels }

# Buckets grow, end with +Inf, and that is the count.
sub histogram_faults {
    my ($name, $samples) = @_;
    my (%series, @faults);
    for my $sample (@$samples) {
        my %labels = %{$sample->{labels}};
        my $le = delete $labels{le};
        my $own = $series{key(\%labels)} ||= { buckets => [] };
        if ($sample->{name} eq "${name}_bucket") {
            push @{$own->{buckets}}, [$le, $sample->{value}];
        }
        else {
            $own->{$sample->{name}} = $sample->{value};
        }
    }
    for my $key (sort keys %series) {
        my ($own, @edges) = ($series{$key});
        my ($edge, $count) = (-1, 0);
        for (@{$own->{buckets}}) {
            my $next = $_->[0] eq '+Inf' ? 9**9**9 : $_->[0];
            push @faults, "$name {$key}: bucket $_->[0]"
                if !($next > $edge) || $_->[1] < $count;
            ($edge, $count) = ($next, $_->[1]);
        }
        push @faults, "$name {$key}: no +Inf" if $edge < 9**9**9;
        push @faults, "$name {$key}: +Inf is not the count"
            if !defined $own->{"${name}_count"}
            || $own->{"${name}_count"} != $count
            || !defined $own->{"${name}_sum"};
    }
    return @faults;
}

# Families by name ({type, help, samples}), and what is wrong with the text.
sub parse_metrics {
    my ($text) = @_;
    my (%families, %seen, %ended, @faults);
    my $open = '';
    push @faults, 'no line end at the end' if $text !~ /\n\z/;
    for my $line (split /\n/, $text) {
        if ($line =~ /^# HELP ($NAME) \S/) {
            push @faults, "twice: $line" if $families{$1};
            $families{$1} = { help => 1, samples => [] };
        }
        elsif ($line =~ /^# TYPE ($NAME) (counter|gauge|histogram|summary)$/) {
            push @faults, "TYPE without HELP: $line" if !$families{$1}
                || $families{$1}{type};
            $families{$1}{type} = $2;
            $ended{$open} = 1;
            push @faults, "$1 comes twice" if $ended{$1};
            $open = $1;
        }
        elsif ($line =~ /^($NAME)(?:\{(.*)\})? ($NUMBER)$/) {
            my ($name, $value) = ($1, $3);
            my $labels = labels_of(defined $2 ? $2 : '');
            my $family = family_of(\%families, $name);
            if (!$labels || !defined $family || $family ne $open) {
                push @faults, "out of place or malformed: $line";
                next;
            }
            push @faults, "twice: $line" if $seen{$name . key($labels)}++;
            push @faults, "a counter below zero: $line"
                if $families{$family}{type} ne 'gauge' && $value < 0;
            push @{$families{$family}{samples}},
                { name => $name, labels => $labels, value => $value };
        }
        else {
            push @faults, "no line of the format: $line";
        }
    }
    for my $name (sort keys %families) {
        my $family = $families{$name};
        push @faults, "$name: no TYPE" if !$family->{type};
        push @faults, "$name: a counter that is not called _total"
            if ($family->{type} || '') eq 'counter' && $name !~ /_total$/;
        push @faults, histogram_faults($name, $family->{samples})
            if ($family->{type} || '') eq 'histogram';
    }
    return (\%families, @faults);
}

# All samples of now.
sub scrape {
    my ($families, @faults) = parse_metrics(metrics_text());
    die join "\n", 'malformed metrics', @faults, '' if @faults;
    return [map { @{$_->{samples}} } values %$families];
}

# The sum over the samples of a name that have the labels.
sub value {
    my ($samples, $name, %labels) = @_;
    my $sum = 0;
    for my $sample (grep { $_->{name} eq $name } @$samples) {
        my $own = $sample->{labels};
        $sum += $sample->{value} if !grep {
            !defined $own->{$_} || $own->{$_} ne $labels{$_} } keys %labels;
    }
    return $sum;
}

# What came since a scrape.
sub since {
    my ($before, $name, %labels) = @_;
    return value(scrape(), $name, %labels) - value($before, $name, %labels);
}

# since(), waited for: a request is counted after its answer is sent.
sub becomes {
    my ($want, $before, $name, %labels) = @_;
    my $is;
    wait_for(sub { ($is = since($before, $name, %labels)) >= $want });
    return $is;
}

# What promtool has to say; undef when it is not installed.
sub has_promtool { return grep { -x "$_/promtool" } split /:/, $ENV{PATH} }

sub promtool_rules {
    my ($file) = @_;
    return has_promtool() ? scalar `promtool check rules $file 2>&1` : undef;
}

sub promtool {
    my ($text) = @_;
    return if !has_promtool();
    my $file = vars()->{t_logs} . '/metrics.prom';
    open my $out, '>', $file or die "$file: $!";
    print $out $text;
    close $out or die "$file: $!";
    my $said = `promtool check metrics < $file 2>&1`;
    return $? ? "$?: $said" : $said;
}

1;
