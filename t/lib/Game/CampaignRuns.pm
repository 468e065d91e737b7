# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# A client of campaigns for suites: runs that are triggered, waited for and
# looked at over HTTP, with one key.
#
#   my $client = Game::CampaignRuns->new;
#   my $run = $client->build(theme => 'woods');     # triggered and ended
#   my $artifacts = $client->artifacts($run->{id}); # type => artifact
package Game::CampaignRuns;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::Test;

our @EXPORT_OK = qw(payload coded_as items $MINIMAL);
our $MINIMAL = 'campaign.build.minimal';

# key: a new one by default; at: a virtual host or a server of Game::Test
sub new {
    my ($class, %opt) = @_;
    my $self = bless { key => $opt{key} || new_key(), at => $opt{at} },
        $class;
    ($self->{tenant}) = $self->{key} =~ /^([^.]+)/;
    return $self;
}

sub call {
    my ($self, $method, $path, $body, @options) = @_;
    return api($method, $path, $body, key => $self->{key},
               at => $self->{at}, @options);
}

sub get {
    my ($self, $path, @options) = @_;
    return $self->call(GET => $path, undef, @options);
}

sub post {
    my ($self, $path, @rest) = @_;
    return $self->call(POST => $path, @rest);
}

# ---- payloads and answers ----

# A payload that is complete, in the short forms; nobody else has its music.
sub payload {
    my (%more) = @_;
    return { campaign_id => uniq('camp'), template_id => 'spin_wheel',
        theme => uniq('theme'), difficulty => 'medium',
        audio => { prompt => uniq('tune'), duration_sec => 5 },
        intro_video_uri => 'https://cdn.example.org/intro.mp4',
        outcome_win_uri => 'https://cdn.example.org/win.mp4',
        outcome_lose_uri => 'https://cdn.example.org/lose.mp4', %more };
}

# "422 CODE" of an answer with a coded error.
sub coded_as {
    my ($status, $body) = @_;
    my $detail = ref $body eq 'HASH' ? $body->{detail} : undef;
    return "$status " . (ref $detail eq 'HASH' ? $detail->{code}
                                               : json($body));
}

# "place type code" of each item of a 422; the code is that of campaigns.
sub items {
    my ($body) = @_;
    return [] if ref $body ne 'HASH' || ref $body->{detail} ne 'ARRAY';
    return [sort map { join ' ', join('.', @{$_->{loc}}), $_->{type},
        $_->{ctx} && $_->{ctx}{code} ? $_->{ctx}{code} : () }
        @{$body->{detail}}];
}

# ---- runs ----

# The id of a run of a payload.
sub trigger {
    my ($self, $payload) = @_;
    my ($status, $body) = $self->post('/runs',
        { workflowName => $MINIMAL, triggerPayload => $payload });
    die "no run: $status " . json($body) if $status != 202;
    return $body->{runId};
}

# The same of a text that is sent as it is.
sub trigger_raw {
    my ($self, $text) = @_;
    my ($status, $body) = $self->post("/workflows/$MINIMAL/trigger", undef,
                                      raw => $text);
    die "no run: $status " . json($body) if $status != 202;
    return $body->{runId};
}

# A run of a change of another one.
sub update {
    my ($self, $base, $type, $payload) = @_;
    my ($status, $body) = $self->post("/runs/$base/update",
        { changeRequest => { type => $type, payload => $payload } });
    die "no update: $status " . json($body) if $status != 202;
    return $body->{runId};
}

sub run { return scalar $_[0]->get("/runs/$_[1]") }

# Waits for the end of a run: the run.
sub ended {
    my ($self, $id) = @_;
    return wait_for(sub {
        my $run = $self->run($id);
        return $run->{completedAt} && $run;
    }) || die "run $id does not end: " . json($self->run($id));
}

sub build {
    my ($self, %more) = @_;
    return $self->ended($self->trigger(payload(%more)));
}

# step id => step
sub steps {
    my ($self, $id) = @_;
    my $body = $self->get("/runs/$id/steps");
    return { map { $_->{stepId} => $_ } @{$body->{steps}} };
}

# step id => its status, "hit" or the code of its error behind it
sub states {
    my ($self, $id) = @_;
    my $steps = $self->steps($id);
    return { map { my $s = $steps->{$_}; $_ => join ' ', $s->{status},
        $s->{cacheHit} ? 'hit' : (), $s->{error} ? $s->{error}{code} : ()
    } keys %$steps };
}

# step id => inputHash
sub hashes {
    my ($self, $id) = @_;
    my $steps = $self->steps($id);
    return { map { $_ => $steps->{$_}{inputHash} } keys %$steps };
}

# type => artifact
sub artifacts {
    my ($self, $id) = @_;
    my $body = $self->get("/runs/$id/artifacts");
    return { map { $_->{type} => $_ } @{$body->{artifacts}} };
}

# ---- runs that wait, runs that fail ----

# From now on steps of runs with "held" in their locale wait for release(),
# and those with "broken" get a config that is invalid: what is refused before
# a run is made must fail in a worker as well.
sub begin_marks {
    sql(q{create or replace function campaigns.test_hold() returns trigger
        language plpgsql as $$ begin
            if (select trigger_payload ->> 'locale' like '%held%'
                  from campaigns.runs where id = new.run_id) then
                new.not_before := 'infinity';
            end if;
            return new;
        end $$;
        create or replace function campaigns.test_break() returns trigger
        language plpgsql as $$ begin
            if new.trigger_payload ->> 'locale' like '%broken%' then
                new.trigger_payload := new.trigger_payload
                    || '{"overrides": {"copy": {"title": ""}}}';
            end if;
            return new;
        end $$;
        create or replace trigger test_hold before insert on campaigns.run_steps
        for each row execute function campaigns.test_hold();
        create or replace trigger test_break before insert on campaigns.runs
        for each row execute function campaigns.test_break()});
}

sub end_marks {
    sql('drop trigger test_hold on campaigns.run_steps;
         drop trigger test_break on campaigns.runs;
         drop function campaigns.test_hold();
         drop function campaigns.test_break()');
}

# Steps of a run that waited, all of them or those that are named; the run is
# locked first, as by everybody.
sub release {
    my ($self, $id, @steps) = @_;
    my $which = @steps ? 'and step_id in ('
        . join(',', map { "'$_'" } @steps) . ')' : '';
    sql("do \$\$ begin
        perform from campaigns.runs where id = '$id' for update;
        update campaigns.run_steps set not_before = null
         where run_id = '$id' $which;
        perform pg_notify('game_campaign_queue', '$id');
        end \$\$");
}

# ---- bytes ----

# What httpd serves to everybody, below the asset base.
sub fetch {
    my ($self, $uri, %headers) = @_;
    my (undef, undef, $response) = api(GET => "~$uri", undef, key => undef,
        at => $self->{at}, headers => \%headers);
    return $response;
}

sub bytes {
    my ($self, $uri) = @_;
    my $response = $self->fetch($uri);
    die "$uri: " . $response->code if $response->code != 200;
    return $response->content;
}

# The file behind a URI of the shared server.
sub on_disk {
    my ($uri) = @_;
    return vars()->{store_dir} . $uri =~ s{^/campaign-assets}{}r;
}

1;
