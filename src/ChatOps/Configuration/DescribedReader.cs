using ChatOps.Platforms;
using ChatOps.Platforms.Described;

namespace ChatOps.Configuration;

/// <summary>A platform of type <c>described</c>: its own words, its requests, and whether they fit together (docs/described-platform.md).</summary>
internal sealed class DescribedReader(Section section)
{
    private static readonly string[] TimeForms = ["iso", "unix", "unix_ms"];

    private static readonly (string Word, TargetState State)[] States =
    [
        ("running", TargetState.Running), ("degraded", TargetState.Degraded), ("starting", TargetState.Starting), ("stopped", TargetState.Stopped), ("crashed", TargetState.Crashed),
    ];

    private static readonly (string Word, PlatformOperationState State)[] OperationStates =
    [
        ("running", PlatformOperationState.Running), ("succeeded", PlatformOperationState.Succeeded), ("failed", PlatformOperationState.Failed),
    ];

    private static readonly (string Word, string Kind)[] Kinds = [("deploy", "deploy"), ("rollback", "rollback"), ("restart", "restart"), ("config", "config"), ("scale", "scale")];
    private static readonly string[] OfCandidate = ["candidate", "weight", "promote", "drop_candidate"];
    private static readonly string[] NeedReleases = ["deploy", "recreate", "rollback", "candidate"];
    private static readonly string[] CandidateFields = ["candidate.version", "candidate.state", "candidate.percent"];

    public DescribedSettings Read(Uri? url)
    {
        if (url is { Query.Length: > 0 } or { Fragment.Length: > 0 }) section.Reading.Mistake(section.LineOf("url"), $"'url' ends with a query{section.In}", "put it into 'query' of each request");
        section.Require("status", "{ request: GET /…, answer: { state: … } }");
        var errors = section.Below("errors", $"errors{section.In}");
        var poll = section.Below("poll", $"poll{section.In}");
        var settings = new DescribedSettings
        {
            Calls = Calls(),
            KeepsOperationIds = section.Flag("keeps_operation_ids", otherwise: false),
            Times = section.OneOf("times", TimeForms, "iso") switch { "unix" => TimeForm.Unix, "unix_ms" => TimeForm.UnixMilliseconds, _ => TimeForm.Iso },
            States = Words("states", States),
            OperationStates = Words("operation_states", OperationStates),
            Kinds = Words("kinds", Kinds),
            ErrorCode = errors is null ? null : Place(errors, "code"),
            ErrorMessage = errors is null ? null : Place(errors, "message"),
            PollEvery = poll?.Duration("every", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)) ?? TimeSpan.FromSeconds(2),
            PollAtMost = poll?.Duration("at_most", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)) ?? TimeSpan.FromMinutes(30),
            NeverSeen = [.. section.Words("never_seen").Select(w => w.Text)],
            TokenHeader = section.Has("token_header") ? section.Parsed("token_header", "", t => RequestReader.HeaderName().IsMatch(t) ? t : null, $"'token_header' is no name of a header{section.In}", "letters, digits and '-', such as X-Api-Key") : null,
            Username = section.Text("username"),
            Password = section.Secret("password"),
            Authorities = AuthorityReader.Read(section, "ca"),
        };
        errors?.Done();
        poll?.Done();
        CheckCredentials(settings);
        CheckOperations(settings);
        CheckIds(settings);
        return settings;
    }

    /// <summary>Null: it is not there, or a mistake.</summary>
    internal static JsonPlace? Place(Section section, string key)
    {
        if (!section.Has(key)) return null;
        JsonPlace? place = null;
        section.Parsed(key, "", text => (place = JsonPlace.Parse(text)) is null ? null : text, $"'{key}' is no place in an answer{section.In}", JsonPlace.Rule);
        return place;
    }

    private Dictionary<string, DescribedCall> Calls()
    {
        var calls = new Dictionary<string, DescribedCall>(StringComparer.Ordinal);
        foreach (var operation in DescribedOperations.All)
        {
            if (section.Below(operation.Word, $"'{operation.Word}'{section.In}") is { } below && new RequestReader(below, operation).Read() is { } call) calls.Add(operation.Word, call);
        }
        return calls;
    }

    /// <summary>The platform's words for ours. Ours mean themselves, unless they are given another meaning.</summary>
    private Dictionary<string, T> Words<T>(string key, IReadOnlyList<(string Word, T Meaning)> ours)
    {
        var words = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        var below = section.Below(key, $"{key}{section.In}");
        foreach (var (word, meaning) in ours)
        {
            foreach (var theirs in below?.Words(word) ?? [])
            {
                if (!words.TryAdd(theirs.Text, meaning)) section.Reading.Mistake(theirs.Line, $"'{theirs.Text}' stands twice in '{key}'{section.In}", "name it once");
            }
        }
        below?.Done();
        foreach (var (word, meaning) in ours) words.TryAdd(word, meaning);
        return words;
    }

    private void CheckCredentials(DescribedSettings settings)
    {
        if (settings.Username is not null && section.Has("token")) section.Reading.Mistake(section.LineOf("username"), $"a token and a user name are given{section.In}", "keep one of the two");
        if (section.Has("username") != section.Has("password")) section.Reading.Mistake(section.Line, $"one of 'username' and 'password' is missing{section.In}", "give both");
        if (settings.Username?.Contains(':', StringComparison.Ordinal) == true) section.Reading.Mistake(section.LineOf("username"), $"'username' holds a colon{section.In}", "basic authentication cannot carry one: choose another name");
        if (settings.TokenHeader is not null && !section.Has("token")) section.Reading.Mistake(section.LineOf("token_header"), $"'token_header' stands without 'token'{section.In}", "token: ${DEPLOYER_TOKEN}");
    }

    private void CheckOperations(DescribedSettings settings)
    {
        var there = settings.Calls;
        var status = there.GetValueOrDefault("status")?.Answer;
        foreach (var missing in OfCandidate.Where(o => OfCandidate.Any(there.ContainsKey) && !section.Has(o)))
            section.Reading.Mistake(section.LineOf(OfCandidate.First(there.ContainsKey)), $"'{missing}' is missing{section.In}", "candidate, weight, promote and drop_candidate belong together");
        foreach (var one in NeedReleases.Where(there.ContainsKey).Take(1))
        {
            if (!section.Has("releases")) section.Reading.Mistake(section.LineOf(one), $"'{one}' stands without 'releases'{section.In}", "describe where the versions are listed");
            if (status?.ContainsKey("version") == false) section.Reading.Mistake(section.LineOf("status"), $"the answer of 'status' does not say where the version is{section.In}", $"'{one}' is checked by it: version: …");
        }
        if (there.ContainsKey("candidate") && status is not null && !Array.TrueForAll(CandidateFields, status.ContainsKey))
            section.Reading.Mistake(section.LineOf("status"), $"the answer of 'status' does not say where the candidate is{section.In}", "candidate: { version: …, state: …, percent: … }");
        if (settings.NeverSeen.Count > 0 && settings.ErrorCode is null)
            section.Reading.Mistake(section.LineOf("never_seen"), $"'never_seen' stands without 'errors'{section.In}", "errors: { code: … } says where such a word stands");
    }

    /// <summary>Whether an operation can be found again as it is said.</summary>
    private void CheckIds(DescribedSettings settings)
    {
        var operation = settings.Calls.GetValueOrDefault("operation");
        var actions = settings.Calls.Where(c => DescribedOperations.Of(c.Key).Action is not null).ToList();
        var byItsName = operation?.Request.Places.Contains("id", StringComparer.Ordinal) == true;
        var byOurs = operation?.Request.Places.Contains("operation_id", StringComparer.Ordinal) == true;
        if (operation is not null && byItsName == byOurs)
            section.Reading.Mistake(section.LineOf("operation"), $"'operation' does not say which operation{section.In}", "{operation_id}: the bot's id, which each action carries; or {id}: the one that stands in the answer of an action");
        foreach (var (word, call) in actions)
        {
            var answer = call.Answer.Count > 0 ? call.Answer : operation?.Answer;
            if (byItsName && answer?.ContainsKey("id") == false) section.Reading.Mistake(section.LineOf(word), $"the answer of '{word}' does not say where its id is{section.In}", "'operation' asks by {id}: id: …");
            if (settings.KeepsOperationIds && !call.Request.Places.Contains("operation_id", StringComparer.Ordinal))
                section.Reading.Mistake(section.LineOf(word), $"'{word}' does not carry {{operation_id}}{section.In}", "'keeps_operation_ids' says that each action does: in a header, the query or the body");
        }
        if (!settings.KeepsOperationIds) return;
        if (operation is null || !byOurs) section.Reading.Mistake(section.LineOf("keeps_operation_ids"), $"'keeps_operation_ids' needs an 'operation' that asks by {{operation_id}}{section.In}", "keeps_operation_ids: false, where the platform cannot be asked so");
        else if (settings.NeverSeen.Count == 0 && operation.Each is null)
            section.Reading.Mistake(section.LineOf("keeps_operation_ids"), $"'keeps_operation_ids' needs to know how the platform says that it has never seen an id{section.In}", "never_seen: [word at errors.code], or 'each' in 'operation' for a list that is empty then");
    }
}
