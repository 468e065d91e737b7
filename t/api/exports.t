# Exports: contents of every form against the database, sizes around a page,
# order, filters, escapes, refusals, the record.
use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Game::Exports;
use Game::Test;

plan need_module('game', 'auth_openidc', 'dbd');

my $PAGE = 2000;                # rows, as the statements have it
my @FORMS = qw(csv json xlsx);
my ($boss, $subject) = boss();
my ($game, $task) = new_game();

sub iso { return "to_char($_[0] at time zone 'UTC',
    'YYYY-MM-DD\"T\"HH24:MI:SS') || coalesce('.' || nullif(to_char($_[0]
    at time zone 'UTC', 'US'), '000000'), '') || '+00:00'" }

# ---- sizes: nothing, one, a page and its neighbours, several ----

for my $size (0, 1, $PAGE - 1, $PAGE, $PAGE + 1, 2 * $PAGE + 500) {
    my ($date, @span) = span();
    my $user = awards_at($game, $task, $date, $size, 700);
    my @want = $size ? sql("select a.id from game.awards a join game.users u
        on u.id = a.user_id where u.external_user_id = '$user'
        order by a.created_at, a.id") : ();
    for my $form ($size == $PAGE + 1 ? @FORMS : qw(csv json)) {
        my @rows = rows_of($boss, 'user-points', format => $form, @span,
                           limit => 100000);
        is_deeply [map { $_->{id} } @rows], \@want, "$size rows as $form"
            or diag scalar @rows;
        is history_of($subject), "completed $size", 'and its record';
    }
    my @rows = rows_of($boss, 'wallet-transactions', @span, limit => 100000);
    is scalar @rows, $size, "$size movements";
}
my ($date, @span) = span();
awards_at($game, $task, $date, $PAGE + 5, 3);
for my $limit (1, $PAGE - 1, $PAGE, $PAGE + 1, $PAGE + 5, $PAGE + 9) {
    my $want = $limit > $PAGE + 5 ? $PAGE + 5 : $limit;
    is scalar(rows_of($boss, 'user-points', @span, limit => $limit)), $want,
        "limit $limit";
}

# rows that are too big for a page together
($date, @span) = span();
my $text = join '', map { chr(97 + rand 26) } 1 .. 300_000;
awards_at($game, $task, $date, 12, 5, "{\"text\": \"$text\"}");
my @rows = rows_of($boss, 'user-points', format => 'json', @span);
is join(' ', map { $_->{points} } @rows), join(' ',
    sql("select a.points from game.awards a
    where a.created_at between '$date 00:00+00' and '$date 23:00+00'
    order by a.created_at, a.id")), 'rows of much data, in order';
is scalar(grep { $_->{data}{text} eq $text } @rows), 12, 'and all of it';
my ($status, $content) = export_of($boss, 'user-points', format => 'xlsx',
                                   @span, limit => 1);
my ($cell) = Game::Exports::read_xlsx($content);
is length $cell->{data}, 32767, 'a cell of a sheet is cut';

# ---- every column, in every form ----

($date, @span) = span();
my $key = new_key();
my $prefix = (split /\./, $key)[0];
my @names = ('=1+1', '+1', '-1', '@x', "\tx", "\rx", "\nx", "'x", 'a"b,c',
    "z\r\ny", "\x{fc}\x{4e2d}\x{1f600}", ' x', 'null', '1.0', '<&>', '_x0041_');
my @users = map { uniq('odd') } @names;
for my $at (0 .. $#names) {
    my $name = $names[$at];
    my ($code, $said) = api award($game, $task, $users[$at],
        { note => $name, list => [1, 2.5, undef, "\x{e9}"] },
        headers => { 'Idempotency-Key' => uniq('key') });
    is $code, 200, 'an award' or diag json($said);
    ($code) = api POST => "/games/$game/tasks/$task/action",
        { typeAction => $name, description => $name,
          data => { $name => $name }, externalUserId => $users[$at] };
    is $code, 200, 'an action';
}
sql("update game.awards set created_at = timestamptz '$date 05:00+00'
        + (points + 10 * length(data ->> 'note')) * interval '1.5 millisecond',
        description = nullif(description, 'Points assigned by GAME')
    where game_id = '$game' and created_at > now() - interval '1 hour'");
sql("update game.movements m set created_at = a.created_at
        from game.awards a where a.id = m.award_id
         and a.game_id = '$game' and m.created_at > now() - interval '1 hour'");
sql("update game.user_actions set created_at = timestamptz '$date 06:00+00'
        + interval '10 microseconds' * length(type_action)
        where game_id = '$game'");
# names that this API makes are harmless; those of an import may be any
for my $at (0 .. $#names) {
    (my $name = $names[$at]) =~ s/'/''/g;
    sql("update game.users set created_at = timestamptz '$date 07:00+00',
            updated_at = '$date 07:00:00.000001+00', subject = '=who',
            external_user_id = '$name'
        where external_user_id = '$users[$at]'");
}

my %columns = (
    'users' => 'id, "externalUserId", ' . iso('created_at')
        . ' as created_at, ' . iso('updated_at') . ' as updated_at,
        key_prefix as "apiKey_used", subject as oauth_user_id
        from (select *, external_user_id as "externalUserId"
                from game.users) x',
    'user-points' => 'x.id, ' . iso('x.created_at') . ' as created_at,
        u.external_user_id as "externalUserId",
        t.external_task_id as "externalTaskId",
        g.external_game_id as "externalGameId", points::text as points,
        case_name as "caseName", description,
        idempotency_key as "idempotencyKey", data,
        x.key_prefix as "apiKey_used" from game.awards x
        join game.users u on u.id = x.user_id
        join game.tasks t on t.id = x.task_id
        join game.games g on g.id = x.game_id',
    'user-interactions' => 'x.id, ' . iso('x.created_at') . ' as created_at,
        u.external_user_id as "externalUserId", type_action as "typeAction",
        description, data, x.key_prefix as "apiKey_used"
        from game.user_actions x join game.users u on u.id = x.user_id',
    'wallet-transactions' => 'x.id, ' . iso('x.created_at')
        . ' as created_at, u.external_user_id as "externalUserId",
        kind as "transactionType", x.points::text as points,
        coins::text as coins, rate::text as "appliedConversionRate",
        coalesce(x.data, a.data) as data, x.key_prefix as "apiKey_used"
        from game.movements x join game.users u on u.id = x.user_id
        left join game.awards a on a.id = x.award_id',
);
for my $set (sort keys %columns) {
    my $x = $set eq 'users' ? '' : 'x.';
    my @want = map { JSON::PP->new->utf8->decode($_) }
        map { my $t = $_; utf8::encode($t); $t }
        sql("select to_jsonb(y) - 'at' from (select ${x}created_at as at,
            $columns{$set} where ${x}created_at >= '$date 00:00+00'
            and ${x}created_at < '$date 23:59+00') y order by at, id");
    cmp_ok scalar @want, '>=', scalar @names, "$set: there are rows";
    for my $form (@FORMS) {
        my @is = rows_of($boss, $set, format => $form, @span);
        my @same = map { {%$_} } @want;
        if ($form eq 'csv') {
            for my $row (@same) {
                for my $name (grep { !/^(?:id|created_at|updated_at|points|coins
                    |applied.*|data|apiKey_used|transactionType)$/x }
                    keys %$row) {
                    $row->{$name} = "'$row->{$name}"
                        if defined $row->{$name}
                            && $row->{$name} =~ /^[=+\-@\t\r\n]/;
                }
            }
        }
        is_deeply \@is, \@same, "$set as $form";
    }
}
my (undef, $json) = export_of($boss, 'user-interactions', format => 'json',
                              @span);
like $json, qr/\A[\x20-\x7e]*\z/, 'JSON is ASCII';
like $json, qr/\\ud83d\\ude00/, 'with pairs for what is beyond';
my (undef, $csv) = export_of($boss, 'user-interactions', @span);
like $csv, qr/\r\n\z/, 'CSV ends with a line end';
like $csv, qr/,"'\r?\n?x",|,'=1\+1,'=1\+1,/, 'guarded';
unlike $csv, qr/\A\xef\xbb\xbf/, 'no mark at its beginning';
my (undef, $empty) = export_of($boss, 'users', format => 'json',
    dateTo => '1960-01-01');
is $empty, '[]', 'an empty list';
($status, $empty) = export_of($boss, 'users', format => 'xlsx',
    dateTo => '1960-01-01');
is_deeply [Game::Exports::read_xlsx($empty)], [], 'an empty sheet';

# ---- filters ----

my ($other, $other_task) = new_game();
($date, @span) = span();
awards_at($game, $task, $date, 3, 9);
awards_at($other, $other_task, $date, 4, 9);
my $count = sub { scalar rows_of($boss, 'user-points', @span, @_) };
is $count->(), 7, 'all';
is $count->(externalGameId => $task), 3, 'of a game';
is $count->(externalTaskId => $other_task), 4, 'of a task';
is $count->(externalGameId => $task, externalTaskId => $other_task), 0,
    'of both';
is scalar(rows_of($boss, 'wallet-transactions', @span,
    externalGameId => 'nope')), 7, 'names mean nothing for movements';
is $count->(dateFrom => "${date}T01:00:00Z", dateTo => "${date}T01:00:00Z"),
    7, 'both bounds are included';
is $count->(dateFrom => "${date}T01:00:00.000001Z"), 0, 'from just after';
is $count->(dateTo => "${date}T00:59:59.999999Z"), 0, 'to just before';
is $count->(dateTo => $date), 0, 'a date is its midnight';
api DELETE => "/games/$other";
is $count->(externalGameId => $other_task), 4,
    'a deleted game stays in the ledger, and here';

# rows that few pages have: looked for page by page
($date, @span) = span();
awards_at($game, $task, $date, 2 * $PAGE + 10, 1);
my ($rare, $rare_task) = new_game();
awards_at($rare, $rare_task, $date, 2, 1);
is $count->(externalGameId => $rare_task), 2, 'two among many';

# ---- refusals, HEAD, headers ----

for my $set (qw(users user-points user-interactions wallet-transactions
                history)) {
    for my $who ([key => client_key()], [key => undef],
                 [bearer => token()]) {
        my ($code, $body) = api GET => "/exports/$set", undef, @$who;
        is $code, 403, "$set: no administrator";
        like $body->{detail}, qr/^Data exports require/, 'and why';
    }
}
is +(api GET => '/exports/users?limit=1', undef, key => admin_key())[0], 200,
    "an administrator's key";
is scalar sql("select requested_by from game.export_log
    order by created_at desc limit 1"), (split /\./, admin_key())[0],
    'is who asked';
for my $bad (['limit=0', 'greater_than_equal'], ['limit=x', 'int_parsing'],
             ['limit=100001', 'less_than_equal'], ['format=pdf', 'enum'],
             ['dateFrom=soon', 'datetime_from_date_parsing'],
             ['dateTo=2026-02-30', 'datetime_from_date_parsing']) {
    my ($code, $body) = api GET => "/exports/users?$bad->[0]", undef, @$boss;
    is $code, 422, $bad->[0];
    is $body->{detail}[0]{type}, $bad->[1], 'and why';
}
my $records = sub { scalar sql('select count(*) from game.export_log') };
my $before = $records->();
my (undef, undef, $head) = api HEAD => '/exports/users', undef, @$boss;
is $head->code, 200, 'HEAD';
like $head->header('Content-Disposition'),
    qr/^attachment; filename="users_\d{8}T\d{6}Z\.csv"$/, 'has the name';
is $records->(), $before, 'and exports nothing';
my $page = (api GET => '/exports/users?limit=1', undef, @$boss,
    headers => { Origin => 'https://shop.example' })[2];
like $page->header('Access-Control-Expose-Headers'),
    qr/\bContent-Disposition\b/, 'a page may read the name';

# ---- the record ----

my ($first, $me) = boss();
my ($second) = boss();
rows_of($first, 'users', limit => 3, dateFrom => '2026-01-02',
        dateTo => '2026-01-03T04:05:06+02:00');
rows_of($first, 'user-points', format => 'json', externalGameId => 'q"',
        limit => 5);
($status, my $list) = api GET => '/exports/history', undef, @$first;
is $status, 200, 'history';
is_deeply [map { my %r = %$_; delete @r{qw(id created_at)}; \%r } @$list], [
    { datasetType => 'user-points', format => 'json', rowLimit => 5,
      rowCount => 0, status => 'completed', requestedBy => $me,
      filters => { externalGameId => 'q"', limit => 5 } },
    { datasetType => 'users', format => 'csv', rowLimit => 3, rowCount => 0,
      status => 'completed', requestedBy => $me,
      filters => { limit => 3, dateFrom => '2026-01-02T00:00:00',
                   dateTo => '2026-01-03T04:05:06+02:00' } }],
    "one's own, newest first";
is_deeply scalar(api(GET => '/exports/history', undef, @$second)), [],
    "not another's";
($status, $list) = api GET => '/exports/history?scope=all&limit=2', undef,
    @$second;
is scalar(grep { $_->{requestedBy} eq $me } @$list), 2, 'but with all';

my $lost = sql("insert into game.export_log (dataset, format, row_limit,
    subject, seen_at) values ('users', 'csv', 1, '$me',
    now() - interval '16 minutes') returning id");
my $live = sql("insert into game.export_log (dataset, format, row_limit,
    subject, seen_at) values ('users', 'csv', 1, '$me',
    now() - interval '14 minutes') returning id");
$list = api GET => '/exports/history', undef, @$first;
is_deeply { map { $_->{id} => "$_->{status} $_->{rowCount}" }
    grep { $_->{id} eq $lost || $_->{id} eq $live } @$list },
    { $lost => 'failed -1', $live => 'started -1' },
    'one that nobody has seen for long has failed';
sql("select * from game.job_exports('{}', null)");
is scalar sql("select string_agg(status, ' ' order by seen_at)
    from game.export_log where id in ('$lost', '$live')"), 'failed started',
    'and the job says so';

# ---- rows that cannot be read ----

my ($patient, $she) = boss();
for my $form (qw(json xlsx)) {
    my $release = hold('lock table game.users in access exclusive mode');
    my ($code, $body) = api GET => "/exports/users?format=$form", undef,
        @$patient;
    $release->();
    is $code, 503, "$form: an export that waits for too long";
    like $body->{detail}, qr/not available/, 'and why';
}
ok wait_for(sub { scalar sql("select count(*) = 2 from game.audit_log
    where subject = '$she' and level = 'ERROR'
      and details ->> 'status' = '503' and details ? 'exportId'") eq 't' }),
    'the audit log says so';

# ---- the audit log ----

my $logged = sub { scalar sql("select coalesce(string_agg(level || ':' || n,
    ' ' order by level), '') from (select level, count(*) as n
      from game.audit_log where module = 'exports' and subject = '$me'
      group by level) x") };
ok wait_for(sub { $logged->() eq 'INFO:2 SUCCESS:2' }),
    'two rows an export' or diag $logged->();

# ---- directives ----

for my $bad (['GameExportRowsMax 0', 'whole number from 1 to 1000000000'],
             ['GameExportConcurrent many', 'whole number from 1 to 1000'],
             ['GameExportTempDir /no/such', '"/no/such" is not a directory']) {
    my ($ok, $said) = configtest($bad->[0]);
    ok !$ok && $said =~ /\Q$bad->[1]/, $bad->[0] or diag $said;
}
my ($ok, $said) = configtest("GameExportRowsMax 5\nGameExportConcurrent 9\n"
    . "GameExportTempDir /tmp");
ok $ok, 'what is right' or diag $said;

erase($game, $other, $rare);
is_deeply [faults()], [], 'the ledger is right';
done_testing;
