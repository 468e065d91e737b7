# Licensed under the Apache License, Version 2.0; see the file LICENSE.

# Exports for the suites: rows made in bulk in a span of time of their own,
# files read back as lists of objects.
package Game::Exports;

use strict;
use warnings FATAL => 'all';
use Exporter 'import';

use File::Temp ();
use JSON::PP ();

use Game::Test;

our @EXPORT = qw(boss export_of rows_of read_csv read_xlsx span awards_at
    slow_export history_of erase);

my $JSON = JSON::PP->new->allow_nonref;

# An administrator of one's own: options for api(), and the subject.
sub boss {
    my $subject = uniq('boss');
    return ([bearer => token(-admin => 1, sub => $subject)], $subject);
}

# Asks for an export: status, content, response.
sub export_of {
    my ($boss, $set, %query) = @_;
    my $path = "/exports/$set?" . join '&', map {
        (my $v = $query{$_}) =~ s/([^A-Za-z0-9_.:-])/sprintf '%%%02X', ord $1/ge;
        "$_=$v" } sort keys %query;
    my ($status, undef, $response) = api GET => $path, undef, @$boss;
    return ($status, $response->content, $response);
}

# Its rows, in one form for every format: what is empty is undef, numbers
# and texts are texts, data is parsed.
sub rows_of {
    my ($boss, $set, %query) = @_;
    my ($status, $content) = export_of($boss, $set, %query);
    die "$set: $status $content" if $status != 200;
    my $form = $query{format} || 'csv';
    return $form eq 'json' ? map { form($_) } @{$JSON->decode($content)}
         : $form eq 'xlsx' ? map { form($_, 1) } read_xlsx($content)
         : map { form($_) } read_csv($content);
}

sub form {
    my ($row, $sheet) = @_;
    for my $name (keys %$row) {
        my $value = $row->{$name};
        # as OOXML writes what XML cannot say
        $value =~ s/_x([0-9A-F]{4})_/chr hex $1/ge
            if defined $value && !ref $value && $sheet;
        if ($name eq 'data' && defined $value && !ref $value
            && length $value) {
            utf8::encode($value) if utf8::is_utf8($value);
            $value = JSON::PP->new->utf8->allow_nonref->decode($value);
        }
        elsif (!ref $value) {
            $value = defined $value && length $value ? "$value" : undef;
            $value =~ s/^(-?\d+)\.0$/$1/
                if defined $value && $name =~ /^(?:coins|applied.*)$/;
        }
        $row->{$name} = $value;
    }
    return $row;
}

# Lines of CSV as objects, by its rules and nobody's leniency.
sub read_csv {
    my ($text) = @_;
    my (@rows, @cells);
    utf8::decode($text) or die 'no UTF-8';
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gc) {
        my $cell = defined $1 ? $1 : $2;
        my $end = $3;
        $cell =~ s/""/"/g;
        push @cells, $cell;
        next if $end eq ',';
        push @rows, [@cells];
        @cells = ();
    }
    die 'no CSV from ' . (pos $text || 0)
        if @cells || (pos $text || 0) != length $text;
    my $head = shift @rows or die 'no head line';
    return map { my %row; @row{@$head} = @$_; \%row } @rows;
}

# The sheet "export" of a workbook, by a reader that is not ours.
sub read_xlsx {
    my ($bytes) = @_;
    my $file = File::Temp->new(SUFFIX => '.xlsx');
    binmode $file;
    print $file $bytes;
    close $file;
    my $text = `python3 -c '
import json, openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
assert book.sheetnames == ["export"], book.sheetnames
rows = book["export"].iter_rows(values_only=True)
head = next(rows)
for row in rows:
    print(json.dumps(dict(zip(head, row))))
' $file`;
    die 'no workbook' if $?;
    return map { $JSON->decode($_) } split /\n/, $text;
}

# A day of its own, long ago: times of it for SQL, and the query's bounds. All
# of them are before those of suites that count back from today.
my $day = int(rand 15000) + 1000;
sub span {
    my ($d, $m, $y) = (gmtime(86400 * --$day))[3, 4, 5];
    my $date = sprintf '%04d-%02d-%02d', $y + 1900, $m + 1, $d;
    return ($date, dateFrom => "${date}T00:00:00Z",
            dateTo => "${date}T23:59:59.999999Z");
}

# Awards of a game's task on a day, of one user, with their movements: at
# most so many at one time. Answers the user's name.
sub awards_at {
    my ($game, $task, $date, $count, $together, $data) = @_;
    my $user = uniq('exported');
    my ($bytes) = defined $data ? $data : '{"n": 1}';
    sql("with u as (
        insert into game.users (bucket, id, external_user_id, created_at)
        select get_byte(uuid_send(x.id), 15) & 63, x.id, '$user',
               '$date 00:00:00+00' from (select gen_random_uuid() as id) x
        returning *),
    a as (
        insert into game.awards (bucket, user_id, task_id, created_at,
                                 game_id, points, case_name, data)
        select u.bucket, u.id, t.id, timestamptz '$date 01:00:00+00'
                   + (n / $together) * interval '1 millisecond', t.game_id,
               n, 'C' || n, '$bytes'
          from u, game.tasks t, generate_series(0, $count - 1) n
         where t.game_id = '$game' and t.external_task_id = '$task'
        returning *)
    insert into game.movements (bucket, user_id, created_at, kind, points,
                                task_id, award_id)
    select bucket, user_id, created_at, 'AssignPoints', points, task_id, id
      from a");
    return $user;
}

# Takes everything of games away, with their users: rows that were made by
# hand have no wallets and no aggregates, and the ledger is to be right again.
sub erase {
    my $games = join ',', map { "'$_'" } @_;
    sql("create temp table gone as
        select distinct user_id as id from game.awards
         where game_id in ($games)
        union select user_id from game.user_actions where game_id in ($games);
    create temp table gone_tasks as
        select id from game.tasks where game_id in ($games);
    do \$\$ declare r record; begin
        for r in select c.table_name, c.column_name
                   from information_schema.columns c
                   join information_schema.tables t using (table_schema,
                                                           table_name)
                  where c.table_schema = 'game'
                    and t.table_type = 'BASE TABLE'
                    and c.column_name in ('user_id', 'task_id')
                    and c.table_name <> 'task_params' loop
            execute format('delete from game.%I where %I::text in (select '
                || 'id::text from %s)', r.table_name, r.column_name,
                case r.column_name when 'user_id' then 'gone'
                     else 'gone_tasks' end);
        end loop;
        delete from game.users where id in (select id from gone);
    end \$\$");
}

# Begins an export and reads no more than its head: the socket.
sub slow_export {
    my ($boss, $path) = @_;
    my %opt = @$boss;
    my $socket = connect_raw(Sockopts =>
        [[Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096]]);
    send_raw($socket, "GET /api/v1/exports/$path HTTP/1.1\r\nHost: x\r\n"
        . "Authorization: Bearer $opt{bearer}\r\nConnection: close\r\n\r\n");
    return $socket;
}

# What the record has of a caller's newest export: "status rows".
sub history_of {
    my ($subject) = @_;
    return scalar sql("select status || ' ' || row_count
        from game.export_log where subject = '$subject'
        order by created_at desc, id desc limit 1");
}

1;
