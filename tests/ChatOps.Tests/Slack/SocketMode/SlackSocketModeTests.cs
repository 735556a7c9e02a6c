using System.Diagnostics.Metrics;
using ChatOps.Slack;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.SocketMode;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Slack.SocketMode;

public sealed class SlackSocketModeTests : IAsyncLifetime
{
    private readonly ManualClock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly RecordingInbox inbox = new();
    private SlackStub slack = null!;
    private IHost? host;

    public async ValueTask InitializeAsync() => slack = await SlackStub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync();
            host.Dispose();
        }
        await slack.DisposeAsync();
    }

    [Fact]
    public async Task A_socket_that_Slack_has_closed_is_not_counted_while_its_successor_does_not_open()
    {
        var old = await ConnectAsync();
        await UntilAsync(() => Client.OpenSockets == 1);
        slack.Json("/api/apps.connections.open", () => "", status: 503);
        await old.SendAsync("""{"type":"disconnect","reason":"refresh_requested","debug_info":{"host":"h"}}""");
        await UntilAsync(() => slack.Calls.Count(c => c.Path == "/api/apps.connections.open") == 2);
        Client.OpenSockets.ShouldBe(1, "Slack still delivers over it");

        old.Abort();

        await UntilAsync(() => Client.OpenSockets == 0);
    }

    [Fact]
    public async Task Two_sockets_are_opened_each_with_an_address_of_its_own_by_the_app_token()
    {
        await StartAsync(sockets: 2);
        await (await slack.NextSocketAsync()).HelloAsync();
        await (await slack.NextSocketAsync()).HelloAsync();

        var opens = slack.Calls.Where(c => c.Path == "/api/apps.connections.open").ToList();
        opens.Count.ShouldBe(2);
        opens.ShouldAllBe(c => c.Authorization == "Bearer xapp-1");
        await UntilAsync(() => Client.OpenSockets == 2);
    }

    [Fact]
    public async Task An_envelope_is_acknowledged_once_and_only_after_the_commit()
    {
        var socket = await ConnectAsync();
        var commit = new TaskCompletionSource<SlackAcceptance>();
        inbox.Accept = _ => commit.Task;

        await socket.CommandAsync("e1", "1.2.a");
        await inbox.WaitForOneAsync();
        socket.Received.ShouldBeEmpty();
        commit.SetResult(SlackAcceptance.Accepted);
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e1"}""");

        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Duplicate);
        await socket.CommandAsync("e2", "1.2.a");
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e2"}""");
        socket.Received.ShouldBeEmpty();
        inbox.Offered.Select(r => r.Key).ShouldBe(["1.2.a", "1.2.a"]);
        SlackPayload.ReadSlashCommand(inbox.Offered.First()).Text.ShouldBe("start");
    }

    [Fact]
    public async Task One_slow_commit_does_not_hold_up_the_next_envelope()
    {
        var socket = await ConnectAsync();
        var slow = new TaskCompletionSource<SlackAcceptance>();
        inbox.Accept = r => r.Key == "slow" ? slow.Task : Task.FromResult(SlackAcceptance.Accepted);

        await socket.CommandAsync("e1", "slow");
        await socket.CommandAsync("e2", "fast");
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e2"}""");
        slow.SetResult(SlackAcceptance.Accepted);
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e1"}""");
    }

    [Fact]
    public async Task Past_two_and_a_half_seconds_nothing_is_acknowledged_and_it_is_counted()
    {
        long late = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) => { if (instrument.Name == SlackMetrics.LateEnvelopes) l.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref late, count));
        listener.Start();
        var socket = await ConnectAsync();
        inbox.Accept = r =>
        {
            clock.Advance(r.Key == "late" ? TimeSpan.FromSeconds(2.501) : TimeSpan.FromSeconds(2.5));
            return Task.FromResult(SlackAcceptance.Accepted);
        };

        await socket.CommandAsync("e1", "late");
        await UntilAsync(() => Interlocked.Read(ref late) == 1);
        await socket.CommandAsync("e2", "in-time");
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e2"}""");
        socket.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"envelope_id":"bad","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1"}}""", SlackAcceptance.Unavailable)]
    [InlineData("""{"envelope_id":"bad","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1"}}""", SlackAcceptance.Unknown)]
    [InlineData("""{"envelope_id":"bad","type":"interactive","payload":{"type":"brand_new"}}""", SlackAcceptance.Accepted)]
    [InlineData("""{"envelope_id":"bad","type":"brand_new","payload":{}}""", SlackAcceptance.Accepted)]
    [InlineData("""{"envelope_id":"bad","type":"slash_commands"}""", SlackAcceptance.Accepted)]
    [InlineData("not json", SlackAcceptance.Accepted)]
    [InlineData("[]", SlackAcceptance.Accepted)]
    public async Task What_is_not_durable_is_not_acknowledged_and_the_socket_stays(string message, SlackAcceptance acceptance)
    {
        var socket = await ConnectAsync();
        inbox.Accept = _ => Task.FromResult(acceptance);
        await socket.SendAsync(message);
        await UntilAsync(() => acceptance == SlackAcceptance.Accepted || !inbox.Offered.IsEmpty);
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Accepted);

        await socket.CommandAsync("good", "1.2.a");

        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"good"}""");
    }

    [Fact]
    public async Task Without_a_store_the_stand_in_answers_after_the_acknowledgement()
    {
        var socket = await ConnectAsync(s => s.AddSingleton<ISlackUnavailableHandler, StandIn>());
        slack.Json("/respond", "ok");
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Unavailable);

        await socket.SendAsync($$$"""{"envelope_id":"e1","type":"slash_commands","payload":{"command":"/i","trigger_id":"1.2.a","response_url":"{{{slack.Address}}}/respond"} }""");

        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e1"}""");
        await UntilAsync(() => slack.Calls.Any(c => c.Path == "/respond" && c.Body.Contains("not recorded: 1.2.a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_inbox_that_throws_costs_one_acknowledgement_and_not_the_socket()
    {
        var socket = await ConnectAsync();
        inbox.Accept = r => r.Key == "boom" ? throw new InvalidOperationException("boom") : Task.FromResult(SlackAcceptance.Accepted);
        await socket.CommandAsync("e1", "boom");
        await socket.CommandAsync("e2", "1.2.a");
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e2"}""");
    }

    [Fact]
    public async Task A_rejected_form_goes_back_with_the_acknowledgement()
    {
        var socket = await ConnectAsync();
        await socket.SendAsync("""{"payload":{"type":"view_submission","view":{"id":"V1","callback_id":"form"}},"envelope_id":"e1","type":"interactive","accepts_response_payload":true}""");
        (await socket.NextAsync()).ShouldBe("""{"envelope_id":"e1","payload":{"response_action":"errors","errors":{"title":"is blank"}}}""");
        inbox.Offered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("warning")]
    [InlineData("refresh_requested")]
    public async Task The_successor_is_opened_before_the_old_socket_is_dropped(string reason)
    {
        var old = await ConnectAsync();
        var commit = new TaskCompletionSource<SlackAcceptance>();
        inbox.Accept = r => r.Key == "pending" ? commit.Task : Task.FromResult(SlackAcceptance.Accepted);
        await old.CommandAsync("e0", "pending");
        await inbox.WaitForOneAsync();
        await old.SendAsync($$$"""{"type":"disconnect","reason":"{{{reason}}}","debug_info":{"host":"h"}}""");

        var successor = await slack.NextSocketAsync();
        old.Closed.IsCompleted.ShouldBeFalse();
        await old.CommandAsync("e1", "1.2.a");
        (await old.NextAsync()).ShouldBe("""{"envelope_id":"e1"}""");
        await successor.HelloAsync();
        commit.SetResult(SlackAcceptance.Accepted);
        (await old.NextAsync()).ShouldBe("""{"envelope_id":"e0"}""");

        await old.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await successor.CommandAsync("e2", "1.2.b");
        (await successor.NextAsync()).ShouldBe("""{"envelope_id":"e2"}""");
        await UntilAsync(() => Client.OpenSockets == 1);
    }

    [Fact]
    public async Task A_socket_that_breaks_is_opened_again()
    {
        (await ConnectAsync()).Abort();
        var next = await slack.NextSocketAsync();
        await next.HelloAsync();
        await next.CommandAsync("e1", "1.2.a");
        (await next.NextAsync()).ShouldBe("""{"envelope_id":"e1"}""");
    }

    [Fact]
    public async Task A_Slack_that_fails_at_first_is_tried_again()
    {
        var open = slack.Answers["/api/apps.connections.open"];
        var failures = 2;
        slack.Answers["/api/apps.connections.open"] = context =>
        {
            if (failures-- <= 0)
                return open(context);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await ConnectAsync();
    }

    [Fact]
    public async Task A_link_that_was_disabled_is_final()
    {
        var socket = await ConnectAsync();
        await socket.SendAsync("""{"type":"disconnect","reason":"link_disabled"}""");

        await socket.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Client.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10));
        slack.Calls.Count(c => c.Path == "/api/apps.connections.open").ShouldBe(1);
        Client.OpenSockets.ShouldBe(0);
    }

    private SlackSocketModeClient Client => host!.Services.GetRequiredService<SlackSocketModeClient>();

    private async Task<StubSocket> ConnectAsync(Action<IServiceCollection>? add = null)
    {
        await StartAsync(sockets: 1, add);
        var socket = await slack.NextSocketAsync();
        await socket.HelloAsync();
        return socket;
    }

    private async Task StartAsync(int sockets, Action<IServiceCollection>? add = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ISlackInbox>(inbox);
        builder.Services.AddSlack(new SlackOptions { BotToken = "xoxb-1", AppToken = "xapp-1", ApiBaseUrl = slack.Api, Sockets = sockets });
        builder.Services.AddSlackHandlers(h => h.ViewSubmission<Picky>("form"));
        add?.Invoke(builder.Services);
        host = builder.Build();
        await host.StartAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
            await timer.WaitForNextTickAsync(patience.Token);
    }

    private sealed class StandIn : ISlackUnavailableHandler
    {
        public Task<ResponseMessage?> HandleWithoutStorage(SlackRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<ResponseMessage?>(ResponseMessage.OnlyForYou($"not recorded: {request.Key}"));
    }

    private sealed class Picky : IViewSubmissionHandler
    {
        public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) =>
            ViewSubmissionResponse.Errors(new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = "is blank" });

        public Task Handle(ViewSubmission submission, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
