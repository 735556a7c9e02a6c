using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Text;
using ChatOps.Catalog;
using ChatOps.Platforms.Http;

namespace ChatOps.Platforms.Ssh;

/// <summary>Scripts to one machine: reads with retries and a breaker, changes once, every failure a sentence.</summary>
internal sealed class SshCalls(PlatformDefinition definition, IServiceManager manager, SshFailures failures, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;
    private const int LongestLine = 256 * 1024;

    private readonly ReadRetries reads = new(definition.Name, time);
    private readonly SshClient client = new(definition);

    // sshd lets ten sessions share a connection, and as many connections begin at once.
    private readonly SemaphoreSlim sessions = new(6);

    public SshFailures Failures => failures;

    public async Task<RemoteAnswer> ReadAsync(RemoteScript script, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(definition.Timeout);
        try
        {
            // The pipeline of all platforms speaks HTTP: an answer is one, and a connection that may come about a moment later is its exception.
            using var answer = await reads.ExecuteAsync(
                async token => new HttpResponseMessage { Content = new ByteArrayContent(await OnceAsync(script, CallOutcome.NotDone, repeated: true, token)) },
                time.GetUtcNow() + definition.Timeout, cancellationToken, deadline.Token);
            return new(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(CancellationToken.None)));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            client.Leave();
            throw Failures.NoAnswer(CallOutcome.NotDone, e);
        }
        catch (HttpRequestException e) when (e.InnerException is PlatformException failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    public async Task<RemoteAnswer> WriteAsync(RemoteScript script, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(definition.Timeout);
        try
        {
            return new(Encoding.UTF8.GetString(await OnceAsync(script, CallOutcome.Unknown, repeated: false, deadline.Token)));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            client.Leave();
            throw Failures.NoAnswer(CallOutcome.Unknown, e);
        }
    }

    /// <summary>Lines as they come; each is waited for no longer than the platform's time-out.</summary>
    public async IAsyncEnumerable<string> LinesAsync(RemoteScript script, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var session = await TakeAsync(SessionAsync, cancellationToken);
        using var run = Start(script);
        using var lines = new BoundedLines(run.Output, LongestLine);
        while (await TakeAsync(async token => await lines.ReadAsync(token) is { } line ? Encoding.UTF8.GetString(line.Span) : null, cancellationToken) is { } text) yield return text;
        var (code, said) = await TakeAsync(run.EndAsync, cancellationToken);
        if (code == 255) throw Failures.NoConnection(said, CallOutcome.NotDone).Failure;
        if (code != 0) throw Failures.Broke(code, said, CallOutcome.NotDone);
    }

    public void Dispose()
    {
        client.Dispose();
        sessions.Dispose();
    }

    private async Task<Session> SessionAsync(CancellationToken cancellationToken)
    {
        await sessions.WaitAsync(cancellationToken);
        return new(sessions);
    }

    private async Task<T> TakeAsync<T>(Func<CancellationToken, Task<T>> take, CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Within(definition.Timeout);
        try
        {
            return await take(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            client.Leave();
            throw Failures.NoAnswer(CallOutcome.NotDone, e);
        }
    }

    private async Task<byte[]> OnceAsync(RemoteScript script, CallOutcome lost, bool repeated, CancellationToken cancellationToken)
    {
        using var session = await SessionAsync(cancellationToken);
        using var run = Start(script);
        using var output = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await run.Output.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            output.Write(buffer, 0, read);
            if (output.Length > LargestAnswer) throw new PlatformException($"{definition.Name} gave an answer that is too large", lost);
        }
        var (code, said) = await run.EndAsync(cancellationToken);
        if (code == 0) return output.ToArray();
        if (code != 255) throw Failures.Broke(code, said, lost);
        var (failure, mayPass) = Failures.NoConnection(said, lost);
        throw repeated && mayPass ? new HttpRequestException(HttpRequestError.ConnectionError, failure.Message, failure) : failure;
    }

    private SshRun Start(RemoteScript script)
    {
        try
        {
            return client.Start(script.Text(manager.Script));
        }
        catch (Win32Exception e)
        {
            throw Failures.NoClient(e);
        }
        catch (ArgumentException e)
        {
            throw new PlatformException($"{definition.Name} was not asked: a name or a reason holds a line end", CallOutcome.NotDone, e) { Code = "unsafe_word" };
        }
    }

    private sealed class Session(SemaphoreSlim sessions) : IDisposable
    {
        public void Dispose() => sessions.Release();
    }
}
