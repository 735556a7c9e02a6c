using ChatOps.Timeline;

namespace ChatOps.Tests.Timeline;

public sealed class RedactorTests
{
    /// <summary>Put together at run time, so that no scanner takes the examples for real.</summary>
    private static string Join(params string[] parts) => string.Concat(parts);

    public static TheoryData<string, string> Secrets() => new()
    {
        { "key " + Join("AKIA", "IOSFODNN7EXAMPLE") + " used", "key [redacted AWS key id] used" },
        { "aws_secret_access_key = " + Join("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"), "aws_secret_access_key = [redacted key]" },
        { Join("ASIA", "IOSFODNN7EXAMPLE") + " / " + Join("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"), "[redacted AWS key id] / [redacted AWS secret key]" },
        { "cloning with " + Join("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"), "cloning with [redacted GitHub token]" },
        { Join("github_pat_", "11ABCDEFG0abcdefghij_KLMNOPQRSTUV"), "[redacted GitHub token]" },
        { "remote " + Join("glpat-", "ABCdef123456-_ghijkl"), "remote [redacted GitLab token]" },
        { "slack " + Join("xoxb-", "123456789012-1234567890123-abcDEF"), "slack [redacted Slack token]" },
        { Join("xapp-", "1-A0123-456-abcdef0123456789"), "[redacted Slack token]" },
        { "https://hooks.slack.com/" + Join("services/T000/B000/", "XXXXXXXXXXXXXXXX"), "https://hooks.slack.com/[redacted webhook]" },
        { Join("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"), "[redacted Stripe key]" },
        { "key=" + Join("AIza", "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"), "key=[redacted Google key]" },
        { "//host/:_authToken=" + Join("npm_", "abcdefghijklmnopqrstuvwxyz0123456789"), "//host/:_authToken=[redacted npm token]" },
        { "jwt " + Join("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0", ".dozjgNryP4J3jVmNHl0w5N"), "jwt [redacted JWT]" },
        { "Authorization: Bearer abc.def-123456", "Authorization: [redacted credentials]" },
        { "curl -H 'Authorization: Bearer abc123456' https://x", "curl -H 'Authorization: [redacted credentials]' https://x" },
        { "sent Bearer abcDEF123456 to gateway", "sent Bearer [redacted token] to gateway" },
        { "Basic YWxhZGRpbjpvcGVuc2VzYW1l", "Basic [redacted credentials]" },
        { "Cookie: sid=abc; theme=dark", "Cookie: [redacted cookie]" },
        { "Set-Cookie: id=a3fWa; Secure; HttpOnly\nnext", "Set-Cookie: [redacted cookie]\nnext" },
        { "postgres://shop:hunter2@db:5432/shop", "postgres://shop:[redacted password]@db:5432/shop" },
        { "redis://:p%40ss@cache:6379", "redis://:[redacted password]@cache:6379" },
        { "amqp://u:pa@ss@host/vhost", "amqp://u:[redacted password]@host/vhost" },
        { "postgres://u:pa/ss@host/db", "postgres://u:[redacted password]@host/db" },
        { "Host=db;Username=shop;Password=hunter2;Port=5432", "Host=db;Username=shop;Password=[redacted password];Port=5432" },
        { "{\"user\":\"ana\",\"password\":\"hun\\\"ter2\"}", "{\"user\":\"ana\",\"password\":\"[redacted password]\"}" },
        { "{\"body\":\"{\\\"password\\\":\\\"hunter2\\\",\\\"a\\\":1}\"}", "{\"body\":\"{\\\"password\\\":\\\"[redacted password]\\\",\\\"a\\\":1}\"}" },
        { "\"pin\": 1, \"password\": 123456, \"b\": 2", "\"pin\": 1, \"password\": [redacted password], \"b\": 2" },
        { "POSTGRES_PASSWORD=hunter2", "POSTGRES_PASSWORD=[redacted password]" },
        { "password: hunter", "password: [redacted password]" },
        { "  client_secret: 'abc def'", "  client_secret: '[redacted secret]'" },
        { "x-api-key: 12ab34cd", "x-api-key: [redacted key]" },
        { "secretAccessKey=>abcd1234", "secretAccessKey=>[redacted key]" },
        { "login?user=ana&access_token=abc123def&x=1", "login?user=ana&access_token=[redacted token]&x=1" },
        { "mysql --password hunter2 -h db", "mysql --password [redacted password] -h db" },
        { "mysql --password=hunter2 -h db", "mysql --password=[redacted password] -h db" },
        { "<password>hunter2</password>", "<password>[redacted password]</password>" },
        { "ALTER USER shop PASSWORD 'hunter2'", "ALTER USER shop PASSWORD '[redacted password]'" },
        { "CREATE USER s IDENTIFIED BY 'hunter2'", "CREATE USER s IDENTIFIED BY '[redacted password]'" },
        { "session_id=8f14e45fceea167a", "session_id=[redacted session]" },
        { "card 4111 1111 1111 1111 declined", "card [redacted card number] declined" },
        { "card 4111111111111111.", "card [redacted card number]." },
        { "amex 378282246310005", "amex [redacted card number]" },
        { Join("a -----BEGIN RSA PRIVATE", " KEY-----\nMIIE\nabc\n-----END RSA PRIVATE", " KEY----- z"), "a [redacted private key] z" },
        { Join("-----BEGIN PRIVATE", " KEY-----\nMIIE cut off"), "[redacted private key]" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_replaced_by_what_it_was(string text, string expected)
    {
        Redactor.ForRecord(text).ShouldBe(expected);
        Redactor.ForRecord(expected).ShouldBe(expected);
    }

    [Theory]
    [InlineData("connect ECONNREFUSED 10.0.0.5:5432")]
    [InlineData("password authentication failed for user \"shop\"")]
    [InlineData("deployed 029a458f0e1c7b1f1c8f2d3a4b5c6d7e8f901234 to production")]
    [InlineData("instance 8dbb1f2a-5d0c-4a39-9d4f-8a2f0f1f9b11 started")]
    [InlineData("token_count=5 max_tokens=4096 token_type=bearer")]
    [InlineData("token: expired")]
    [InlineData("SyntaxError: Unexpected token } in JSON at position 5")]
    [InlineData("Unexpected token: }")]
    [InlineData("the bearer of bad news, Basic authentication required")]
    [InlineData("pam_unix(sshd:session): session opened for user root by (uid=0)")]
    [InlineData("secrets rotated, password changed, session closed")]
    [InlineData("https://example.com:8443/a/b?x=1#top")]
    [InlineData("http://localhost:8080/users/@me")]
    [InlineData("see https://github.com/a/b/pull/7 by @ana")]
    [InlineData("order 1732181225123456 at 1732181225123")]
    [InlineData("trace 4111111111111112 span 00f067aa0ba902b7")]
    [InlineData("password=${DB_PASSWORD} password=**** \"password\": null")]
    [InlineData("version 10.0.100.1 of SDK 9.0.1; nginx/1.25.3")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----")]
    [InlineData("std::string at main.cpp:42, took 10:24:33")]
    [InlineData("")]
    public void Ordinary_text_stays_as_it_is(string text)
    {
        Redactor.ForRecord(text).ShouldBe(text);
        Redactor.ForRecord(text).ShouldBeSameAs(text);
    }

    [Theory]
    [InlineData("mail to anna.b@example.com now", "mail to a…@example.com now")]
    [InlineData("from 10.1.2.3:5432 to 192.168.17.4", "from 10.1.x.x:5432 to 192.168.x.x")]
    [InlineData("bound to 127.0.0.1:80 and 0.0.0.0:81", "bound to 127.0.0.1:80 and 0.0.0.0:81")]
    [InlineData("peer [2001:db8:85a3::8a2e:370:7334]:443", "peer [2001:db8:x:x]:443")]
    [InlineData("listening on [::1]:80", "listening on [::1]:80")]
    [InlineData("version 10.0.100.1, 1.2.3, v1.2.3.4, 999.1.2.3, 10:24:33, git@github", "version 10.0.100.1, 1.2.3, v1.2.3.4, 999.1.2.3, 10:24:33, git@github")]
    public void For_Slack_addresses_are_masked_and_the_record_keeps_them(string text, string expected)
    {
        Redactor.ForSlack(text).ShouldBe(expected);
        Redactor.ForSlack(expected).ShouldBe(expected);
        Redactor.ForRecord(text).ShouldBe(text);
    }

    [Fact]
    public void Hostile_text_of_a_million_characters_is_done_before_the_deadline()
    {
        const int size = 1_000_000;
        string[] hostile =
        [
            new('a', size), new('=', size), new(':', size), new('@', size), new('"', size), new('1', size), new('.', size), new('-', size), new('\\', size),
            Repeat("://", size), Repeat("a@", size), Repeat("password=", size), Repeat("password=\"", size), Repeat("password: ", size), Repeat("eyJ.", size), Repeat("eyJ-", size), Repeat("bearer ", size), Repeat("-----BEGIN PRIVATE KEY-----", size),
            Repeat("-----BEGIN ", size), Repeat("1.", size), Repeat("4111 ", size), Repeat("a:b:c", size), Repeat("://a:b", size), Repeat("token=", size), Repeat("cookie:", size), Repeat("x'\"token=", size), Repeat("token", size), Repeat("cookie:", size), Repeat("::", size), Repeat("AKIA", size), Repeat("hooks.slack.com/", size),
        ];
        // A deadline against hanging, not a measure: what is quadratic takes minutes here, what is linear well under a second each.
        var time = System.Diagnostics.Stopwatch.StartNew();
        foreach (var text in hostile)
        {
            Redactor.ForSlack(text);
            time.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), text[..20]);
        }
    }

    private static string Repeat(string part, int size) => string.Concat(Enumerable.Repeat(part, size / part.Length));
}
