using ChatOps.Diagnosis;
using ChatOps.Diagnosis.LogPatterns;
using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using FsCheck;
using FsCheck.Fluent;
using static ChatOps.Tests.Diagnosis.Facts;

namespace ChatOps.Tests.Diagnosis;

public sealed class MessagesTests
{
    private static readonly Incident Seven = new()
    {
        Number = 7, ShortId = "abcd1234", Title = "Login broken", Status = IncidentStatus.Open, Severity = 1, Environment = "production", Service = "shop",
        DeclaredBy = "U0ANA", DeclaredAt = At(30), DeclaredIn = "C0GENERAL", Lead = "U0BOB",
    };

    private static StepView View(IReadOnlyList<Evidence> evidence, Incident? incident = null) =>
        new(incident ?? Seven, "assess", 12, "U0ANA", Hypotheses.Rank(evidence, Books, World, At(31)), OnsetEstimate.From(evidence));

    private static AssessResult Assessed(IReadOnlyList<Evidence> evidence, string sentence = "shop-db is not running: OOM killed", bool healthy = false, IReadOnlyList<SilentSource>? silent = null) => new()
    {
        Evidence = evidence, Sentence = sentence, NoAnswers = silent ?? [], Answered = 4, Asked = 5, At = At(31), Probes = [], Looked = ["shop", "shop-db"], Broken = ["shop"],
        Severity = healthy ? null : new(1, "SEV1: shop is tier 1 and its login fails"), AllHealthy = healthy,
    };

    private static readonly Evidence[] Database = [Down("shop-db", 20), Oom("shop-db", 20), ProbeFails("shop", 20), NewPattern("shop", 20, "connect ECONNREFUSED <ip>:5432")];

    private static List<Button> Buttons(Message message) => [.. message.Blocks!.OfType<ActionsBlock>().SelectMany(b => b.Elements.OfType<Button>())];

    [Fact]
    public void The_first_120_characters_say_incident_verdict_and_what_is_needed_and_mention_the_lead()
    {
        var text = DiagnosisMessages.Assessed(View(Database), Assessed(Database), []).Text;

        text.ShouldBe("<@U0BOB> Incident 7: shop-db is not running: OOM killed. Choose a fix.");
        text.Length.ShouldBeLessThanOrEqualTo(120);
    }

    [Fact]
    public void A_long_verdict_leaves_room_for_what_is_needed()
    {
        var text = DiagnosisMessages.Assessed(View(Database), Assessed(Database, new string('x', 500)), []).Text;

        text[..Math.Min(120, text.Length)].ShouldEndWith("Choose a fix.");
    }

    [Fact]
    public void The_last_block_is_the_next_step_with_one_primary_button_and_two_or_three_others()
    {
        foreach (var message in Every(Database))
        {
            var last = message.Blocks![^1].ShouldBeOfType<ActionsBlock>();
            var buttons = last.Elements.OfType<Button>().ToList();
            buttons.Count.ShouldBeInRange(2, 5);
            buttons.Count(b => b.Style == ButtonStyle.Primary).ShouldBe(1);
            buttons[0].Style.ShouldBe(ButtonStyle.Primary);
            buttons.Select(b => b.ActionId).ShouldBeUnique();
        }
    }

    [Fact]
    public void In_triage_the_suggested_severity_can_be_accepted_with_its_rule()
    {
        var message = DiagnosisMessages.Assessed(View(Database, Seven with { Status = IncidentStatus.Triage, Severity = null, Lead = null }), Assessed(Database), []);

        Buttons(message)[0].Value.ShouldBe("accept|7|1");
        message.Blocks!.OfType<SectionBlock>().ShouldContain(b => b.Text!.Text.Contains("SEV1: shop is tier 1 and its login fails"));
    }

    [Fact]
    public void All_healthy_offers_cancel_first() =>
        Buttons(DiagnosisMessages.Assessed(View([]), Assessed([], "all healthy: 4 services run and 5 of 5 probes pass", healthy: true), []))[0].Value.ShouldBe("cancel|7|");

    [Fact]
    public void A_fix_shows_the_way_back_before_why_and_risk()
    {
        var text = Every(Database)[3].Blocks!.OfType<SectionBlock>().First(b => b.Text!.Text.Contains("Way back")).Text!.Text;

        text.IndexOf("Way back", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("Why", StringComparison.Ordinal));
        Buttons(Every(Database)[3])[0].Value.ShouldBe("fix|7|restart shop-db");
    }

    [Fact]
    public void A_verified_incident_offers_to_resolve_it() => Buttons(Every(Database)[4])[0].Value.ShouldBe("resolve|7|");

    [Fact]
    public void A_hypothesis_shows_what_speaks_for_and_against_it()
    {
        var text = string.Join('\n', DiagnosisMessages.Assessed(View(Database), Assessed(Database), []).Blocks!.OfType<SectionBlock>().Select(b => b.Text!.Text));

        text.ShouldContain("Most likely: shop-db is not running: OOM killed");
        text.ShouldContain("• for: ");
        text.ShouldContain("• against: ");
    }

    [Fact]
    public void Whatever_platforms_and_logs_say_the_messages_are_valid_and_notify_nobody()
    {
        var hostile = Gen.Elements("<!channel> <@U0EVIL>", "```` ``` `", new string('<', 4_000), "日本語のログ\u0000\u202e", "🧨🧨", new string('x', 9_000), "a\nb\r\nc", "", " ", "&amp;<!here|x>")
            .ArrayOf().Select(parts => string.Concat(parts));
        Prop.ForAll((from a in hostile from b in hostile from n in Gen.Choose(0, 60) select (a, b, n)).ToArbitrary(), x =>
        {
            Evidence[] evidence =
            [
                .. Database.Select(e => e with { Text = e.Text + x.a, Source = x.b }),
                .. Enumerable.Range(0, x.n).Select(i => Fact(Signs.LatencyHigh, i % 2 == 0 ? "pay" : "shop", i, Weight.Bad, x.b + i, ("metric", $"m{i}"), ("detail", x.a))),
            ];
            foreach (var message in Every(evidence, x.a, x.b))
            {
                BlockValidation.Check(message).ShouldBeEmpty();
                var all = message.Text + string.Concat(message.Blocks!.OfType<SectionBlock>().Select(b => b.Text!.Text)) + string.Concat(message.Blocks!.OfType<ContextBlock>().SelectMany(b => b.Elements.OfType<Markdown>()).Select(m => m.Text));
                all.ShouldNotContain("<!channel>");
                all.ShouldNotContain("<!here");
                all.ShouldNotContain("<@U0EVIL>");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private static List<Message> Every(IReadOnlyList<Evidence> evidence, string said = "login failed", string name = "shop")
    {
        var view = View(evidence, Seven with { Title = said });
        SilentSource[] silent = [.. Enumerable.Range(0, 9).Select(i => new SilentSource(new("shop", "production"), name, $"no answer from {name} {said}"))];
        var past = new PastIncident { Number = 3, Title = said, FixedBy = said, ResolvedAt = At(-9000) };
        var pattern = new LogPattern
        {
            Template = said + "<num>", Count = 412, CountsByPeriod = [412, 0, 0, 0], Lines = 412, FirstSeen = At(20), LastSeen = At(30), Level = LineLevel.Error,
            Sample = said + name, Buckets = [1, 2, 3], BucketsStart = At(20), BucketWidth = TimeSpan.FromMinutes(1),
        };
        var finding = new ServiceFinding(name, new LogFinding
        {
            Pattern = pattern, RatePerMinute = 40, BaselinePerMinute = 0, IsNew = true, Factor = null, IsNews = true, IsTrouble = true, Score = 9, Sparkline = "▁█", Why = "new; 412 times",
        });
        var choice = FixChoice.From(new()
        {
            Service = "shop", Evidence = evidence, Hypotheses = view.Hypotheses, Runbooks = Books, Catalog = World, Past = [], Now = At(31),
            Good = new Dictionary<string, ChatOps.Deployments.LastGoodVersion>(),
        });
        var rows = Enumerable.Range(0, 40).Select(i => new VerifyRow(name, said, (Verdict)(i % 3), said + name)).ToList();
        return
        [
            DiagnosisMessages.Assessed(view, Assessed(evidence, said.Length == 0 ? "x" : said, silent: silent), [past, past, past]),
            DiagnosisMessages.Logs(view, new()
            {
                Evidence = evidence, Sentence = said, NoAnswers = silent, Answered = 1, Asked = 2, At = At(31), Findings = [.. Enumerable.Repeat(finding, 12)], WindowStart = At(5), Lines = 9, InFile = 9, Excerpt = "x"u8.ToArray(), Looked = ["shop", name],
            }),
            DiagnosisMessages.Resources(view, new() { Evidence = evidence, Sentence = said, NoAnswers = silent, Answered = 1, Asked = 2, At = At(31), Looked = ["shop", "pay", "shop-db", name], Probes = [] }),
            DiagnosisMessages.Fixes(view, new() { Evidence = evidence, Sentence = said, NoAnswers = silent, Answered = 1, Asked = 2, At = At(31), Choice = choice with { Notes = [said, name] }, ByHand = [said] }, World),
            DiagnosisMessages.Verified(view, new() { Evidence = evidence, Sentence = said, NoAnswers = silent, Answered = 1, Asked = 2, At = At(31), Probes = [], Rows = rows, Passed = true }),
            DiagnosisMessages.Verified(view, new() { Evidence = evidence, Sentence = said, NoAnswers = silent, Answered = 1, Asked = 2, At = At(31), Probes = [], Rows = rows, Passed = false }),
        ];
    }
}
