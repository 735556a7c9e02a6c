using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatOps.Catalog;

namespace ChatOps.Platforms.Pipelines.Jenkins;

/// <summary>
/// Jenkins by its remote access API (https://www.jenkins.io/doc/book/using/remote-access-api). A build keeps the parameters that its job declares, from the queue on:
/// what is neither in the queue nor among the builds was never taken, but for the moment in which an item leaves the one for the other.
/// </summary>
internal sealed partial class JenkinsApi(PipelineCalls calls, string? user) : IPipelineApi
{
    private const string Build = "number,result,building,timestamp,duration,url,actions[parameters[name,value],causes[userId]]";

    private readonly JenkinsVersions versions = new(calls);

    public static PipelineOffer Offer { get; } = PipelineOffer.Of("jenkins", "Jenkins", "a job with parameters", "builds of a named job, or what was deployed", "a parameter of the build");

    public static (PipelineOffer, PipelineCalls, IPipelineApi) Of(PlatformDefinition definition, TimeProvider time)
    {
        var user = (definition.Settings as PipelinePlatformSettings)?.User;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{definition.Token}"));
        var calls = new PipelineCalls(definition, "", request => request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic), new(definition, JenkinsAdvice.Of, time), time);
        return (Offer, calls, new JenkinsApi(calls, user));
    }

    /// <summary>team/shop is the job shop in the folder team.</summary>
    public static string Of(string job, IEnumerable<string> segments, params IEnumerable<(string, string?)> query) => EncodedPath.Of([.. job.Split('/').SelectMany(p => new[] { "job", p }), .. segments], query);

    public async Task<IReadOnlyList<PipelineRun>> RunsAsync(PipelineJob job, Patience patience)
    {
        // First the queue, then the builds: an item leaves the one for the other.
        var queue = await calls.ReadAsync(EncodedPath.Of(["queue", "api", "json"], ("tree", "items[id,why,inQueueSince,task[url],actions[parameters[name,value],causes[userId]]]")), patience);
        var builds = await calls.ReadAsync(Of(job.Start.Job, ["api", "json"], ("tree", $"nextBuildNumber,builds[{Build}]{{0,100}}")), patience);
        var own = Of(job.Start.Job, []) + "/";
        var waiting = queue.Items("items").Where(i => Uri.TryCreate(i.Text("task", "url"), UriKind.Absolute, out var url) && url.AbsolutePath.EndsWith(own, StringComparison.Ordinal)).OrderByDescending(i => i.Number("id")).ToList();
        var read = PipelineInputs.Reader(job);
        return
        [
            .. waiting.Select((item, i) => read(JenkinsRun.Parameters(item)) is { } words ? JenkinsRun.Waiting(item, job, words, builds.Number("nextBuildNumber") + waiting.Count - 1 - i) : null).OfType<PipelineRun>(),
            .. builds.Items("builds").Select(b => read(JenkinsRun.Parameters(b)) is { } words ? JenkinsRun.Of(b, job, words) : null).OfType<PipelineRun>(),
        ];
    }

    public async Task<PipelineRun?> StartAsync(PipelineJob job, PipelineWords words, Patience patience)
    {
        // Jenkins drops what a job does not declare: the run would then not be found again.
        if (Undeclared(job, await DeclaredAsync(job, patience)) is { Count: > 0 } undeclared)
            throw PipelineFailures.NotDone($"{calls.Failures.Name}: the job {job.Start.Job} has no parameter {string.Join(", ", undeclared)}; add it to the job, or correct 'inputs' in chatops.yaml", "parameter_unknown");
        var answer = await SendAsync(Of(job.Start.Job, ["buildWithParameters"]), () => new FormUrlEncodedContent(PipelineInputs.Filled(job, words)), patience);
        return answer.Location is { } at && QueueItem().Match(at.OriginalString) is { Success: true } m
            ? new(JenkinsRun.Queue + m.Groups[1].Value, 0, job) { Words = words } : null;
    }

    public async Task<PipelineRun> LookAsync(PipelineRun run, Patience patience)
    {
        if (!run.Id.StartsWith(JenkinsRun.Queue, StringComparison.Ordinal)) return await BuildAsync(run, run.Id, patience);
        var item = await calls.ReadOrNullAsync(EncodedPath.Of(["queue", "item", run.Id[JenkinsRun.Queue.Length..], "api", "json"]), patience);
        if (item.NumberOrNull("executable", "number") is { } number) return await BuildAsync(run, number.ToString(CultureInfo.InvariantCulture), patience);
        if (item.Flag("cancelled")) return run with { State = PlatformOperationState.Failed, Step = "(cancelled while it waited)" };
        if (item is not null) return run with { Step = calls.Failures.CleanOrNull(item.Text("why") is { } why ? $"waits: {why}" : "waits") };
        // Some minutes after it left the queue the item is forgotten; its build is not.
        return (await RunsAsync(run.Job, patience)).FirstOrDefault(r => r.Words.OperationId == run.Words.OperationId) is { } found && !found.Id.StartsWith(JenkinsRun.Queue, StringComparison.Ordinal)
            ? await BuildAsync(run, found.Id, patience) : run;
    }

    public async Task<bool> CancelAsync(PipelineRun run, Patience patience)
    {
        var waits = run.Id.StartsWith(JenkinsRun.Queue, StringComparison.Ordinal);
        var path = waits ? EncodedPath.Of(["queue", "cancelItem"], ("id", run.Id[JenkinsRun.Queue.Length..])) : Of(run.Job.Start.Job, [run.Id, "stop"]);
        try
        {
            await SendAsync(path, () => new ByteArrayContent([]), patience);
        }
        // Its way of taking it: it shows the page that a browser would see next.
        catch (PlatformException e) when (e.Code == "http_302")
        {
            return true;
        }
        // It has left the queue; Jenkins of some years ago said so of what it cancelled too.
        catch (PlatformException e) when (waits && e.Code == "http_404")
        {
            return (await LookAsync(run, patience)).State == PlatformOperationState.Failed;
        }
        return true;
    }

    public Task<IReadOnlyList<Release>> VersionsAsync(PipelineJob job, IReadOnlyList<PipelineRun> runs, Patience patience) =>
        job.Settings.Builds is { } builds ? versions.ReadAsync(builds, patience) : Task.FromResult<IReadOnlyList<Release>>([]);

    public async Task<bool?> HasVersionAsync(PipelineJob job, string version, Patience patience) =>
        job.Settings.Builds is { } builds ? (await versions.ReadAsync(builds, patience)).Any(r => r.Version == version) : null;

    public async Task<IReadOnlyList<FailedPart>> FailedPartsAsync(PipelineRun run, Patience patience) =>
        run.StartedAt is not { } at || run.Id.StartsWith(JenkinsRun.Queue, StringComparison.Ordinal) ? []
        : [new($"{run.Job.Start.Job} {run.Id}{(JenkinsRun.Stage(await StagesAsync(run.Job, run.Id, patience), failed: true) is { } stage ? $", {stage}" : "")}",
            Of(run.Job.Start.Job, [run.Id, "logText", "progressiveText"], ("start", "0")), at, From: null)];

    /// <summary>[2026-11-21T09:00:00.000Z] text, where the Timestamper plugin is on for all pipelines.</summary>
    public (DateTimeOffset? At, string Text)? Line(string raw)
    {
        var text = PipelineText.Plain(raw);
        return text.StartsWith('[') && text.IndexOf("] ", StringComparison.Ordinal) is > 18 and < 40 and var end && PlatformJson.Time(text[1..end]) is { } at ? (at, text[(end + 2)..]) : (null, text);
    }

    public async Task<string> ReachAsync(Patience patience)
    {
        var (_, headers) = await calls.ReadWithHeadersAsync(EncodedPath.Of(["api", "json"], ("tree", "mode")), patience);
        return $"Jenkins {PipelineFailures.Header(headers, "X-Jenkins")}".TrimEnd();
    }

    public async Task<IReadOnlyList<MissingRight>> MissingAsync(PipelineJob job, Patience patience)
    {
        var missing = new List<MissingRight>();
        if (job.Settings.Builds is { } builds && await calls.ReadOrNullAsync(Of(builds, ["api", "json"], ("tree", "name")), patience) is null)
            missing.Add(new($"does not see the job {builds}", "Correct 'builds' in chatops.yaml, or give the user the permission Job/Read."));
        if (await DeclaredAsync(job, patience) is not { } declared)
            return [.. missing, new($"does not see the job {job.Start.Job}", "Correct its path in chatops.yaml, or give the user the permissions Job/Read and Job/Build.")];
        return [.. missing, .. Undeclared(job, declared).Select(p => new MissingRight($"has no parameter {p} in the job {job.Start.Job}", "Add it to the job, or correct 'inputs' in chatops.yaml: Jenkins drops what a job does not declare."))];
    }

    public string CommandByHand(PipelineJob job, PipelineWords words) =>
        $"curl -fsS -X POST -u {ShellText.Quoted(user ?? "USER")}:\"$TOKEN\"{string.Concat(PipelineInputs.Filled(job, words).Select(i => $" --data-urlencode {ShellText.Quoted($"{i.Key}={i.Value}")}"))} "
        + ShellText.Quoted(calls.Address(Of(job.Start.Job, ["buildWithParameters"])).AbsoluteUri);

    /// <summary>It knows what each build brought to its job, and compares nothing.</summary>
    public Task<CommitRange?> CommitsAsync(PipelineJob job, string fromVersion, string toVersion, Patience patience) => Task.FromResult<CommitRange?>(null);

    private async Task<PipelineRun> BuildAsync(PipelineRun run, string number, Patience patience)
    {
        var now = JenkinsRun.Of(await calls.ReadAsync(Of(run.Job.Start.Job, [number, "api", "json"], ("tree", Build)), patience), run.Job, run.Words);
        if (now.Succeeded) return now;
        var failed = now.State == PlatformOperationState.Failed;
        var stage = calls.Failures.CleanOrNull(JenkinsRun.Stage(await StagesAsync(run.Job, number, patience), failed));
        return now with { Step = stage is null ? now.Step : failed ? $"in {stage}" : stage };
    }

    /// <summary>Null: the job is no pipeline, or the plugin that tells of stages is absent.</summary>
    private Task<JsonNode?> StagesAsync(PipelineJob job, string number, Patience patience) => calls.ReadOrNullAsync(Of(job.Start.Job, [number, "wfapi", "describe"]), patience);

    private async Task<IReadOnlyList<string>?> DeclaredAsync(PipelineJob job, Patience patience) =>
        await calls.ReadOrNullAsync(Of(job.Start.Job, ["api", "json"], ("tree", "property[parameterDefinitions[name]]")), patience) is { } json
            ? [.. json.Items("property").SelectMany(p => p.Items("parameterDefinitions")).Select(d => d.Text("name")).OfType<string>()] : null;

    private static List<string> Undeclared(PipelineJob job, IReadOnlyList<string>? declared) => [.. job.Start.Inputs.Keys.Except(declared ?? [], StringComparer.Ordinal)];

    private async Task<PipelineAnswer> SendAsync(string path, Func<HttpContent> content, Patience patience)
    {
        try
        {
            return await calls.SendAsync(path, content, null, patience);
        }
        // A password instead of an API token needs a crumb with it: that refusal did nothing.
        catch (PlatformException e) when (e.Code == "http_403")
        {
            if (await CrumbAsync(patience) is not { } crumb) throw;
            return await calls.SendAsync(path, content, crumb, patience);
        }
    }

    /// <summary>Null: this Jenkins has none. A crumb belongs to the session in which it was given.</summary>
    private async Task<Action<HttpRequestMessage>?> CrumbAsync(Patience patience)
    {
        try
        {
            var (body, headers) = await calls.ReadWithHeadersAsync(EncodedPath.Of(["crumbIssuer", "api", "json"]), patience);
            if (body.Text("crumb") is not { } crumb || body.Text("crumbRequestField") is not { } field) return null;
            var session = headers.TryGetValues("Set-Cookie", out var cookies) ? string.Join("; ", cookies.Select(c => c.Split(';', 2)[0])) : null;
            return request =>
            {
                request.Headers.TryAddWithoutValidation(field, crumb);
                if (session is not null) request.Headers.TryAddWithoutValidation("Cookie", session);
            };
        }
        catch (PlatformException)
        {
            return null;
        }
    }

    [GeneratedRegex("/queue/item/([0-9]+)/?$")]
    private static partial Regex QueueItem();
}
