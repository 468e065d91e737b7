# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Holds answers against the server's own API document: whether the status,
# the type and every member of a body are in it. Game::Test asks for each
# answer of each suite; a suite with a fault ends with a status of its own.
#
# Stricter than JSON Schema where the document lists members: others are
# faults.
package Game::OpenApi;

use strict;
use warnings FATAL => 'all';

use B ();
use JSON::PP ();
use LWP::UserAgent ();

our $BASE = '/api/v1';
my $MOST = 50;                  # elements of a list that are looked at

my ($document, @paths, @faults);
my $examined = 0;
my $owner = $$;

# The document of the server at a port.
sub document {
    my ($port) = @_;
    return $document ||= do {
        my $response = LWP::UserAgent->new(timeout => 30)
            ->get("http://127.0.0.1:$port/openapi.json");
        $response->is_success
            or die 'no document: ' . $response->status_line . "\n";
        JSON::PP->new->utf8->decode($response->content);
    };
}

# What was wrong until now, and how many answers were looked at.
sub faults { return @faults }
sub examined { return $examined }
# For a test of this file itself.
sub forget { @faults = () }

END {
    if ($$ == $owner && @faults) {
        my %once;
        print STDERR map { "# not as /openapi.json has it: $_\n" }
            grep { !$once{$_}++ } @faults;
        $? ||= 99;
    }
}

# ---- schemas ----

sub resolve {
    my ($schema) = @_;
    while (ref $schema eq 'HASH' && defined $schema->{'$ref'}) {
        my $at = $document;
        $at = $at->{$_} for split m{/}, $schema->{'$ref'} =~ s{^#/}{}r;
        defined $at or die "nothing at $schema->{'$ref'}\n";
        $schema = $at;
    }
    return $schema;
}

# The JSON type of a decoded value.
sub kind {
    my ($value) = @_;
    return 'null' if !defined $value;
    return 'boolean' if JSON::PP::is_bool($value);
    return 'object' if ref $value eq 'HASH';
    return 'array' if ref $value eq 'ARRAY';
    my $flags = B::svref_2object(\$value)->FLAGS;
    return 'string' if $flags & B::SVf_POK && $value !~ /^-?\d{17,}$/;
    return $flags & B::SVf_NOK && !($flags & B::SVf_IOK) ? 'number'
         : 'integer';
}

my %format = (
    uuid => qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/,
    'date-time' => qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?
                      (?:Z|[-+]\d\d:\d\d)\z/x,
);

sub check_string {
    my ($schema, $value, $at) = @_;
    my $size = length $value;
    my $form = $format{$schema->{format} || ''};
    my @wrong;
    push @wrong, "$at: shorter than $schema->{minLength}"
        if $size < ($schema->{minLength} || 0);
    push @wrong, "$at: longer than $schema->{maxLength}"
        if defined $schema->{maxLength} && $size > $schema->{maxLength};
    push @wrong, "$at: not like $schema->{pattern}"
        if defined $schema->{pattern} && $value !~ /$schema->{pattern}/;
    push @wrong, "$at: no $schema->{format}" if $form && $value !~ $form;
    return @wrong;
}

sub check_object {
    my ($schema, $value, $at) = @_;
    my $members = $schema->{properties} or return;
    my @wrong = map { "$at: no member $_" }
        grep { !exists $value->{$_} } @{$schema->{required} || []};
    for my $name (sort keys %$value) {
        push @wrong, $members->{$name}
            ? check($members->{$name}, $value->{$name}, "$at.$name")
            : "$at: member $name is not in the document";
    }
    return @wrong;
}

sub check_array {
    my ($schema, $value, $at) = @_;
    my $last = @$value > $MOST ? $MOST - 1 : $#$value;
    my @wrong = map { check($schema->{items} || {}, $value->[$_], "$at\[]") }
        0 .. $last;
    push @wrong, "$at: more than $schema->{maxItems}"
        if defined $schema->{maxItems} && @$value > $schema->{maxItems};
    return @wrong;
}

# check SCHEMA, VALUE, PLACE -> what is wrong, a sentence each
sub check {
    my ($schema, $value, $at) = @_;
    $schema = resolve($schema);
    my $kind = kind($value);
    my @wrong = map { check($_, $value, $at) } @{$schema->{allOf} || []};
    if (my $any = $schema->{anyOf}) {
        my @tries = map { [check($_, $value, $at)] } @$any;
        push @wrong, map { @$_ } @tries if !grep { !@$_ } @tries;
    }
    if (defined(my $types = $schema->{type})) {
        my @types = ref $types ? @$types : $types;
        return @wrong, "$at: $kind, not " . join ' or ', @types
            if !grep { $_ eq $kind || $_ eq 'number' && $kind eq 'integer' }
                @types;
    }
    my $text = defined $value && !ref $value ? "$value" : undef;
    push @wrong, "$at: none of the words" if $schema->{enum}
        && !grep { defined $_ ? defined $text && $text eq $_
                              : !defined $value } @{$schema->{enum}};
    push @wrong, "$at: not $schema->{const}" if defined $schema->{const}
        && !(defined $text && $text eq $schema->{const});
    push @wrong, $kind eq 'string' ? check_string($schema, $value, $at)
               : $kind eq 'object' ? check_object($schema, $value, $at)
               : $kind eq 'array'  ? check_array($schema, $value, $at) : ();
    if ($kind eq 'integer' || $kind eq 'number') {
        push @wrong, "$at: below the minimum"
            if defined $schema->{minimum} && $value < $schema->{minimum};
        push @wrong, "$at: above the maximum"
            if defined $schema->{maximum} && $value > $schema->{maximum};
    }
    return @wrong;
}

# ---- answers ----

# Templates as expressions, those with words before those with parameters.
sub paths {
    return @paths if @paths;
    for my $path (keys %{$document->{paths}}) {
        my $rank = join '', map { /^\{/ ? 1 : 0 } split m{/}, $path;
        my $form = join '/', map { /^\{/ ? '[^/]+' : quotemeta }
            split m{/}, $path;
        push @paths, [$rank, qr/^$form\z/, $path];
    }
    return @paths = sort { $a->[0] cmp $b->[0] } @paths;
}

# The operation of a request, or nothing when none is meant.
sub operation {
    my ($method, $path) = @_;
    $method = lc($method eq 'HEAD' ? 'GET' : $method);
    return if $path !~ s{^\Q$BASE\E(?=/)}{} || $path =~ m{//|/\z|%(?!20)}i;
    for my $try (paths()) {
        my $operation = $document->{paths}{$try->[2]}{$method};
        return ($operation, uc($method) . " $try->[2]")
            if $operation && $path =~ $try->[1];
    }
    return;
}

sub check_answer {
    my ($operation, $request, $response, $data) = @_;
    my $status = $response->code;
    my $answer = resolve($operation->{responses}{$status});
    return "status $status" if !$answer;
    return "$status: no X-Request-Id"  # httpd has a list of what goes with 304
        if !$response->header('X-Request-Id') && $status != 304;
    return if $request->method eq 'HEAD';
    return length $response->content ? "$status: a body" : ()
        if !$answer->{content};
    my ($type) = ($response->header('Content-Type') || '') =~ /^([^;]*)/;
    my $content = $answer->{content}{$type}
        or return "$status: content type $type";
    return $type eq 'application/json'
        ? check($content->{schema}, $data, $status) : ();
}

# examine PORT, REQUEST, RESPONSE, DATA: keeps what is wrong for the end.
sub examine {
    my ($port, $request, $response, $data) = @_;
    return if !$response->code || $response->header('Client-Warning');
    my $path = $request->uri->path;
    return if index $path, "$BASE/";
    document($port);
    my ($operation, $name) = operation($request->method, $path) or return;
    push @faults, map { "$name: $_" }
        check_answer($operation, $request, $response, $data);
    $examined++;
}

1;
