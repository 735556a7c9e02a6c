using ChatOps.Incidents;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.WebApi;
using ChatOps.Tests.Permissions;
using ChatOps.Timeline;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Incidents;

/// <summary>What people type of persons, times and tasks, as it is meant.</summary>
public sealed class TypedThingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 19, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_person_from_slack_s_list_is_known_by_id_whatever_the_name_looks_like()
    {
        const string sent = "role comms <@U0BEN00001|ben> and <@W0CARLA001|Carla Jensen> &lt;@U0FAKE|x&gt;";
        TypedText.Read(sent).ShouldBe("role comms @ben and @Carla_Jensen <@U0FAKE|x>");
        TypedText.Mentions(sent).ShouldBe(new Dictionary<string, string> { ["ben"] = "U0BEN00001", ["Carla_Jensen"] = "W0CARLA001" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("@ben", "U0BEN")]
    [InlineData("BEN", "U0BEN")]
    [InlineData("<@U0BEN>", "U0BEN")]
    [InlineData("<@U0BEN|whoever>", "U0BEN")]
    [InlineData("me", "U0ANA")]
    [InlineData("@mentioned", "U0BEN")]
    public async Task A_person_is_found_by_handle_id_or_mention(string word, string id)
    {
        using var directory = Directory();
        var (person, refusal) = await new FindPerson(directory).RunAsync(Call(), word, TestContext.Current.CancellationToken);
        refusal.ShouldBeNull();
        person!.Id.ShouldBe(id);
    }

    [Theory]
    [InlineData("<@U0GONE>", "deactivated")]
    [InlineData("@gone", "no-such-person")]
    [InlineData("@robot", "app")]
    [InlineData("USLACKBOT", "app")]
    [InlineData("@Ben O.", "no-such-person")]
    [InlineData("<!channel>", "no-such-person")]
    [InlineData("", "no-such-person")]
    public async Task Whoever_is_gone_an_app_or_nobody_is_refused_with_what_to_do(string word, string code)
    {
        using var directory = Directory();
        var (person, refusal) = await new FindPerson(directory).RunAsync(Call(), word, TestContext.Current.CancellationToken);
        person.ShouldBeNull();
        refusal!.Code.ShouldBe(code);
        refusal.Sentence.ShouldNotContain("<!channel>");
        refusal.Sentence.ShouldEndWith(".");
    }

    [Fact]
    public async Task While_slack_does_not_tell_who_is_who_nobody_is_given_anything()
    {
        var slack = new DirectorySlack { Away = true };
        using var directory = new SlackDirectory(slack, TimeProvider.System);
        (await new FindPerson(directory).RunAsync(Call(), "@ben", TestContext.Current.CancellationToken)).Refusal!.Code.ShouldBe("slack-away");
    }

    [Theory]
    [InlineData("", TaskCommandKind.List, null, "", null, null)]
    [InlineData("list 12", TaskCommandKind.List, 12L, "", null, null)]
    [InlineData("done 12", TaskCommandKind.Done, 12L, "", null, null)]
    [InlineData("done with the cache", TaskCommandKind.Add, null, "done with the cache", null, null)]
    [InlineData("done 12 more checks", TaskCommandKind.Add, null, "done 12 more checks", null, null)]
    [InlineData("assign #12 @ben", TaskCommandKind.Assign, 12L, "", "@ben", null)]
    [InlineData("assign 12", TaskCommandKind.Assign, 12L, "", null, null)]
    [InlineData("fix the alert @ben --due 3d", TaskCommandKind.Add, null, "fix the alert", "@ben", "3d")]
    [InlineData("fix the alert —due 2026-12-01 @ben", TaskCommandKind.Add, null, "fix the alert", "@ben", "2026-12-01")]
    [InlineData("@ben fix the alert", TaskCommandKind.Add, null, "fix the alert", "@ben", null)]
    [InlineData("say \"why\" to ben@shop.example", TaskCommandKind.Add, null, "say \"why\" to ben@shop.example", null, null)]
    public void A_task_is_read_as_it_is_meant(string typed, TaskCommandKind kind, long? number, string text, string? person, string? due) =>
        TaskCommand.Read(typed).ShouldBe(new TaskCommand(kind, number, text, person, due));

    [Theory]
    [InlineData("3d", "2026-11-28T19:00:00Z")]
    [InlineData("2w", "2026-12-09T19:00:00Z")]
    [InlineData("2026-12-01", "2026-12-01T12:00:00Z")]
    [InlineData("tomorrow", "2026-11-26T12:00:00Z")]
    [InlineData("2026-11-25", "2026-11-25T23:54:00Z")]
    [InlineData("2026-11-24", null)]
    [InlineData("soon", null)]
    [InlineData("-3d", null)]
    [InlineData("999999999999d", null)]
    public void A_day_is_read_and_one_that_is_over_is_none(string typed, string? due) =>
        Spans.ParseDue(typed, Now).ShouldBe(due is null ? null : DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void An_option_is_taken_out_of_a_text_whose_lines_and_quotes_stay() =>
        OptionText.Take("first \"line\"\nsecond --next 30m\nthird", "next").ShouldBe(("first \"line\"\nsecond\nthird", "30m"));

    [Fact]
    public void A_page_s_buttons_ask_for_the_same_timeline_again() =>
        Prop.ForAll<NonNull<string>, PositiveInt, bool>((text, id, older) =>
        {
            var place = new TimelinePlace(Now.AddTicks(id.Get), id.Get);
            var plain = string.Join(' ', text.Get.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("-", "", StringComparison.Ordinal).Trim('"', '“', '”', '—', '–', ' ');
            var query = new TimelineQuery { Kind = "note", Person = "@ben", Text = plain, Before = older ? place : null, After = older ? null : place };
            TimelineQuery.Read(query.Write()).ShouldBe(query);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_people_wrote_tasks_topics_and_handovers_are_ones_that_slack_takes() =>
        Prop.ForAll<NonNull<string>, int>((text, seed) =>
        {
            var long0 = string.Concat(Enumerable.Repeat(text.Get + "<!channel>&🔥", 200));
            var incident = IncidentTransitionsTests.In(IncidentStatus.Open) with { Title = long0, LeadName = "ana", Lead = "U0ANA", LastUpdate = long0, LastUpdateBy = "U0ANA", LastUpdateAt = Now, Cause = long0, OnsetSource = long0, OnsetAt = Now };
            var tasks = Enumerable.Range(1, 300).Select(n => new IncidentTask { Number = n, Incident = 7, Text = long0, Owner = n % 2 == 0 ? "U0BEN" : null, CreatedBy = "U0ANA", State = (TaskState)(n % 3), DueAt = Now }).ToList();
            var facts = new IncidentFacts { OpenTasks = 300, Likeliest = long0, Because = text.Get, Services = [.. Enumerable.Repeat(long0, 80)] };
            var handover = new HandoverFacts { Tried = [long0, long0, long0, long0, long0], Running = [long0], Found = [long0, long0, long0], Facts = facts };
            var entries = Enumerable.Range(1, 20).Select(n => new TimelineEntry { Id = n, Incident = n % 2 == 0 ? 8 : 7, Kind = "note", At = Now, RecordedAt = Now.AddHours(1), Actor = "U0ANA", Text = long0 }).ToList();
            var query = TimelineQuery.Read(text.Get);
            foreach (var status in Enum.GetValues<IncidentStatus>())
            {
                var shown = incident with { Status = status, MergedInto = 8, Drill = seed % 2 == 0, Private = seed % 3 == 0 };
                IncidentMessages.Topic(shown).Length.ShouldBeLessThanOrEqualTo(BlockLimits.Topic);
                foreach (var message in (Message[])
                    [
                        SummaryMessages.Summary(shown, facts), MenuMessages.Here(shown), IncidentMessages.Announcement(shown, "<#C0INC>"), IncidentMessages.GoesOn(shown, "note", long0), IncidentMessages.GoesOn(shown, "note", text.Get),
                        TaskMessages.List(shown, tasks, 0), TaskMessages.List(shown, tasks, 250), TaskMessages.One(shown, tasks[0]),
                        HandoverMessages.Offer(shown, new Handover { Number = 1, FromUser = "U0ANA", ToUser = "U0BEN" }, handover),
                        TimelineMessages.Page(shown, query, new(entries, HasOlder: true, HasNewer: true)),
                        IncidentPicker.Which("note", text.Get, [.. Enumerable.Repeat(shown, 80)], ended: false), MenuMessages.Elsewhere([.. Enumerable.Repeat(shown, 80)], "/incident"), IncidentPicker.List([.. Enumerable.Repeat(shown, 80)], [shown]),
                    ])
                {
                    BlockValidation.Check(message).ShouldBeEmpty();
                    message.Text.ShouldNotContain("<!channel>");
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    private static IncidentCall Call() => new() { Verb = "role", Arguments = "", UserId = "U0ANA", ChannelId = "C0", Mentions = new Dictionary<string, string> { ["mentioned"] = "U0BEN" } };

    private static SlackDirectory Directory()
    {
        var slack = new DirectorySlack();
        slack.People.AddRange([
            new User { Id = "U0ANA", Name = "ana" }, new User { Id = "U0BEN", Name = "ben", RealName = "Ben O." }, new User { Id = "U0GONE", Name = "gone", Deleted = true },
            new User { Id = "U0ROBOT", Name = "robot", IsBot = true }, new User { Id = "USLACKBOT", Name = "slackbot" },
        ]);
        return new SlackDirectory(slack, TimeProvider.System);
    }
}
