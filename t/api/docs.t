# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# /openapi.json against the route table, against itself and against what
# clients of the reference know; the pages that show it.

use strict;
use warnings FATAL => 'all';

use Game::OpenApi;
use Game::Test;
use HTTP::Request;
use HTTP::Response;
use JSON::PP;
use Test::More;

my ($status, $doc, $response) = api GET => '~/openapi.json', undef,
    key => undef;
is $status, 200, 'the document';
is $response->header('Content-Type'), 'application/json', 'is JSON';
is $doc->{openapi}, '3.1.0', 'OpenAPI 3.1';
is_deeply [@{$doc->{info}}{qw(title version)}], ['GAME', '1.3.000'],
    'says what it is of';
is $doc->{servers}[0]{url}, '/api/v1', 'and where, on whatever host';

# every $ref leads somewhere; one place resolves them for all that follows
sub at {
    my ($ref) = @_;
    my $at = $doc;
    $at = ref $at eq 'HASH' ? $at->{$_} : undef
        for split m{/}, $ref =~ s{^#/}{}r;
    return $at;
}
sub deref { return ref $_[0] && $_[0]{'$ref'} ? at($_[0]{'$ref'}) : $_[0] }
my (%refs, @bad);
sub walk {
    my ($node) = @_;
    if (ref $node eq 'HASH') {
        $refs{$node->{'$ref'}}++ if defined $node->{'$ref'};
        walk($_) for values %$node;
    }
    elsif (ref $node eq 'ARRAY') { walk($_) for @$node }
}
walk($doc);
is_deeply [grep { !ref at($_) } sort keys %refs], [], 'every $ref resolves';
for my $kind (qw(schemas parameters headers responses)) {
    my %used = map { $_ => 1 } map { m{^#/components/$kind/(.*)} }
        keys %refs;
    my @idle = grep { !$used{$_} } sort keys %{$doc->{components}{$kind}};
    @idle = grep { !/^(?:TooManyRequests|RateLimit-|Retry-After)/ } @idle;
    is_deeply \@idle, [], "all $kind are used";
}

# ---- routes ----

my %scheme = (key => { APIKeyHeader => [] },
    token => { CustomOAuth2AuthorizationCodeBearer => [] }, none => {});
my %ways = (NONE => [], OPEN => [qw(none key token)], BEARER => ['token'],
    map { $_ => [qw(key token)] } qw(EITHER BEARER_ADMIN KEYED CTX_ADMIN
                                        ADMIN));
my %operations;
while (my ($path, $methods) = each %{$doc->{paths}}) {
    $operations{uc($_) . " $path"} = $methods->{$_} for keys %$methods;
}
for my $route (routes()) {
    my $name = "$route->{method} $route->{path}";
    my $op = delete $operations{$name};
    ok $op, "$name is there" or next;
    is $op->{operationId}, $route->{operation}, 'by its name';
    is_deeply $op->{security}, [map { $scheme{$_} }
        @{$ways{$route->{access}}}], 'who may call';
    is !!$op->{requestBody}, !!$route->{body}, 'whether it has a body';
    my @segments = $route->{path} =~ /\{(\w+)\}/g;
    my @declared = map { $_->{name} } grep { $_->{in} eq 'path' }
        map { deref($_) } @{$op->{parameters}};
    is_deeply \@declared, \@segments, 'its path parameters';
    my %is = map { $_ => deref($op->{responses}{$_}) }
        keys %{$op->{responses}};
    my @good = grep { /^2/ } sort keys %is;
    is @good, 1, 'one status of success' if !$route->{campaigns};
    ok $good[0] == 204 || %{$is{$good[0]}{content}},
        'whose answer is described';
    my @plain = grep { my $type = $_; my $content =
        $is{$good[0]}{content}{$type}{schema}; $type eq 'application/json'
        && !%$content && !$is{$good[0]}{content}{'text/csv'} }
        keys %{$is{$good[0]}{content}};
    is_deeply \@plain, [], 'by a schema';
    is_deeply [grep { !$is{$_}{content}{'application/json'}{schema} }
        grep { !/^2/ && $_ != 304 } keys %is], [], 'and so are its errors';
    my @want = ($route->{access} eq 'NONE' ? () : (401, 403, 503),
                $route->{body} ? (400, 413, 422) : (),
                @segments ? 422 : ());
    is_deeply [grep { !$is{$_} } @want], [], 'with those that follow';
}
is_deeply [sort keys %operations], [], 'and nothing else';
{
    my %n;
    $n{$_->{operationId}}++ for map { values %$_ } values %{$doc->{paths}};
    is_deeply [grep { $n{$_} > 1 } sort keys %n], [], 'names are unique';
}

# ---- schemas ----

my %known = map { $_ => 1 } qw($ref type properties required items enum const
    minimum maximum minLength maxLength pattern format anyOf allOf maxItems
    default description);
my %types = map { $_ => 1 } qw(string integer number boolean object array
    null);
Game::OpenApi::document(vars()->{port});
sub schema {
    my ($s, $at) = @_;
    push @bad, "$at: $_" for grep { !$known{$_} } keys %$s;
    push @bad, "$at: type $_" for grep { !$types{$_} }
        ref $s->{type} ? @{$s->{type}} : $s->{type} || ();
    push @bad, "$at: $_ is required but no member"
        for grep { !$s->{properties}{$_} } @{$s->{required} || []};
    push @bad, "$at: no words" if $s->{enum} && !@{$s->{enum}};
    push @bad, map { "$at: its default: $_" }
        Game::OpenApi::check($s, $s->{default}, '') if exists $s->{default}
        && defined $s->{default};
    schema($s->{properties}{$_}, "$at.$_") for keys %{$s->{properties} || {}};
    schema($s->{items}, "$at\[]") if $s->{items};
    schema($_, $at) for map { @{$s->{$_} || []} } qw(anyOf allOf);
}
sub schemas {
    my ($node, $at) = @_;
    if (ref $node eq 'HASH') {
        for my $name (keys %$node) {
            $name eq 'schema' ? schema($node->{$name}, $at)
                              : schemas($node->{$name}, "$at/$name");
        }
    }
    elsif (ref $node eq 'ARRAY') { schemas($_, $at) for @$node }
}
schema($doc->{components}{schemas}{$_}, $_)
    for keys %{$doc->{components}{schemas}};
schemas($doc->{paths}, '');
schemas($doc->{components}{$_}, $_) for qw(parameters headers responses);
is_deeply \@bad, [], 'schemas are of the dialect';

# ---- clients of the reference ----

sub load {
    open my $in, '<', vars()->{top_dir} . "/t/data/$_[0]" or die "$_[0]: $!";
    return do { local $/; <$in> };
}
my $old = decode_json(load('openapi-structure.json'));
my %why = map { /^([^#]+?)\s+#\s*(.*)/ ? ($1 => $2) : () }
    split /\n/, load('openapi-differences.txt');
my @differs;

sub parts {                     # a schema, and what it is joined of
    my ($of, $s) = @_;
    while ($s->{'$ref'}) {
        my $at = $of;
        $at = $at->{$_} for split m{/}, $s->{'$ref'} =~ s{^#/}{}r;
        $s = $at;
    }
    return ($s, map { parts($of, $_) } map { @{$s->{$_} || []} }
        qw(anyOf allOf));
}
sub types_of {
    my %types = map { $_ => 1 } map { ref $_ ? @$_ : $_ }
        grep { defined } map { $_->{type} } @_;
    $types{integer} = 1 if $types{number};
    return \%types;
}

# compare OLD, NEW, PLACE, INPUT: of what is sent, the old is accepted; of
# what is answered, nothing but the old comes.
sub compare {
    my ($old_schema, $new_schema, $at, $input) = @_;
    my @old = parts($old, $old_schema);
    my @new = parts($doc, $new_schema);
    my ($was, $is) = (types_of(@old), types_of(@new));
    if (%$was && %$is) {
        my ($few, $many) = $input ? ($was, $is) : ($is, $was);
        push @differs, "$at: $_" . ($input ? ' is not accepted' : ' is new')
            for grep { !$many->{$_}
                       && !($_ eq 'null' && $at =~ /: query/) }
                sort keys %$few;
    }
    my %had = map { %{$_->{properties} || {}} } @old;
    my %has = map { %{$_->{properties} || {}} } @new;
    my %wanted = map { $_ => 1 } map { @{$_->{required} || []} } @old;
    my %wants = map { $_ => 1 } map { @{$_->{required} || []} } @new;
    for my $name (sort keys %had) {
        if (!$has{$name}) { push @differs, "$at: no member $name"; next }
        compare($had{$name}, $has{$name}, "$at.$name", $input);
        push @differs, "$at: $name is not required"
            if $wanted{$name} && !$wants{$name};
        push @differs, "$at: $name is required"
            if $input && !$wanted{$name} && $wants{$name};
    }
    my ($list) = grep { $_->{items} } @old or return;
    my ($lists) = grep { $_->{items} } @new;
    $lists ? compare($list->{items}, $lists->{items}, "$at\[]", $input)
           : push @differs, "$at: no list";
}
for my $path (sort keys %{$old->{paths}}) {
    for my $method (sort keys %{$old->{paths}{$path}}) {
        my $was = $old->{paths}{$path}{$method};
        my $is = $doc->{paths}{$path}{$method};
        my $name = uc($method) . " $path";
        if (!$is) { push @differs, "$name: not there"; next }
        push @differs, "$name: called $is->{operationId}"
            if index $was->{operationId}, "$is->{operationId}_api_v1";
        my %has = map { ("$_->{in} $_->{name}" => $_) }
            map { deref($_) } @{$is->{parameters}};
        for my $one (@{$was->{parameters} || []}) {
            my $key = "$one->{in} $one->{name}";
            if (!$has{$key}) { push @differs, "$name: no $key"; next }
            push @differs, "$name: $key is required"
                if $has{$key}{required} && !$one->{required};
            compare($one->{schema}, $has{$key}{schema}, "$name: $key", 1);
        }
        my $body = sub { $_[0]{content}{'application/json'}{schema} };
        compare($body->($was->{requestBody}), $body->($is->{requestBody}),
                "$name: body", 1) if $was->{requestBody};
        for my $code (sort keys %{$was->{responses}}) {
            next if $code == 500;       # is a bug here, not an answer
            my $now = deref($is->{responses}{$code});
            if (!$now) { push @differs, "$name: no $code"; next }
            my $had = $was->{responses}{$code}{content} || {};
            next if $code !~ /^2/;
            for my $type (sort keys %$had) {
                my $new = $now->{content}{$type};
                if (!$new) { push @differs, "$name: no $type"; next }
                compare($had->{$type}{schema} || {}, $new->{schema},
                        "$name: answer", 0);
            }
        }
    }
}
is_deeply [grep { !$why{$_} } @differs], [], 'clients find what they know';
{
    my %is = map { $_ => 1 } @differs;
    is_deeply [grep { !$is{$_} } sort keys %why], [], 'no reason is left over';
}

# ---- the check that every suite makes of its answers ----

sub faults_of {
    my ($method, $path, $code, $body, %head) = @_;
    Game::OpenApi::forget();
    my %all = ('X-Request-Id' => 'x', 'Content-Type' => 'application/json',
               %head);
    my $answer = HTTP::Response->new($code, undef, [%all]);
    Game::OpenApi::examine(vars()->{port},
        HTTP::Request->new($method, "http://x/api/v1$path"), $answer,
        decode_json($body));
    return join ' ', Game::OpenApi::faults();
}
my $known = '{"apiKey":"a","active":false,"message":"m"}';
my @key = (DELETE => '/apikey/a', 200);
is faults_of(@key, $known), '', 'an answer as it should be';
like faults_of(@key, '{"apiKey":"a","active":false}'), qr/no member message/,
    'a member that is missing';
like faults_of(@key, $known =~ s/"m"/1/r), qr/integer, not string/, 'a type';
like faults_of(@key, $known =~ s/false/"false"/r), qr/string, not boolean/,
    'a word that is no boolean';
like faults_of(@key, $known =~ s/"m"/null/r), qr/null, not string/, 'a null';
like faults_of(@key, $known =~ s/\}/,"x":1}/r), qr/member x is not/,
    'a member more';
like faults_of(DELETE => '/apikey/a', 202, $known), qr/status 202/,
    'a status';
like faults_of(@key, $known, 'Content-Type' => 'text/plain'),
    qr/content type/, 'a content type';
like faults_of(@key, $known, 'X-Request-Id' => ''), qr/no X-Request-Id/,
    'a header';
like faults_of(GET => '/games/x/tasks', 200, '{"items":[],"search_options":'
    . '{"ordering":"-id","page":1.5,"page_size":"all","total_count":0}}'),
    qr/page: number, not integer/, 'a number that is not whole';
is faults_of(GET => '/nothing/like/it', 200, '{}'), '', 'an unknown path';
Game::OpenApi::forget();

# ---- pages ----

# Files of npm packages are not there without a network; our own always are.
my $docs = vars()->{top_dir} . '/docs';
sub fetched_later {
    my ($name) = $_[0] =~ m{([^/]+)$};
    return if -e "$docs/.fetched"
        || -e vars()->{top_dir} . "/mod_game/docs/$name";
    diag "$name could not be fetched: not tested";
    return 1;
}
sub page { return api(GET => "~$_[0]", undef, key => undef, @_[1 .. $#_]) }

($status, undef, $response) = page('/');
is $status, 307, 'the front door';
is $response->header('Location'), '/docs', 'leads to the manual';
for my $path ('/docs', '/redocs', '/docs/oauth2-redirect') {
    ($status, undef, $response) = page($path);
    is $status, 200, $path;
    is $response->header('Content-Type'), 'text/html; charset=utf-8', 'HTML';
    my $text = $response->content;
    my @scripts = $text =~ /<script([^>]*)>(.*?)<\/script>/gs;
    is scalar(grep { $_ ne '' } @scripts[grep { $_ % 2 } 0 .. $#scripts]), 0,
        'no script in the page itself';
    unlike $text, qr{https?://|secret|style=|\son\w+=}i,
        'nothing from elsewhere, nothing secret';
    my $policy = $response->header('Content-Security-Policy');
    like $policy, qr/default-src 'none'; script-src 'self';/, 'its policy';
    unlike $policy, qr/unsafe-eval|script-src[^;]*unsafe|\*/, 'is tight';
    is $response->header('X-Content-Type-Options'), 'nosniff', 'nosniff';
    is $response->header('Referrer-Policy'), 'no-referrer', 'no referrer';
    for my $file ($text =~ /(?:src|href)="([^"]+)"/g) {
        my $base = $path =~ s{[^/]*$}{}r;
        ($status, undef, $response) = page("$base$file");
        next if $status == 404 && fetched_later($file);
        is $status, 200, "$base$file";
        cmp_ok length $response->content, '>', 100, 'has something in it';
        is $response->header('X-Content-Type-Options'), 'nosniff', 'as is';
        ($status) = page("$base$file", headers =>
            { 'If-None-Match' => $response->header('ETag') });
        is $status, 304, 'is not sent twice';
    }
}
(undef, undef, $response) = page('/openapi.json');
is page('/openapi.json', headers =>
        { 'If-None-Match' => $response->header('ETag') }), undef,
    'nothing new'; 
for my $path ('/docs', '/openapi.json') {
    my ($code, undef, $head) = api HEAD => "~$path", undef, key => undef;
    is $code, 200, "HEAD $path";
    is $head->content, '', 'without a body';
    cmp_ok $head->header('Content-Length'), '>', 100, 'with its length';
    for my $method (qw(POST PUT DELETE)) {
        ($code, undef, $head) = api $method => "~$path", {}, key => undef;
        is $code, 405, "$method $path";
        like $head->header('Allow'), qr/\bGET\b/, 'what there is instead';
    }
    ($code) = api OPTIONS => "~$path", undef, key => undef;
    is $code, 204, "OPTIONS $path";
}
for my $path ('/redoc', '/docs/', '/docs/docs.html', '/docs/.fetched',
              '/docs/../docs.html', '/docs/%2e%2e/extra.conf',
              '/openapi.json/x', '/redocs/docs.js') {
    ($status) = page($path);
    is $status, 404, "$path: not there";
}

# ---- a server that says more, and leaves its door alone ----

my @there = (key => undef, at => 'docs_beside');
($status) = api GET => '~/', undef, @there;
isnt $status, 307, 'Beside: / leads nowhere';
($status, $doc, $response) = api GET => '~/openapi.json', undef, @there;
is $status, 200, 'the document is there';
is_deeply $doc->{servers}, [
    { url => '/api/v1', description => 'This server' },
    { url => 'https://api.example:8443/api/v1',
      description => 'Production' },
    { url => '/v2' }], 'with more servers';
my $token = $doc->{components}{securitySchemes}
    {CustomOAuth2AuthorizationCodeBearer};
is_deeply [@{$token->{flows}{authorizationCode}}{qw(authorizationUrl
    tokenUrl)}, $token->{'x-client-id'}], ['https://in.example/authorize',
    'https://in.example/token', 'pages'], 'and where to sign in';
(undef, undef, $response) = api GET => '~/docs', undef, @there;
cmp_ok index($response->header('Content-Security-Policy'),
    q{connect-src 'self' https://api.example:8443 https://in.example;}),
    '>', 0, 'which its page may call';

# ---- wrong arguments ----

my %wrong = ('GameDocs Perhaps' => qr/"Perhaps" is none of On, Beside and Off/,
    'GameOpenApiServer api.example' => qr/"api.example" is neither a path nor/,
    'GameOpenApiServer ftp://x' => qr/"ftp:\/\/x" is neither a path nor/,
    'GameOpenApiOAuth https:// https://x' => qr/the first two arguments are/,
    'GameOpenApiOAuth https://x /token' => qr/the first two arguments are/);
for my $line (sort keys %wrong) {
    my ($good, $said) = configtest($line);
    ok !$good, "$line is refused";
    my ($name) = split / /, $line;
    like $said, qr/^\Q$name\E: $wrong{$line}/m, 'by its name';
}

cmp_ok Game::OpenApi::examined(), '>', 5, 'answers are looked at';
done_testing;
