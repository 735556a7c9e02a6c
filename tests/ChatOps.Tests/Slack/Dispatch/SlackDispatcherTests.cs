using ChatOps.Slack;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;

namespace ChatOps.Tests.Slack.Dispatch;

public sealed class SlackDispatcherTests
{
    private readonly List<string> log = [];

    [Theory]
    [InlineData("fix.choose", "button fix.choose")]
    [InlineData("fix.choose:2", "button fix.choose:2")]
    [InlineData("fix.choose:2:x", "button fix.choose:2:x")]
    [InlineData("fix.other", null)]
    [InlineData("fix", null)]
    public async Task An_action_id_finds_its_handler_with_or_without_a_suffix(string actionId, string? expected)
    {
        var result = await Dispatch(SlackRequestKind.BlockActions, $$"""{"type":"block_actions","actions":[{"type":"button","action_id":"{{actionId}}"}]}""");

        result.ShouldBe(expected is null ? DispatchResult.NoHandler : DispatchResult.Handled);
        log.ShouldBe(expected is null ? [] : [expected]);
    }

    [Fact]
    public async Task One_action_id_may_have_a_handler_for_each_kind_of_element()
    {
        await Dispatch(SlackRequestKind.BlockActions, """{"actions":[{"type":"overflow","action_id":"fix.choose","selected_option":{"value":"7","text":{"type":"plain_text","text":"t"}}}]}""");
        log.ShouldBe(["overflow 7"]);
        (await Dispatch(SlackRequestKind.BlockActions, """{"actions":[{"type":"users_select","action_id":"fix.choose","selected_user":"U1"}]}""")).ShouldBe(DispatchResult.NoHandler);
    }

    [Fact]
    public async Task Commands_shortcuts_closings_and_events_find_their_handlers()
    {
        await Dispatch(SlackRequestKind.SlashCommand, """{"command":"/incident","text":"start"}""");
        await Dispatch(SlackRequestKind.MessageShortcut, """{"callback_id":"note"}""");
        await Dispatch(SlackRequestKind.GlobalShortcut, """{"callback_id":"new"}""");
        await Dispatch(SlackRequestKind.ViewClosed, """{"view":{"id":"V1","callback_id":"form"}}""");
        await Dispatch(SlackRequestKind.Event, """{"event_id":"Ev1","event":{"type":"pin_added","user":"U1"}}""");
        await Dispatch(SlackRequestKind.Event, """{"type":"app_rate_limited","minute_rate_limited":1700000040}""");

        log.ShouldBe(["/incident start", "shortcut note", "global new", "closed V1", "pin U1", "pin again U1", "limited 1700000040"]);
    }

    [Theory]
    [InlineData(SlackRequestKind.SlashCommand, """{"command":"/unknown"}""")]
    [InlineData(SlackRequestKind.MessageShortcut, """{"callback_id":"unknown"}""")]
    [InlineData(SlackRequestKind.ViewSubmission, """{"view":{"callback_id":"unknown"}}""")]
    [InlineData(SlackRequestKind.Event, """{"event_id":"Ev1","event":{"type":"tea_time"}}""")]
    [InlineData(SlackRequestKind.Event, """{"event_id":"Ev1","event":{"type":"channel_archive"}}""")]
    [InlineData((SlackRequestKind)99, "{}")]
    public async Task What_nobody_registered_is_left(SlackRequestKind kind, string json) => (await Dispatch(kind, json)).ShouldBe(DispatchResult.NoHandler);

    [Fact]
    public async Task A_form_with_a_mistake_is_sent_back_and_one_without_is_handled()
    {
        await using var services = Services();
        var dispatcher = services.GetRequiredService<SlackDispatcher>();
        var wrong = Payload.Form(SlackRequestKind.ViewSubmission, """{"view":{"callback_id":"form","state":{"values":{"title":{"input":{"value":""}}}}}}""");
        var right = Payload.Form(SlackRequestKind.ViewSubmission, """{"view":{"callback_id":"form","state":{"values":{"title":{"input":{"value":"Down"}}}}}}""");

        System.Text.Encoding.UTF8.GetString(dispatcher.Acknowledge(wrong)!.ToJson()).ShouldBe("""{"response_action":"errors","errors":{"title":"Say in a few words what is broken."}}""");
        dispatcher.Acknowledge(right).ShouldBeNull();
        dispatcher.Acknowledge(Payload.Request(SlackRequestKind.ViewSubmission, """{"view":{"callback_id":"unknown"}}""")).ShouldBeNull();
        await using var scope = services.CreateAsyncScope();
        (await dispatcher.DispatchAsync(right, scope.ServiceProvider, CancellationToken.None)).ShouldBe(DispatchResult.Handled);
        log.ShouldBe(["submitted Down"]);
    }

    [Fact]
    public async Task What_a_handler_throws_comes_through()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => Dispatch(SlackRequestKind.SlashCommand, """{"command":"/incident","text":"boom"}"""));
        failure.Message.ShouldBe("boom");
    }

    [Fact]
    public void The_registry_lists_everything_the_bot_reacts_to_from_every_folder()
    {
        using var services = Services();
        var registry = services.GetRequiredService<SlackHandlerRegistry>();

        registry.SlashCommands.ShouldBe(["/incident"]);
        registry.ActionIds.ShouldBe(["fix.choose"]);
        registry.ViewSubmissions.ShouldBe(["form"]);
        registry.ViewsClosed.ShouldBe(["form"]);
        registry.MessageShortcuts.ShouldBe(["note"]);
        registry.GlobalShortcuts.ShouldBe(["new"]);
        registry.EventTypes.Order(StringComparer.Ordinal).ShouldBe(["app_rate_limited", "pin_added"]);
    }

    [Fact]
    public void Two_handlers_for_one_word_are_refused_at_start()
    {
        var services = new ServiceCollection();
        services.AddSlackHandlers(h => h.SlashCommand<Everything>("/incident").BlockAction<Everything, ButtonAction>("go"));
        Should.Throw<ArgumentException>(() => services.AddSlackHandlers(h => h.SlashCommand<Everything>("/incident")));
        Should.Throw<ArgumentException>(() => services.AddSlackHandlers(h => h.BlockAction<Everything, ButtonAction>("go")));
        Should.Throw<ArgumentException>(() => services.AddSlackHandlers(h => h.BlockAction<Everything, ButtonAction>("go:1")));
        Should.Throw<ArgumentException>(() => services.AddSlackHandlers(h => h.SlashCommand<Everything>("incident")));
    }

    [Fact]
    public void The_sender_is_known_without_a_handler()
    {
        var command = (Payload.Request(SlackRequestKind.SlashCommand, "command=%2Fi&user_id=U1&channel_id=C1&response_url=https%3A%2F%2Fh.example%2F1") with { Format = SlackBodyFormat.Form }).ReadSender();
        var click = Payload.Form(SlackRequestKind.BlockActions, """{"user":{"id":"U2"},"container":{"channel_id":"C2","thread_ts":"1.2"},"response_url":"https://h.example/2"}""").ReadSender();
        var reaction = Payload.Request(SlackRequestKind.Event, """{"team_id":"T1","event":{"type":"reaction_added","user":"U3","item":{"channel":"C3"}}}""").ReadSender();

        var form = Payload.Form(SlackRequestKind.ViewSubmission, """{"user":{"id":"U4"},"response_urls":[{"channel_id":"C4","response_url":"https://h.example/4"}]}""").ReadSender();
        (form.UserId, form.ResponseUrl).ShouldBe(("U4", "https://h.example/4"));
        (command.UserId, command.ChannelId, command.ResponseUrl).ShouldBe(("U1", "C1", "https://h.example/1"));
        (click.UserId, click.ChannelId, click.ThreadTs, click.ResponseUrl).ShouldBe(("U2", "C2", "1.2", "https://h.example/2"));
        (reaction.UserId, reaction.ChannelId, reaction.TeamId).ShouldBe(("U3", "C3", "T1"));
        command.ToString().ShouldNotContain("h.example");
    }

    private async Task<DispatchResult> Dispatch(SlackRequestKind kind, string json)
    {
        await using var services = Services();
        await using var scope = services.CreateAsyncScope();
        return await services.GetRequiredService<SlackDispatcher>().DispatchAsync(Payload.Request(kind, json), scope.ServiceProvider, CancellationToken.None);
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton(log);
        services.AddSlackHandlers(h => h.SlashCommand<Everything>("/incident").BlockAction<Everything, ButtonAction>("fix.choose").BlockAction<Everything, OverflowAction>("fix.choose"));
        services.AddSlackHandlers(h => h.ViewSubmission<Everything>("form").ViewClosed<Everything>("form").MessageShortcut<Everything>("note").GlobalShortcut<Everything>("new"));
        services.AddSlackHandlers(h => h.Event<Everything, PinAdded>().Event<AnotherForPins, PinAdded>().Event<Everything, AppRateLimited>());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    private sealed class Everything(List<string> log) :
        ISlashCommandHandler, IBlockActionHandler<ButtonAction>, IBlockActionHandler<OverflowAction>, IViewSubmissionHandler, IViewClosedHandler, IMessageShortcutHandler,
        IGlobalShortcutHandler, IEventHandler<PinAdded>, IEventHandler<AppRateLimited>
    {
        public Task Handle(SlashCommand command, CancellationToken cancellationToken) =>
            command.Text == "boom" ? throw new InvalidOperationException("boom") : Note($"{command.Command} {command.Text}");

        public Task Handle(ButtonAction action, BlockActionRequest request, CancellationToken cancellationToken) => Note($"button {action.ActionId}");

        public Task Handle(OverflowAction action, BlockActionRequest request, CancellationToken cancellationToken) => Note($"overflow {action.SelectedOption!.Value}");

        public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) =>
            submission.Value("title", "input") is null
                ? ViewSubmissionResponse.Errors(new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = "Say in a few words what is broken." })
                : null;

        public Task Handle(ViewSubmission submission, CancellationToken cancellationToken) => Note($"submitted {submission.Value("title", "input")}");

        public Task Handle(ViewClosed closed, CancellationToken cancellationToken) => Note($"closed {closed.View.Id}");

        public Task Handle(MessageShortcut shortcut, CancellationToken cancellationToken) => Note($"shortcut {shortcut.CallbackId}");

        public Task Handle(GlobalShortcut shortcut, CancellationToken cancellationToken) => Note($"global {shortcut.CallbackId}");

        public Task Handle(PinAdded slackEvent, EventCallback callback, CancellationToken cancellationToken) => Note($"pin {slackEvent.User}");

        public Task Handle(AppRateLimited slackEvent, EventCallback callback, CancellationToken cancellationToken) => Note($"limited {slackEvent.MinuteRateLimited}");

        private Task Note(string what)
        {
            log.Add(what);
            return Task.CompletedTask;
        }
    }

    private sealed class AnotherForPins(List<string> log) : IEventHandler<PinAdded>
    {
        public Task Handle(PinAdded slackEvent, EventCallback callback, CancellationToken cancellationToken)
        {
            log.Add($"pin again {slackEvent.User}");
            return Task.CompletedTask;
        }
    }
}
