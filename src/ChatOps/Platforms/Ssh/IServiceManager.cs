namespace ChatOps.Platforms.Ssh;

/// <summary>What keeps services running on a machine: how it is asked there, and how its answers are read.</summary>
internal interface IServiceManager
{
    /// <summary>For people: "PM2".</summary>
    string Title { get; }

    /// <summary>
    /// Functions for the remote shell: <c>setup</c>; <c>look</c> (facts and what <see cref="Read"/> reads); <c>use</c> (usage); <c>prepare</c> (may refuse); <c>control</c> (does <c>$how</c>);
    /// <c>pids</c> (of all processes when all run, else nothing); <c>manager</c> (who answers, what is missing).
    /// </summary>
    string Script { get; }

    /// <exception cref="PlatformException">It does not know the service, or does not run.</exception>
    ManagedService Read(string name, RemoteAnswer answer);

    IReadOnlyList<MetricSeries> Usage(string name, RemoteAnswer answer);

    /// <summary>What asks for the lines of a window.</summary>
    Task<RemoteScript> LogScriptAsync(string name, LogWindow window, Func<RemoteScript, Task<RemoteAnswer>> ask);

    IAsyncEnumerable<LogLine> LogAsync(IAsyncEnumerable<string> lines, LogWindow window);

    /// <summary>What a person types on the machine.</summary>
    string ByHand(string name, PlatformAction action);
}

/// <summary>A service as its manager sees it, before anything is known of releases.</summary>
/// <param name="Programs">Where its programs stand: a switch of releases reaches it only when they are below <c>current</c>.</param>
/// <param name="Rolls">New processes answer before old ones end.</param>
internal sealed record ManagedService(TargetStatus Status, IReadOnlyList<string> Programs, bool Rolls);
