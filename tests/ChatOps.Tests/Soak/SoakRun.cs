using System.Diagnostics;

namespace ChatOps.Tests.Soak;

/// <summary>So many minutes of work in bad weather; then it clears up, everything is caught up, and the outcome is judged.</summary>
internal static class SoakRun
{
    /// <summary>How long catching up may take: leases, looking up what a killed bot began, and Slack's rates.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(5);

    /// <param name="say">Progress and figures, a line each.</param>
    /// <returns>What is not as it must be; empty when all is well.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(SoakStage stage, TimeSpan length, int seed, Action<string> say, CancellationToken cancellationToken)
    {
        var (people, weather, traffic) = (new SoakPeople(stage, seed), new SoakWeather(stage, seed, say), new SoakTraffic(stage));
        var alerts = new SoakAlerts(stage, seed);
        say($"{length.TotalMinutes:0.#} minutes of work under faults, seed {seed}");
        using (var working = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            working.CancelAfter(length);
            await Task.WhenAll(people.WorkAsync(working.Token), weather.BlowAsync(working.Token), alerts.FireAsync(working.Token), traffic.FollowAsync(working.Token));
        }
        cancellationToken.ThrowIfCancellationRequested();
        await weather.ClearAsync(cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        var left = await SettleAsync(stage, cancellationToken);
        await traffic.ReadAsync(cancellationToken);
        say($"{people.Requests.Acknowledged} requests acknowledged, {people.Requests.NotAcknowledged} not; {alerts.Acknowledged} alerts acknowledged, {alerts.NotAcknowledged} not; {traffic.Calls} calls of Slack; {weather.Faults} faults; {weather.Kills} kills; caught up in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");
        if (left.Length > 0) return [$"not caught up after {CatchUp.TotalMinutes} minutes: {left}"];

        // Probes and watches go on by themselves: what they say now is no mistake, so a finding must stand when it is looked at again.
        var verdict = new SoakVerdict(stage, traffic, alerts);
        IReadOnlyList<string> problems = await verdict.JudgeAsync(cancellationToken);
        for (var look = 0; look < 2 && problems.Count > 0; look++)
        {
            await SettleAsync(stage, cancellationToken);
            await traffic.ReadAsync(cancellationToken);
            problems = await verdict.JudgeAsync(cancellationToken);
        }
        return problems;
    }

    /// <returns>What still waits; empty when nothing does.</returns>
    private static async Task<string> SettleAsync(SoakStage stage, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = await stage.ValueAsync<string>(
                """
                SELECT coalesce(string_agg(what, '; '), '') FROM (
                    SELECT 'inbox ' || kind || ' ' || state || ' attempt ' || attempts AS what FROM inbox WHERE state IN ('waiting', 'claimed')
                    UNION ALL SELECT 'outbox ' || kind || ' ' || coalesce(message_key, destination) || ' ' || state || ' ' || coalesce(error, '') FROM outbox WHERE state IN ('pending', 'sending')
                    UNION ALL SELECT 'alert ' || name || ' that nobody noticed' FROM alerts WHERE pending
                    UNION ALL SELECT 'step ' || step FROM incident_steps WHERE finished_at IS NULL
                    UNION ALL SELECT 'operation ' || state FROM operations WHERE state IN ('requested', 'running') LIMIT 40) AS open
                """);
            if (left.Length == 0 || Stopwatch.GetElapsedTime(begun) > CatchUp) return left;
            await Task.Delay(250, cancellationToken);
        }
    }
}
