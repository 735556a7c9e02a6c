using ChatOps.Catalog;
using ChatOps.Platforms;
using ChatOps.Telemetry;

namespace ChatOps.Cli.Doctor;

/// <summary>Each platform is asked once; where it has no answer, its targets do not ask it again and again.</summary>
internal sealed class PlatformChecks(ServiceCatalog catalog, PlatformRegistry platforms)
{
    private const string Reach = "Look whether it runs, whether this machine may reach it, and whether its address and token in chatops.yaml are right.";

    private readonly Dictionary<string, Lazy<Task<Asked<Reached>>>> reached = platforms.All.ToDictionary(
        p => p.Name, p => new Lazy<Task<Asked<Reached>>>(() => AskAsync(p, catalog.Platforms[p.Name].Timeout * 2, async token => new Reached(await p.CapabilitiesAsync(token), await p.ReachAsync(token)), CancellationToken.None)), StringComparer.Ordinal);

    public async Task<IReadOnlyList<Finding>> PlatformAsync(string name)
    {
        var what = $"platform {name}";
        var asked = await reached[name].Value;
        if (asked.Answer.Missing is { } missing) return [Fail(what, name, missing, asked.Failure, Reach)];
        var (can, reach) = asked.Answer.Value!;
        return
        [
            Finding.Ok(what, reach.What),
            .. reach.Missing.Select(m => Finding.Fail(what, m.Fact, m.ToDo)),
            .. can.KeepsOperationIds ? Array.Empty<Finding>()
                : [Finding.Warn(what, "keeps no operation ids", "After a crash in the middle of an action ChatOps cannot learn there what happened, and asks a person.")],
        ];
    }

    public async Task<bool> AnswersAsync(string name) => (await reached[name].Value).Answer.Answered;

    public async Task<Finding> StatusAsync(Target target, CancellationToken cancellationToken)
    {
        var (platform, there) = platforms.Of(target);
        var asked = await AskAsync(platform, catalog.Platforms[platform.Name].Timeout, token => platform.StatusAsync(there, token), cancellationToken);
        return asked.Answer.Missing is { } missing
            ? Fail($"{target} status", platform.Name, missing, asked.Failure,
                // What has no cause below it is the platform's own word.
                asked.Failure is { InnerException: null } ? $"{platform.Name} itself answers: correct what {target.Service} is called there, which is '{there.PlatformName}' by chatops.yaml ('name' in {target.Environment})." : Reach)
            : Finding.Ok($"{target} status", $"{Word(asked.Answer.Value!.State)}{(asked.Answer.Value.Version is { } version ? $", version {version}" : "")}");
    }

    private static async Task<Asked<T>> AskAsync<T>(IPlatform platform, TimeSpan timeout, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        PlatformException? failure = null;
        var answer = await SourceCall.Try(platform.Name, timeout + TimeSpan.FromSeconds(1), async token =>
        {
            try
            {
                return await ask(token);
            }
            catch (PlatformException e)
            {
                failure = e;
                throw;
            }
        }, cancellationToken);
        return new(answer, failure);
    }

    private static Finding Fail(string what, string platform, NoAnswer missing, PlatformException? failure, string otherwise)
    {
        // Many a sentence of an adapter ends in what to do about it.
        var (fact, toDo) = missing.Sentence.LastIndexOf("; ", StringComparison.Ordinal) is var at and > 0 && missing.Sentence.AsSpan(at).Contains("chatops.yaml", StringComparison.Ordinal)
            ? (missing.Sentence[..at], $"{char.ToUpperInvariant(missing.Sentence[at + 2])}{missing.Sentence[(at + 3)..].TrimEnd('.')}.")
            : (missing.Sentence, null);
        return Finding.Fail(what, fact, toDo ?? (failure?.CredentialsRefused == true ? $"Give whom the credentials of platform {platform} in chatops.yaml stand for that right." : otherwise));
    }

    private static string Word(TargetState state) => state switch
    {
        TargetState.Running => "running",
        TargetState.Degraded => "degraded",
        TargetState.Starting => "starting",
        TargetState.Stopped => "stopped",
        TargetState.Crashed => "crashed",
        _ => "in a state that its platform does not tell",
    };

    private sealed record Reached(PlatformCapabilities Can, PlatformReach Reach);

    private sealed record Asked<T>(SourceAnswer<T> Answer, PlatformException? Failure);
}
