# With GameCampaigns Off there is nothing of campaigns: no endpoint, nothing
# in the API document. On again, all of it is back.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Test;
use JSON::PP ();
use LWP::UserAgent ();

plan need_module('game', 'auth_openidc', 'dbd');

my $file = vars()->{t_conf} . '/campaigns.conf';
my $text = slurp();
my @routes = grep { $_->{campaigns} } routes();

sub slurp {
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return scalar <$in>;
}

sub configure {
    open my $out, '>', $file or die "$file: $!";
    print $out $_[0];
    close $out or die "$file: $!";
    return httpd_restart();
}

sub document {
    my $response = LWP::UserAgent->new(timeout => 30)
        ->get('http://127.0.0.1:' . vars()->{port} . '/openapi.json');
    return JSON::PP->new->utf8->decode($response->content);
}

cmp_ok scalar(@routes), '>', 18, 'endpoints of campaigns';
my $with = document();
like $text, qr/^GameCampaigns On$/m, 'campaigns are on';
ok configure($text =~ s/^GameCampaigns On$/GameCampaigns Off/mr),
    'the server is without campaigns';
my $without = document();
my %rest = map { $_->{path} => 1 } grep { !$_->{campaigns} } routes();
is_deeply [sort keys %{$without->{paths}}], [sort keys %rest],
    'the document has the other endpoints';
is_deeply [grep { /^(?:Run|Campaign|Play|Artifact|Skill|Workflow)/ }
           keys %{$without->{components}{schemas}}], [], 'and schemas';
for my $route (@routes) {
    (my $path = $route->{path}) =~ s/\{\w+\}/x/g;
    my ($status, $body) = api $route->{method} => $path, {};
    is "$status $body->{detail}", '404 Not Found',
        "no $route->{method} $route->{path}";
    is +(api OPTIONS => $path)[0], 404, 'for no method';
}
is +(api GET => '/games')[0], 200, 'the rest is there';

ok configure($text), 'the server has them again';
is_deeply document(), $with, 'with the same document';
is +(api GET => '/workflows')[0], 200, 'and the endpoints';

done_testing();
