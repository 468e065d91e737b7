# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# What campaigns.md says of the documents and files that runs make, written
# once more: suites hold what they download against it, not against the code
# of the module.
package Game::CampaignCheck;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use Game::OpenApi ();

use Digest::SHA qw(sha256_hex);
use JSON::PP ();

our @EXPORT_OK = qw(decoded input_hash compact checksum tree_hash
    config_faults manifest_faults bundle_faults wav loudness seam);

my $JSON = JSON::PP->new->canonical->utf8->allow_nonref;

sub decoded { return $JSON->decode($_[0]) }

# ---- hashes (3.1, 4.3, 4.4) ----

# Of data with ASCII names, and numbers that Perl writes as ECMAScript does.
sub input_hash { return sha256_hex($JSON->encode($_[0])) }

# A text without what is between its tokens.
sub compact {
    my ($text) = @_;
    $text =~ s/("(?:[^"\\]|\\.)*")|\s+/defined $1 ? $1 : ''/ge;
    return $text;
}

# What a manifest's checksum must be, from its text.
sub checksum {
    my $text = compact($_[0]);
    $text =~ s/("checksum":")[0-9a-f]{64}("\}\z)/$1$2/
        or return 'no checksum at the end';
    return sha256_hex($text);
}

# The content hash of a tree: path => bytes.
sub tree_hash {
    my (%files) = @_;
    return sha256_hex(join '', map { sha256_hex($files{$_}) . '  '
        . length($files{$_}) . "  $_\n" } sort keys %files);
}

# ---- documents (1.5, 6.1) ----

# faults RULES, DATA: a rule is "a.b kind", then a test of the value.
sub faults {
    my ($data, @rules) = @_;
    my @wrong;
    while (my ($rule, $test) = splice @rules, 0, 2) {
        my ($path, $kind) = split ' ', $rule;
        my $value = $data;
        $value = ref $value eq 'HASH' ? $value->{$_} : undef
            for split /\./, $path;
        my $is = Game::OpenApi::kind($value);
        $is = 'number' if $is eq 'integer' && $kind eq 'number';
        push @wrong, $is ne $kind ? "$path is $is"
            : $test && !$test->($value) ? "$path is " . $JSON->encode($value)
            : ();
    }
    return @wrong;
}

my $text = sub { length $_[0] };
my $part = sub { $_[0] >= 0 && $_[0] <= 1 };
my $semver = sub { $_[0] =~ /^\d+\.\d+\.\d+\z/ };
# the forms that suites use
my $color = sub { $_[0] =~ /^(?:\#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})
    |(?:rgb|hsl)a?\([\d.,%\s]+\)|[a-z]+)\z/xi };
my $time = sub { $_[0] =~
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)\z/ };

sub config_faults {
    my ($config) = @_;
    my $visuals = $config->{visuals} || {};
    my $sfx = ($config->{audio} || {})->{sfx} || {};
    return (faults($config,
        'template_id string' => $text, 'version string' => $semver,
        'settings.duration_sec number' => sub { $_[0] > 0 },
        'settings.difficulty.level string' =>
            sub { $_[0] =~ /^(?:easy|medium|hard)\z/ },
        'settings.difficulty.win_probability number' => $part,
        'settings.difficulty.parameters object' => undef,
        'settings.locale string' => $text,
        'visuals.theme string' => $text,
        (map { ("visuals.colors.$_ string" => $color) }
            qw(primary secondary accent background)),
        'visuals.assets object' => undef,
        'visuals.animations object' => undef,
        'audio.bgm.enabled boolean' => undef,
        'audio.bgm.volume number' => $part,
        'audio.bgm.loop boolean' => undef, 'audio.sfx object' => undef,
        'mechanics object' => undef,
        (map { ("copy.$_ string" => $text) }
            qw(title instructions win_message lose_message))),
        (map { faults($visuals->{assets}, "$_ string" => $text) }
            grep { !/\./ } keys %{$visuals->{assets} || {}}),
        (map { faults($sfx, "$_.volume number" => $part) }
            grep { !/\./ } keys %$sfx));
}

my @events = qw(campaign_view intro_started button_clicked game_started
                game_completed outcome_shown);

sub manifest_faults {
    my ($manifest, $source) = @_;
    return (faults($manifest,
        'manifest_version string' => sub { $_[0] eq '1.0.0' },
        'campaign_id string' => $text, 'campaign_name string' => $text,
        'created_at string' => $time, 'updated_at string' => $time,
        'version string' => $semver,
        (map { ("assets.$_.uri string" => $text,
                "assets.$_.required boolean" => undef) }
            qw(intro_video win_video lose_video game_bundle)),
        (map { ("assets.${_}_video.type string" =>
                sub { $_[0] eq 'video' }) } qw(intro win lose)),
        'assets.game_bundle.type string' => sub { $_[0] eq 'bundle' },
        'assets.additional array' => undef,
        (map { ("interaction.button.bounds.$_ number" => undef) }
            qw(x y width height)),
        'interaction.game_container.entry_point string' =>
            sub { $_[0] eq 'index.html' },
        'interaction.game_container.config_path string' =>
            sub { $_[0] eq 'game_config.json' },
        'flow.sequence array' =>
            sub { join(' ', @{$_[0]}) eq 'intro game outcome' },
        'flow.intro_to_game_trigger string' =>
            sub { $_[0] eq 'button_click' },
        'flow.game_to_outcome_trigger string' =>
            sub { $_[0] eq 'game_complete' },
        'rules.active boolean' => undef,
        'rules.require_login boolean' => undef,
        'analytics.enabled boolean' => undef,
        'analytics.events array' =>
            sub { "@{$_[0]}[0 .. $#events]" eq "@events" },
        'metadata object' => undef,
        'checksum string' => sub { $_[0] eq checksum($source) }),
        $manifest->{updated_at} lt $manifest->{created_at}
            ? 'updated before it was created' : ());
}

# A bundle manifest, and the files of it: path => bytes.
sub bundle_faults {
    my ($manifest, %files) = @_;
    my @listed = @{$manifest->{files}};
    my $size = 0;
    $size += length for values %files;
    return (faults($manifest,
        'bundle_id string' =>
            sub { $_[0] eq 'bundle_' . substr tree_hash(%files), 0, 16 },
        'template_id string' => $text, 'version string' => $semver,
        'created_at string' => $time,
        'entry_point string' => sub { $_[0] eq 'index.html' },
        (map { ("assets.$_ array" => undef) }
            qw(images audio video models configs)),
        'checksum string' => sub { $_[0] eq sha256_hex(join '',
            map { $_->{checksum} } @listed) },
        'metadata.total_size_bytes number' => sub { $_[0] == $size },
        'metadata.file_count number' => sub { $_[0] == keys %files },
        'metadata.optimizations_applied array' => undef),
        join(' ', sort map { $_->{path} } @listed) eq
            join(' ', sort keys %files) ? () : 'other files',
        map { my $bytes = $files{$_->{path}};
            !defined $bytes || $_->{size_bytes} != length $bytes
            || $_->{checksum} ne substr(sha256_hex($bytes), 0, 16)
                ? "$_->{path} is another" : () } @listed);
}

# ---- music (4.2) ----

# The header of a WAV file.
sub wav {
    my %of;
    @of{qw(riff size wave fmt_size format channels rate bytes_per_sec
           frame bits data data_size)}
        = unpack 'a4 V a8 V v v V V v v a4 V', $_[0];
    return \%of;
}

# The root mean square of samples.
sub loudness {
    my ($bytes) = @_;
    my ($sum, $count) = (0, 0);
    for (my $at = 0; $at + 1 < length $bytes; $at += 65536) {
        my @samples = unpack 's<*', substr $bytes, $at, 65536;
        $sum += $_ * $_ for @samples;
        $count += @samples;
    }
    return $count ? sqrt($sum / $count) : 0;
}

# The greatest step from the last frame of two channels to the first one.
sub seam {
    my ($first, $last) = @_;
    my @a = unpack 's<2', $first;
    my @b = unpack 's<2', $last;
    my @steps = sort { $b <=> $a } map { abs $a[$_] - $b[$_] } 0, 1;
    return $steps[0];
}

1;
