# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Invitations: the owner of a campaign vouches for a user whose browser has no
# credential, for a while, and nobody else can.
use strict;
use warnings FATAL => 'all';

use Game::Test;

use MIME::Base64 qw(decode_base64url encode_base64url);
use Test::More;

my $key = new_key(client => 'inviter');

# A live campaign, by a real run.
sub campaign {
    my ($status, $made) = api(POST => '/campaigns', {
        name => 'Card', templateId => 'scratch_card', config => {
            theme => 'luxury_gold',
            difficulty => { level => 'easy', win_probability => 1 },
            audio => { duration_sec => 5 },
            rules => { require_login => JSON::PP::true },
            intro_video_uri => 'https://cdn.example.org/intro.mp4',
            outcome_win_uri => 'https://cdn.example.org/win.mp4',
            outcome_lose_uri => 'https://cdn.example.org/lose.mp4' } },
        key => $key);
    my $at = "/campaigns/$made->{id}";
    api(POST => "$at/generate", {}, key => $key);
    wait_for(sub { $made = api(GET => $at, undef, key => $key);
        $made->{status} ne 'generating' });
    is $made->{status}, 'live', 'a campaign is live'
        or BAIL_OUT('there is nothing to play');
    return $made->{id};
}

my ($id, $second) = (campaign(), campaign());
my $at = "/campaigns/$id";

sub invite { return api(POST => "$at/invitations", @_) }
sub play {
    my ($invitation, %more) = @_;
    my ($status, $body) = api(POST => "$at/plays",
        { invitation => $invitation, %more }, key => undef);
    my $code = ref $body->{detail} eq 'HASH' ? " $body->{detail}{code}" : '';
    return ("$status$code", $body);
}

# ---- the way it is meant ----

my $ada = uniq('ada');
my ($status, $card) = invite({ externalUserId => $ada, region => 'es' },
                             key => $key);
is $status, 201, 'the owner invites' or diag(json($card));
is $card->{externalUserId}, $ada, 'the user';
is $card->{playPath}, "/play/$id/?invitation=$card->{invitation}",
    'the address of the page';
like $card->{expiresAt}, qr/^\d{4}-\d\d-\d\dT/, 'its end';
is((play(undef))[0], '401 LOGIN_REQUIRED', 'a stranger cannot play here');
($status, my $play) = play($card->{invitation},
    externalUserId => 'somebody', region => 'DE');
is $status, '201', 'the guest can' or diag(json($play));
is sql("select player_key || ' ' || region || ' ' || anonymous
    from campaigns.plays where id = '$play->{playId}'"), "$ada es false",
    'as whom the invitation names, wherever the page says it is';
my (undef, $end) = api(POST => "$at/plays/$play->{playId}/finish",
    { playToken => $play->{playToken}, durationMs => 1 }, key => undef);
ok $end->{pointsAwarded} > 0, 'the play has points';
is balance($ada), $end->{pointsAwarded}, 'and the wallet has them';
is((play($card->{invitation}))[0], '201', 'an invitation is for many plays');

# ---- who may invite ----

is((invite({ externalUserId => $ada }, key => undef))[0], 401,
    'nobody without a credential');
is((invite({ externalUserId => $ada }, key => new_key()))[0], 404,
    'nobody but the owner');
is((invite({ externalUserId => $ada }, key => admin_key()))[0], 201,
    'an administrator may');
for my $bad ({}, { externalUserId => '' }, { externalUserId => 7 },
             { externalUserId => 'x' x 201 },
             { externalUserId => 'x', expiresIn => 59 },
             { externalUserId => 'x', expiresIn => 31536001 },
             { externalUserId => 'x', region => 'x' x 9 }) {
    is((invite($bad, key => $key))[0], 422, 'refused: ' . json($bad));
}

# ---- what is none ----

my ($content, $mark) = split /\./, $card->{invitation};
my $other = encode_base64url(
    decode_base64url($content) =~ s/\Q$ada\E/mallory/r);
for my $bad ('x', '.', "$content.", ".$mark", $content,
             "$other.$mark", "$content." . ('0' x 64),
             "$content.$mark.$mark", $mark . '.' . $content,
             $content . '.' . ($mark =~ s/^(.)/$1 eq 'a' ? 'b' : 'a'/er),
             'x' x 2048) {
    is((play($bad))[0], '403 INVALID_INVITATION', 'not ours: '
        . substr $bad, 0, 30);
}
my $foreign = api(POST => "/campaigns/$second/invitations",
    { externalUserId => $ada }, key => $key);
is((play($foreign->{invitation}))[0], '403 INVALID_INVITATION',
    'not of another campaign');
my $anonymous = invite({ externalUserId => 'anon:1' }, key => $key);
is((play($anonymous->{invitation}))[0], '422',
    'nobody is invited as an anonymous player');
is((api(POST => "$at/plays", { invitation => 'x', externalUserId => $ada },
        key => $key))[0], 201, 'with a key it is not looked at');
is_deeply [faults()], [], 'the ledger is right';
done_testing;
