using System.Net;
using System.Text;
using ChatOps.Slack;
using ChatOps.Slack.AspNetCore;
using ChatOps.Slack.Dispatch;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.Tests.Slack.AspNetCore;

public sealed class SlackEndpointTests : IAsyncLifetime
{
    private const string Secret = "signing-secret";
    private const string Command = "command=%2Fincident&text=start&trigger_id=1.2.a&user_id=U1&response_url=";
    private readonly ManualClock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly RecordingInbox inbox = new();
    private readonly HttpClient http = new(new SocketsHttpHandler());
    private SlackStub stub = null!;
    private WebApplication app = null!;

    public async ValueTask InitializeAsync()
    {
        stub = await SlackStub.StartAsync();
        app = await StartAsync(_ => { });
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await stub.DisposeAsync();
    }

    [Theory]
    [InlineData("/slack/commands")]
    [InlineData("/slack/interactions")]
    [InlineData("/slack/events")]
    public async Task Every_address_takes_every_kind_and_stores_the_raw_body(string path)
    {
        foreach (var body in new[] { Command, "payload=%7B%22type%22%3A%22block_actions%22%2C%22trigger_id%22%3A%223.4.b%22%7D", """{"type":"event_callback","event_id":"Ev1"}""" })
        {
            var response = await PostAsync(body, path);

            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
            inbox.Offered.TryDequeue(out var request).ShouldBeTrue();
            Encoding.UTF8.GetString(request!.Body.Span).ShouldBe(body);
            request.ReceivedAt.ShouldBe(clock.GetUtcNow());
        }
        inbox.Offered.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_acknowledgement_waits_for_the_inbox()
    {
        var commit = new TaskCompletionSource<SlackAcceptance>();
        inbox.Accept = _ => commit.Task;

        var posting = PostAsync(Command);
        await inbox.WaitForOneAsync();
        posting.IsCompleted.ShouldBeFalse();
        commit.SetResult(SlackAcceptance.Accepted);

        (await posting).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_duplicate_is_acknowledged()
    {
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Duplicate);
        (await PostAsync(Command)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("missing")]
    [InlineData("no timestamp")]
    [InlineData("old")]
    [InlineData("future")]
    public async Task A_request_that_is_not_provably_Slacks_is_refused_and_told_nothing(string how)
    {
        foreach (var body in new[] { Command, """{"type":"url_verification","challenge":"c"}""", new string('x', 5000) })
        {
            using var request = Signed(body, at: how == "old" ? -301 : how == "future" ? 301 : 0, secret: how == "wrong" ? "another" : Secret);
            if (how == "missing")
                request.Headers.Remove(SlackSignature.SignatureHeader);
            if (how == "no timestamp")
                request.Headers.Remove(SlackSignature.TimestampHeader);

            var response = await http.SendAsync(request);

            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        }
        inbox.Offered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_a_megabyte_is_refused(bool chunked)
    {
        using var request = Signed("text=" + new string('x', 1024 * 1024));
        request.Headers.TransferEncodingChunked = chunked;
        (await http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        inbox.Offered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_just_under_a_megabyte_is_taken_whole(bool chunked)
    {
        var body = Command + "&pad=" + new string('x', (1024 * 1024) - Command.Length - 5);
        using var request = Signed(body);
        request.Headers.TransferEncodingChunked = chunked;
        (await http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        inbox.Offered.ShouldHaveSingleItem().Body.Length.ShouldBe(1024 * 1024);
    }

    [Theory]
    [InlineData("{\"type\":")]
    [InlineData("payload=%7B")]
    [InlineData("hello=world")]
    [InlineData("payload=%7B%22type%22%3A%22view_submission%22%2C%22view%22%3A%7B%22id%22%3A%22V1%22%2C%22state%22%3A7%7D%7D")]
    public async Task What_is_broken_is_refused_for_good(string body)
    {
        var response = await PostAsync(body);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Headers.GetValues("X-Slack-No-Retry").ShouldBe(["1"]);
        inbox.Offered.ShouldBeEmpty();
    }

    [Fact]
    public async Task Slacks_own_checks_are_answered_and_not_stored()
    {
        (await (await PostAsync("""{"type":"url_verification","token":"t","challenge":"3eZbrw1a"}""", "/slack/events")).Content.ReadAsStringAsync()).ShouldBe("3eZbrw1a");
        (await PostAsync("ssl_check=1&token=t")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var unsigned = new HttpRequestMessage(HttpMethod.Post, app.Urls.First() + "/slack/commands") { Content = new StringContent("ssl_check=1&token=t") };
        (await http.SendAsync(unsigned)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri(app.Urls.First() + "/slack/commands?ssl_check=1&token=t"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri(app.Urls.First() + "/slack/commands"))).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await http.GetAsync(new Uri(app.Urls.First() + "/elsewhere"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        inbox.Offered.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rejected_form_goes_back_inside_the_acknowledgement_and_is_not_stored()
    {
        var body = "payload=" + Uri.EscapeDataString("""{"type":"view_submission","view":{"id":"V1","callback_id":"form"}}""");

        var response = await PostAsync(body, "/slack/interactions");

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"response_action":"errors","errors":{"title":"is blank"}}""");
        inbox.Offered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SlackAcceptance.Unavailable)]
    [InlineData(SlackAcceptance.Unknown)]
    public async Task An_event_that_is_not_surely_stored_is_left_to_be_delivered_again(SlackAcceptance acceptance)
    {
        inbox.Accept = _ => Task.FromResult(acceptance);
        (await PostAsync("""{"type":"event_callback","event_id":"Ev1"}""", "/slack/events")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Without_a_store_and_without_somebody_to_stand_in_a_command_is_refused()
    {
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Unavailable);
        (await PostAsync(Command)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Without_a_store_the_stand_in_answers_after_the_acknowledgement()
    {
        await using var host = await StartAsync(s => s.AddSingleton<ISlackUnavailableHandler, StandIn>());
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stub.Answers["/respond"] = _ => { answered.SetResult(); return Task.CompletedTask; };
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Unavailable);

        using var request = Signed(Command + Uri.EscapeDataString(stub.Address + "/respond"), address: host.Urls.First());
        (await http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(10));

        stub.Calls.ShouldHaveSingleItem().Body.ShouldBe("""{"text":"not recorded: 1.2.a","response_type":"ephemeral","replace_original":false}""");
    }

    [Fact]
    public async Task A_lost_commit_is_told_as_unclear_and_never_as_not_done()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stub.Answers["/respond"] = _ => { answered.SetResult(); return Task.CompletedTask; };
        inbox.Accept = _ => Task.FromResult(SlackAcceptance.Unknown);

        (await PostAsync(Command + Uri.EscapeDataString(stub.Address + "/respond"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(10));

        stub.Calls.ShouldHaveSingleItem().Body.ShouldContain("It is not clear whether that was recorded");
    }

    private async Task<WebApplication> StartAsync(Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ISlackInbox>(inbox);
        builder.Services.AddSlack(new SlackOptions { BotToken = "xoxb-1", SigningSecret = Secret, Transport = SlackTransport.Http, ApiBaseUrl = stub.Api });
        builder.Services.AddSlackHandlers(h => h.ViewSubmission<Picky>("form"));
        add(builder.Services);
        var host = builder.Build();
        host.MapSlack();
        await host.StartAsync();
        return host;
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string path = "/slack/commands")
    {
        using var request = Signed(body, path);
        return await http.SendAsync(request);
    }

    private HttpRequestMessage Signed(string body, string path = "/slack/commands", int at = 0, string secret = Secret, string? address = null)
    {
        var timestamp = (clock.GetUtcNow().ToUnixTimeSeconds() + at).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, (address ?? app.Urls.First()) + path) { Content = new StringContent(body) };
        request.Headers.Add(SlackSignature.TimestampHeader, timestamp);
        request.Headers.Add(SlackSignature.SignatureHeader, new SlackSignature(secret, TimeSpan.FromMinutes(5)).Sign(timestamp, Encoding.UTF8.GetBytes(body)));
        return request;
    }

    private sealed class Picky : IViewSubmissionHandler
    {
        public ViewSubmissionResponse? Acknowledge(ViewSubmission submission) =>
            ViewSubmissionResponse.Errors(new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = "is blank" });

        public Task Handle(ViewSubmission submission, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StandIn : ISlackUnavailableHandler
    {
        public Task<ResponseMessage?> HandleWithoutStorage(SlackRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<ResponseMessage?>(ResponseMessage.OnlyForYou($"not recorded: {request.Key}"));
    }
}
