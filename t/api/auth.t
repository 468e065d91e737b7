# Tokens of every wrong kind, roles, keys beside tokens, revocation in every
# child. What a token says counts only when its signature is good.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;
use MIME::Base64 qw(decode_base64url encode_base64url);

plan need_module('game', 'auth_openidc', 'dbd');

my $sub = 0;
sub someone { sprintf '%08x-0000-4000-8000-%012x', $$, ++$sub }
sub said { substr $_[0]->as_string, 0, 400 }

# is_401(NAME, answer of api()): refused, in the envelope, with a challenge
sub is_401 {
    my ($name, $status, $body, $response) = @_;
    my $challenge = $response->header('WWW-Authenticate') || '';
    ok $status == 401 && $challenge =~ /^Bearer/ && ref $body
        && join(',', keys %$body) eq 'detail', $name
        or diag said($response);
}

my $me = someone();
my ($status, $body) = api GET => '/games', undef, bearer => token(sub => $me);
is $status, 200, 'a good token';
my $before = snapshot();

# ---- tokens that are refused ----

my %head = (alg => 'RS256', typ => 'JWT', kid => 'k1');
my %now = (sub => $me);
my $good = token(%now);
my ($h, $p, $s) = split /\./, $good;
my $none = encode_base64url(json({ alg => 'none', typ => 'JWT' }));
my ($ah, $ap) = split /\./, token(%now, -admin => 1);

my @bad = (
    ['expired' => token(%now, exp => time - 60)],
    ['long expired' => token(%now, exp => 1)],
    ['without exp' => token(%now, exp => undef)],
    ['with a text as exp' => token(%now, exp => 'tomorrow')],
    ['of another issuer' => token(%now, iss => 'https://idp.test/realms/x')],
    ['of an issuer that begins alike' =>
        token(%now, iss => 'https://idp.test/realms/game2')],
    ['without iss' => token(%now, iss => undef)],
    ['for another audience' => token(%now, aud => 'shop')],
    ['for an audience that begins alike' => token(%now, aud => 'game')],
    ['for one that goes on' => token(%now, aud => 'game-backend-2')],
    ['for other audiences' => token(%now, aud => ['shop', 'account'])],
    ['without aud' => token(%now, aud => undef)],
    ['for nobody' => token(%now, aud => [])],
    ['not yet valid' => token(%now, nbf => time + 600)],
    ['of another key' => token(%now, -key => vars()->{keys} . '/other.key')],
    ['of a key id that is unknown' => token(%now, -head => { %head,
        kid => 'k2' }, -key => vars()->{keys} . '/other.key')],
    ['of a changed payload' => "$h.$ap.$s"],
    ['of a changed header' => "$none.$p.$s"],
    ['without a signature' => "$h.$p."],
    ['with none as algorithm' => "$none.$p."],
    ['with none and a dot less' => "$none.$p"],
    ['with the public key as a secret' => do {
        require Digest::SHA;
        open my $in, '<', vars()->{keys} . '/idp.crt' or die $!;
        my $secret = do { local $/; <$in> };
        my $hs = encode_base64url(json({ %head, alg => 'HS256' }));
        "$hs.$ap." . encode_base64url(
            Digest::SHA::hmac_sha256("$hs.$ap", $secret));
    }],
    ['of a cut signature' => substr($good, 0, -8)],
    ['that is an ID token' => token(%now, typ => 'ID')],
    ['that is a refresh token' => token(%now, typ => 'Refresh')],
    ['without typ' => token(%now, typ => undef)],
    ['without a subject' => token(sub => undef)],
    ['with a blank subject' => token(sub => '  ')],
    ['that is no token' => 'x'], ['of dots' => '..'],
    ['of five parts' => 'a.b.c.d.e'], ['of noise' => 'x' x 4000],
);
is_401("a token $_->[0]", api(GET => '/games', undef, bearer => $_->[1]))
    for @bad;
is_401("to make a key: $_->[0]", api(POST => '/apikey/create',
    { client => 'c' }, bearer => $_->[1])) for @bad;
ok $_->[0] == 401 || $_->[0] == 403, 'a good key does not help a bad token'
    or diag said($_->[2])
    for burst map { [GET => '/games', undef, bearer => $_->[1],
                     key => client_key()] } @bad;
($status, $body) = api GET => '/games', undef, key => client_key(),
    bearer => token(%now, aud => 'shop');
is $status, 403, 'a wrong audience beside a key';

is_401("no credential: $_->[0]", api($_->[0] => '/games', undef, key => undef,
    headers => $_->[1])) for ['GET', {}],
    ['GET', { Authorization => 'Bearer' }],
    ['GET', { Authorization => 'Basic dTpw' }], ['GET', { 'X-API-Key' => '' }];
is((api HEAD => '/games', undef, key => undef)[0], 401, 'HEAD neither');

# ---- claims that a client writes itself ----

my %forged = map { $_ => 'AdministratorGAME' } qw(:OIDC_CLAIM_roles
    OIDC-CLAIM-roles Oidc_Claim_Roles X-Roles);
%forged = (%forged, map { $_ => 'boss' } qw(:OIDC_CLAIM_sub OIDC-CLAIM-sub
    Oidc-Claim-Sub Remote-User X-Remote-User X-Forwarded-User));
%forged = (%forged, map { $_ => json({ roles => ['AdministratorGAME'] }) }
    qw(:OIDC_CLAIM_realm_access OIDC-CLAIM-realm-access));
is_401('claims without a token', api(GET => '/games', undef, key => undef,
    headers => \%forged));
($status) = api GET => '/apikey', undef, bearer => token(%now),
    headers => \%forged;
is $status, 403, 'claims beside a token';
($status) = api GET => '/apikey', undef, headers => \%forged;
is $status, 401, 'claims beside a key';
is_deeply snapshot(), $before, 'nothing of all this was written';

my $name = uniq('mine');
($status, $body) = api POST => '/games', { externalGameId => $name,
    platform => 'web' }, bearer => token(%now), headers => \%forged;
is $status, 200, 'a game, with claims beside a token';
is sql("select subject from game.games where external_game_id = '$name'"),
    $me, 'it is the token\'s subject\'s';

# ---- tokens that are good, and what they may ----

my @may = (
    ['nothing more', 403],
    ['realm role', 200, -admin => 1],
    ['realm role among others', 200, realm_access =>
        { roles => ['a', 'AdministratorGAME', 'z'] }],
    ['role of the client', 200, resource_access => { 'game-backend' =>
        { roles => ['AdministratorGAME'] } }],
    ['role of another client', 403, resource_access => { shop =>
        { roles => ['AdministratorGAME'] } }],
    ['role that begins alike', 403, realm_access =>
        { roles => ['AdministratorGAME2', 'Administrator'] }],
    ['role in another case', 403, realm_access =>
        { roles => ['administratorgame'] }],
    ['a text as roles', 403, realm_access => { roles => 'AdministratorGAME' }],
    ['a text as realm_access', 403, realm_access => 'AdministratorGAME'],
    ['roles without their holder', 403, realm_access => ['AdministratorGAME']],
);
for (@may) {
    my ($what, $want, @claims) = @$_;
    my @who = (bearer => token(sub => someone(), @claims));
    ($status) = api GET => '/games', undef, @who;
    is $status, 200, "$what: comes in";
    ($status) = api GET => '/apikey', undef, @who;
    is $status, $want, "$what: " . ($want == 200 ? 'an administrator' : 'none');
}
($status) = api GET => '/games', undef, bearer => token(%now,
    aud => ['account', 'game-backend']);
is $status, 200, 'one of several audiences';
my $noise = join '', map { chr(65 + rand 26), chr(97 + rand 26) } 1 .. 2200;
($status) = api GET => '/games', undef, bearer => token(sub => $noise);
is $status, 401, 'a subject too long to be kept';

# ---- keys beside tokens ----

my @both = (bearer => token(%now));
($status) = api GET => '/apikey', undef, key => admin_key();
is $status, 200, 'an administrator\'s key alone';
($status) = api GET => '/apikey', undef, @both, key => admin_key();
is $status, 200, 'beside a user\'s token';
($status) = api GET => '/apikey', undef, @both, key => client_key();
is $status, 403, 'a client\'s key beside a user\'s token';
($status) = api GET => '/apikey', undef, key => client_key(),
    bearer => token(sub => someone(), -admin => 1);
is $status, 200, 'a client\'s key beside an administrator\'s token';
is((api GET => '/games', undef, @both, key => "gme_live_nosuchky.x")[0], 403,
   'a bad key beside a good token');
is((api GET => '/games', undef, key => $_)[0], 403, 'a key that is none')
    for 'x', '.', 'x' x 4000, "' or 1=1", "gme_live_\xe4", substr(client_key(),
        0, -1), client_key() . 'A', uc client_key();

# ---- revoked and disabled ----

my $key = new_key();
my ($prefix) = split /\./, $key;
my @many = map { [GET => '/games', undef, key => $key] } 1 .. 24;
is scalar(grep { $_->[0] == 200 } burst @many), 24, 'every child knows a key';
($status, $body) = api DELETE => "/apikey/$prefix", undef, key => admin_key();
is $status, 200, 'it is revoked';
is scalar(grep { $_->[0] == 403 } burst @many), 24,
    'and refused by all at once';

my $gone = someone();
sql("insert into game.oauth_users (subject, status)
     values ('$gone', 'disabled')");
my @answers = burst map { [GET => $_, undef, bearer => token(sub => $gone)] }
    ('/games') x 8;
is scalar(grep { $_->[0] == 403 || $_->[0] == 401 } @answers), 8,
    'a disabled subject stays out' or diag said($answers[0][2]);
($status) = api GET => '/games', undef, bearer => token(sub => $gone),
    key => client_key();
is $status, 403, 'also beside a key';

is_deeply [faults()], [], 'the ledger is right';
done_testing;
