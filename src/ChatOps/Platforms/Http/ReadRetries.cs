using System.Net;
using ChatOps.Configuration;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace ChatOps.Platforms.Http;

/// <summary>Repeats reads that may succeed a moment later, and stops asking a platform that keeps failing. For reads alone.</summary>
internal sealed class ReadRetries
{
    /// <summary>How long a platform is left alone after it failed again and again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePropertyKey<CancellationToken> Caller = new("caller");
    private static readonly ResiliencePropertyKey<DateTimeOffset> Until = new("until");
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;
    private readonly string name;
    private readonly TimeProvider time;

    public ReadRetries(string name, TimeProvider time)
    {
        this.name = name;
        this.time = time;
        pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time, Name = name }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                ShouldHandle = a => ValueTask.FromResult(MayPass(a.Outcome) && Wait(a.Outcome) < a.Context.Properties.GetValue(Until, default) - time.GetUtcNow()),
                DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(RetryAfter(a.Outcome.Result)),
                OnRetry = a =>
                {
                    a.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                // A few people asking a slow platform at night are not enough to shut it out; a row of failures is.
                FailureRatio = 0.9,
                MinimumThroughput = 8,
                SamplingDuration = TimeSpan.FromSeconds(20),
                BreakDuration = Pause,
                ShouldHandle = a => ValueTask.FromResult(Failed(a.Outcome, a.Context.Properties.GetValue(Caller, default))),
            })
            .Build();
    }

    /// <param name="until">No repetition begins that would wait longer than this.</param>
    /// <param name="caller">When this is cancelled, the platform is not to blame.</param>
    /// <param name="deadline">Ends the attempt that runs.</param>
    /// <exception cref="PlatformException">It was not asked, since its last answers failed.</exception>
    public async Task<HttpResponseMessage> ExecuteAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, DateTimeOffset until, CancellationToken caller, CancellationToken deadline)
    {
        var context = ResilienceContextPool.Shared.Get(deadline);
        context.Properties.Set(Caller, caller);
        context.Properties.Set(Until, until);
        try
        {
            return await pipeline.ExecuteAsync(static async (c, send) => await send(c.CancellationToken), context, send);
        }
        catch (BrokenCircuitException e)
        {
            throw new PlatformException($"{name} was not asked: its last answers failed; it is asked again in {Durations.Text(Pause)}", CallOutcome.NotDone, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeSpan Wait(Outcome<HttpResponseMessage> outcome) => RetryAfter(outcome.Result) ?? FirstDelay;

    private TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError and not HttpRequestError.ConfigurationLimitExceeded }
        || outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private static bool Failed(Outcome<HttpResponseMessage> outcome, CancellationToken caller) =>
        outcome.Exception is HttpRequestException
        || (outcome.Exception is OperationCanceledException && !caller.IsCancellationRequested)
        || outcome.Result?.StatusCode >= HttpStatusCode.InternalServerError;
}
