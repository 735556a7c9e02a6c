using System.Text.Json;
using Polly;
using Polly.Retry;

namespace ChatOps.Slack.WebApi;

/// <summary>The Web API over HTTP. Thread-safe; one for the process.</summary>
public sealed class SlackApiClient : ISlackApiClient, IDisposable
{
    private const int ReadRetries = 2;

    /// <summary>A read that has to wait longer than this is the caller's to decide.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SlackHttp http;
    private readonly SlackOptions options;
    private readonly ResiliencePipeline reads;

    /// <param name="options">Tokens, address and deadline.</param>
    /// <param name="time">The clock of deadlines and waits.</param>
    /// <param name="handler">Sends the requests and stays the caller's; null for one of its own.</param>
    public SlackApiClient(SlackOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        this.options = options;
        http = new SlackHttp(options, time, handler);
        reads = Reads(time);
        Chat = new ChatApi(this);
        Conversations = new ConversationsApi(this);
        Pins = new PinsApi(this);
        Reactions = new ReactionsApi(this);
        Views = new ViewsApi(this);
        Users = new UsersApi(this);
        UserGroups = new UserGroupsApi(this);
        Files = new FilesApi(this, http, options);
        Auth = new AuthApi(this);
        AppsConnections = new AppsConnectionsApi(this);
    }

    public IChatApi Chat { get; }

    public IConversationsApi Conversations { get; }

    public IPinsApi Pins { get; }

    public IReactionsApi Reactions { get; }

    public IViewsApi Views { get; }

    public IUsersApi Users { get; }

    public IUserGroupsApi UserGroups { get; }

    public IFilesApi Files { get; }

    public IAuthApi Auth { get; }

    public IAppsConnectionsApi AppsConnections { get; }

    public async Task<JsonElement> CallAsync(string method, object? arguments, CancellationToken cancellationToken) =>
        (await AnswerAsync(method, arguments, options.BotToken, cancellationToken)).Body;

    public async Task<TResponse> CallAsync<TResponse>(string method, object? arguments, CancellationToken cancellationToken)
        where TResponse : class =>
        Read<TResponse>(method, await AnswerAsync(method, arguments, options.BotToken, cancellationToken));

    public async Task RespondAsync(string responseUrl, ResponseMessage message, CancellationToken cancellationToken)
    {
        using var content = SlackHttp.Json(message);
        await http.PostAsync("response_url", responseUrl, content, options.CallDeadline, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    internal Task<SlackAnswer> BotAnswerAsync(string method, CancellationToken cancellationToken) => AnswerAsync(method, null, options.BotToken, cancellationToken);

    internal Task<SlackAnswer> AppAnswerAsync(string method, CancellationToken cancellationToken) => AnswerAsync(method, null, options.AppToken, cancellationToken);

    internal static TResponse Read<TResponse>(string method, SlackAnswer answer)
        where TResponse : class
    {
        try
        {
            return answer.Body.Deserialize<TResponse>(SlackJson.Options)!;
        }
        catch (JsonException failure)
        {
            // It was done: Slack said so, in a shape that is not expected.
            throw new SlackUnreachableException(method, mayHaveHappened: true, $"the answer has an unexpected shape at {failure.Path}", failure);
        }
    }

    private async Task<SlackAnswer> AnswerAsync(string method, object? arguments, string token, CancellationToken cancellationToken) =>
        SlackMethods.OnlyReads(method)
            ? await reads.ExecuteAsync(
                static async (call, ct) => await call.http.CallAsync(call.method, call.arguments, call.token, ct),
                (http, method, arguments, token),
                cancellationToken)
            : await http.CallAsync(method, arguments, token, cancellationToken);

    private static ResiliencePipeline Reads(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = ReadRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(300),
                ShouldHandle = static attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is SlackUnreachableException || (attempt.Outcome.Exception is SlackRateLimitedException limited && limited.RetryAfter <= LongestWait)),
                DelayGenerator = static attempt => ValueTask.FromResult((attempt.Outcome.Exception as SlackRateLimitedException)?.RetryAfter),
            })
            .Build();
}
