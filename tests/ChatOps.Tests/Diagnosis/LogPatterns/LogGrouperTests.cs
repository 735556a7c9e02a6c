using ChatOps.Diagnosis.LogPatterns;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

public sealed class LogGrouperTests
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 21, 14, 21, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("connect ECONNREFUSED 10.0.0.5:5432", "connect ECONNREFUSED 10.0.0.77:5433", "connect ECONNREFUSED <ip>")]
    [InlineData("took 12 ms", "took 1.5 seconds", "took <duration>")]
    [InlineData("used 257 MB of it", "used 1.5 GiB of it", "used <size> of it")]
    [InlineData("user anna@example.com signed in", "user b@c.example.org signed in", "user <email> signed in")]
    [InlineData("GET /cart/17?x=1 200", "GET /users/ana 404", "GET <path> <num>")]
    [InlineData("trace 8dbb1f2a-5d0c-4a39-9d4f-8a2f0f1f9b11 done", "trace 9dbb1f2a-5d0c-4a39-9d4f-8a2f0f1f9b12 done", "trace <uuid> done")]
    [InlineData("addr 0x7ffe12ab freed", "addr 0x1 freed", "addr <hex> freed")]
    [InlineData("{\"level\":\"error\",\"ts\":1,\"msg\":\"db gone after 5 tries\",\"id\":\"a\"}", "{\"ts\":2,\"level\":\"error\",\"msg\":\"db gone after 6 tries\",\"other\":[1,2]}", "db gone after <num> tries")]
    [InlineData("level=warn ts=1 msg=\"disk at 91%\" host=a", "level=warn msg=\"disk at 95%\"", "disk at <num>")]
    [InlineData("retry at Mon Jul 18 03:26:49 2005", "retry at Fri Jun 7 13:26:49 2005", "retry at <time>")]
    [InlineData("peer (a-1.example.net) left", "peer () left", "peer <*> left")]
    public void Lines_that_differ_in_values_are_one_pattern(string one, string other, string template)
    {
        var patterns = Group(one, other);
        patterns.Count.ShouldBe(1);
        patterns[0].Count.ShouldBe(2);
        patterns[0].Template.ShouldBe(template);
    }

    [Theory]
    [InlineData("session opened for ana", "session closed for ana")]
    [InlineData("GET /login HTTP/1.1\" 200 12", "GET /login HTTP/1.1\" 503 12")]
    [InlineData("VM Started (Lifecycle Event)", "VM Stopped (Lifecycle Event)")]
    [InlineData("{\"level\":\"info\",\"msg\":\"request done\",\"status\":200}", "{\"level\":\"info\",\"msg\":\"request done\",\"status\":502}")]
    [InlineData("java.io.IOException: closed", "java.sql.SQLException: closed")]
    public void Lines_that_say_something_else_are_two_patterns(string one, string other) => Group(one, other).Count.ShouldBe(2);

    [Fact]
    public void Names_in_one_place_are_a_value_and_states_are_not()
    {
        string[] users = ["ana", "bo", "cleo", "dan", "eve"];
        Group([.. users.Select(u => $"session opened for user {u} by root")]).Count.ShouldBe(1);
        string[] states = ["Started", "Stopped", "Paused", "Resumed", "Deleted"];
        Group([.. states.Select(s => $"machine was {s} by the scheduler")]).Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("2026-11-21T14:21:07Z ERROR [shop] down", LineLevel.Error)]
    [InlineData("2026/11/21 14:21:07 [error] 31#31: *1 connect() failed", LineLevel.Error)]
    [InlineData("2026-11-21 14:21:07.1 UTC [12] FATAL:  the database system is starting up", LineLevel.Error)]
    [InlineData("level=error msg=\"down now\"", LineLevel.Error)]
    [InlineData("{\"level\":50,\"msg\":\"down\"}", LineLevel.Error)]
    [InlineData("{\"log.level\":\"WARN\",\"message\":\"slow\"}", LineLevel.Warn)]
    [InlineData("{\"@l\":\"Error\",\"severity\":\"ERROR\",\"message\":\"slow\"}", LineLevel.Error)]
    [InlineData("W1121 14:21:07.1 1 x.go:1] slow", LineLevel.Warn)]
    [InlineData("<3>kernel: out of memory", LineLevel.Error)]
    [InlineData("warn: Shop.Db[10] slow", LineLevel.Warn)]
    [InlineData("INFO no error so far", LineLevel.Info)]
    [InlineData("there was an error in the kitchen", LineLevel.Unknown)]
    [InlineData("1.2.3.4 - - \"GET /x HTTP/1.1\" 500 12", LineLevel.Error)]
    [InlineData("panic: runtime error: index out of range", LineLevel.Error)]
    public void The_level_is_what_the_line_states(string line, LineLevel level) => Group(line)[0].Level.ShouldBe(level);

    [Fact]
    public void A_place_is_a_value_whether_the_word_or_the_value_was_met_first()
    {
        Group("user 42 a.example.com", "user <!channel>").ShouldHaveSingleItem().Template.ShouldBe("user <num> <host>");
        Group("user <!channel>", "user 42 a.example.com").ShouldHaveSingleItem().Template.ShouldBe("user <num> <host>");
    }

    [Fact]
    public void A_stack_trace_belongs_to_its_first_line()
    {
        var patterns = Group(
            "ERROR checkout failed", "java.lang.IllegalStateException: no pool", "\tat shop.Db.open(Db.java:12)", "\tat shop.Main.main(Main.java:3)", "Caused by: java.net.ConnectException: Connection refused", "\t... 2 more",
            "INFO next");
        patterns.Select(p => p.Lines).Sum().ShouldBe(7);
        patterns.Count.ShouldBe(3);
        patterns.Single(p => p.Sample.StartsWith("java.lang", StringComparison.Ordinal)).Sample.ShouldContain("Caused by: java.net.ConnectException");
    }

    [Fact]
    public void A_Python_trace_is_named_by_its_last_line()
    {
        var patterns = Group("INFO before", "Traceback (most recent call last):", "  File \"a.py\", line 3, in f", "    g()", "ValueError: bad amount 17", "INFO after it");
        patterns.Count.ShouldBe(3);
        var trace = patterns.Single(p => p.Sample.StartsWith("ValueError", StringComparison.Ordinal));
        trace.Lines.ShouldBe(4);
        trace.Template.ShouldBe("ValueError: bad amount <num>");
        trace.Sample.ShouldContain("a.py");
    }

    [Fact]
    public void A_logged_Python_exception_stays_with_the_line_that_logged_it()
    {
        var patterns = Group("ERROR in checkout", "Traceback (most recent call last):", "  File \"a.py\", line 3, in f", "psycopg2.OperationalError: refused", "INFO after it");
        patterns.Count.ShouldBe(2);
        patterns.Single(p => p.Level == LineLevel.Error).Lines.ShouldBe(4);
    }

    [Fact]
    public void The_console_logger_of_NET_is_read_with_its_message()
    {
        var patterns = Group("fail: Shop.Db[13]", "      Could not open a connection to 10.0.0.1", "      Npgsql.NpgsqlException: x", "fail: Shop.Db[13]", "      Something else broke");
        patterns.Count.ShouldBe(2);
        patterns.ShouldContain(p => p.Template.Contains("Could not open a connection to <ip>"));
        patterns.Sum(p => p.Lines).ShouldBe(5);
    }

    [Fact]
    public void Counts_are_kept_per_period_and_times_are_those_of_the_window()
    {
        var grouper = new LogGrouper();
        grouper.Add(T0.AddDays(-1), "job 1 done", LogPeriod.Yesterday);
        grouper.Add(T0.AddMinutes(3), "job 2 done");
        grouper.Add(T0, "job 3 done");
        var pattern = grouper.Patterns().ShouldHaveSingleItem();
        pattern.CountIn(LogPeriod.Yesterday).ShouldBe(1);
        pattern.Count.ShouldBe(2);
        pattern.FirstSeen.ShouldBe(T0);
        pattern.LastSeen.ShouldBe(T0.AddMinutes(3));
        pattern.Sample.ShouldBe("job 3 done");
        pattern.Buckets.Sum().ShouldBe(2);
        pattern.Buckets[0].ShouldBe(1);
        (pattern.BucketsStart <= T0).ShouldBeTrue();
    }

    [Fact]
    public void A_day_of_lines_fits_on_the_time_axis()
    {
        var grouper = new LogGrouper();
        for (var i = 0; i < 86_400; i += 7) grouper.Add(T0.AddSeconds((i * 31L) % 86_400), "tick");
        var pattern = grouper.Patterns().ShouldHaveSingleItem();
        pattern.Buckets.Count.ShouldBeLessThanOrEqualTo(256);
        pattern.Buckets.Sum().ShouldBe((int)pattern.Count);
    }

    [Fact]
    public void Hostile_lines_are_safe()
    {
        string[] hostile = ["", " ", "\0\0", "\u001b[31mred\u001b[0m", "💥💥 boom", "<!channel> <!here> <@U1>", new('a', 100_000), string.Concat(Enumerable.Repeat("a1 b ", 30_000)), "{\"msg\":", "{\"msg\":\"", "{{{{", "msg=", "msg=\"", "=", "\"", "\ud83d", "[]()''", "{\"a\":{\"b\":{\"c\":{\"msg\":\"deep\"}}}}", "Traceback (most recent call last):"];
        var patterns = Group(hostile);
        patterns.Sum(p => p.Lines).ShouldBe(hostile.Length);
        patterns.ShouldAllBe(p => p.Sample.Length <= 4096 + 2000 && p.Template.Length <= 500 && p.Template.Length > 0);
        patterns.ShouldAllBe(p => !p.Template.Any(c => c == '\n' || c == '\0'));
    }

    [Fact]
    public void Memory_stays_bounded_when_every_line_is_new()
    {
        var grouper = new LogGrouper(new LogGrouperOptions { MaxPatterns = 500 });
        var random = new Random(3);
        const int lines = 60_000;
        for (var i = 0; i < lines; i++) grouper.Add(T0.AddSeconds(i), string.Join(' ', Enumerable.Range(0, 3 + (i % 9)).Select(_ => Word(random))));
        var patterns = grouper.Patterns();
        patterns.Count.ShouldBeLessThanOrEqualTo(500 + 256 + 3);
        patterns.Sum(p => p.Lines).ShouldBe(lines);
        patterns.Sum(p => p.Count).ShouldBe(lines);
        grouper.LineCount.ShouldBe(lines);
    }

    private static string Word(Random random) => string.Create(7, random, static (text, r) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = (char)('a' + r.Next(26));
    });

    private static IReadOnlyList<LogPattern> Group(params string[] lines)
    {
        var grouper = new LogGrouper();
        foreach (var line in lines) grouper.Add(T0, line);
        return grouper.Patterns();
    }
}
