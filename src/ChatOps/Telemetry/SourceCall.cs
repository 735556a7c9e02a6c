using System.Net.Sockets;
using System.Text.Json;
using ChatOps.Configuration;
using ChatOps.Platforms;
using Npgsql;

namespace ChatOps.Telemetry;

/// <summary>A source that gave no answer: it is named, and the rest stands.</summary>
/// <param name="Sentence">"no answer from shop-platform in 5 s".</param>
public sealed record NoAnswer(string Source, string Sentence);

/// <summary>Either a value or <see cref="NoAnswer"/>.</summary>
public sealed record SourceAnswer<T>(T? Value, NoAnswer? Missing)
{
    public bool Answered => Missing is null;
}

/// <summary>Asks one source so that its failure costs nothing but its own part.</summary>
public static class SourceCall
{
    /// <summary>The call, ended after the time-out; a source that does not listen to its cancellation is left behind.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up. Everything that is not a source's failure is thrown too.</exception>
    public static async Task<SourceAnswer<T>> Try<T>(string name, TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            return new(await Task.Run(() => call(deadline.Token), deadline.Token).WaitAsync(deadline.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Missing($"no answer from {name} in {Durations.Text(timeout)}");
        }
        catch (PlatformException e)
        {
            return Missing($"no answer from {name}: {e.Message}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or NpgsqlException or TimeoutException)
        {
            return Missing($"no answer from {name}: {NetworkFailure.Text(e)}");
        }
        catch (UnauthorizedAccessException)
        {
            return Missing($"no answer from {name}: reading is not allowed");
        }
        catch (JsonException)
        {
            return Missing($"no answer from {name}: its answer is not readable");
        }

        SourceAnswer<T> Missing(string sentence) => new(default, new(name, sentence));
    }
}
