using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ChatOps.Sandbox.Control;
using ChatOps.Sandbox.Workspace;
using ChatOps.Sandbox.Workspace.WebApi;
using ChatOps.Tests.Support;

namespace ChatOps.Tests.Sandbox.Workspace;

/// <summary>What holds for each Web API method that the bot calls, generated from Slack's own list: the sandbox is no kinder than Slack.</summary>
public sealed class EveryMethodTests
{
    /// <summary>The methods that the compiled bot calls.</summary>
    private static readonly IReadOnlyList<MethodFacts> Used =
        [.. UsedSlackMethods.Of(typeof(BotHost).Assembly.Location).Concat(["apps.connections.open"]).Distinct().Select(m => MethodCatalog.All[m])];

    /// <summary>An app that may call all of them.</summary>
    private static readonly string Allowed = TestSandbox.ManifestWith(("      - commands\n", "      - commands\n" + string.Concat(
        Used.SelectMany(m => m.BotScopes).Distinct().Where(s => !TestSandbox.Manifest.Contains($"      - {s}\n", StringComparison.Ordinal)).Select(s => $"      - {s}\n"))));

    private static int names;

    [Fact]
    public void The_sandbox_plays_every_method_that_the_bot_calls() =>
        Used.Select(m => m.Name).Except(ApiMethods.All.Keys).ShouldBe(["apps.connections.open"], "that one is played by the socket server");

    [Fact]
    public async Task A_required_argument_that_is_missing_is_refused_and_named_for_every_method()
    {
        await using var sandbox = await UnlimitedAsync();
        foreach (var method in Used)
        {
            foreach (var missing in method.Required)
            {
                var answer = await CallAsync(sandbox, method, method.Required.Where(r => r != missing).ToDictionary(r => r, r => Fitting(method, r)));
                ((bool)answer["ok"]!).ShouldBeFalse($"{method.Name} without {missing}");
                var error = (string)answer["error"]!;
                if (error == "invalid_name_required") continue;
                error.ShouldBeOneOf("missing_argument", "invalid_arguments");
                if (method.Errors.Contains("missing_argument")) error.ShouldBe("missing_argument", method.Name);
                answer.ShouldSay($"missing required field: {missing}");
            }
        }
    }

    [Fact]
    public async Task An_argument_of_the_wrong_type_is_refused_with_its_place_for_every_method()
    {
        await using var sandbox = await UnlimitedAsync();
        var tried = 0;
        foreach (var method in Used.Where(m => m.AcceptsJson))
        {
            foreach (var (name, type) in method.Arguments.Where(a => a.Key != "files" && Wrong(a.Value) is not null))
            {
                var arguments = method.Required.ToDictionary(r => r, r => Fitting(method, r));
                arguments[name] = Wrong(type)!;
                var answer = await CallAsync(sandbox, method, arguments);
                answer.ShouldFail("invalid_arguments");
                answer.ShouldSay($"json-pointer:/{name}");
                tried++;
            }
        }
        tried.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task An_argument_that_Slack_does_not_know_changes_nothing_and_one_with_an_impossible_name_is_refused()
    {
        await using var sandbox = await UnlimitedAsync();
        foreach (var method in Used.Where(m => m.Required.Count > 0 && m.AcceptsJson))
        {
            var plain = await CallAsync(sandbox, method, Known());
            var more = await CallAsync(sandbox, method, new(Known()) { ["of_a_later_version"] = "x" });
            ((string?)more["error"]).ShouldBe((string?)plain["error"], $"{method.Name}: {more.ToJsonString()}");
            (await CallAsync(sandbox, method, new(Known()) { ["what is this?"] = "x" })).ShouldFail("invalid_arg_name");

            Dictionary<string, JsonNode> Known() => method.Required.ToDictionary(r => r, r => Fitting(method, r));
        }
    }

    [Fact]
    public async Task Without_its_scope_every_method_says_what_it_needs_and_what_the_app_has()
    {
        // The manifest with one scope alone, which opens none of them.
        var lines = TestSandbox.Manifest.Split('\n');
        var manifest = string.Join('\n', lines.Where(l => !(l.StartsWith("      - ", StringComparison.Ordinal) && l.Contains(':', StringComparison.Ordinal) && !l.Contains("command", StringComparison.Ordinal))));
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = manifest, Transport = SlackTransport.SocketMode, LimitRates = false });
        var tried = 0;
        foreach (var method in Used.Where(m => m.BotScopes.Count > 0))
        {
            var answer = await CallAsync(sandbox, method, method.Required.ToDictionary(r => r, r => Fitting(method, r)));
            answer.ShouldFail("missing_scope");
            ((string)answer["needed"]!).Split(',').ShouldBe(method.BotScopes, method.Name);
            ((string)answer["provided"]!).ShouldBe("commands");
            tried++;
        }
        tried.ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task Every_method_is_limited_by_its_tier_with_429_and_the_seconds_to_wait()
    {
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { ManifestText = Allowed, Transport = SlackTransport.SocketMode });
        foreach (var method in Used.Where(m => m.Name is not ("chat.postMessage" or "apps.connections.open") && m.Tier is "t1" or "t2" or "t3" or "t4"))
        {
            var perMinute = method.Tier switch { "t1" => 1, "t2" => 20, "t3" => 50, _ => 100 };
            // What the minute allows, and what comes back while this is counted.
            HttpResponseMessage answer;
            var taken = 0;
            while ((answer = await sandbox.SendAsync(method.Name, new FormUrlEncodedContent([]), sandbox.Host.BotToken)).StatusCode == HttpStatusCode.OK && taken < 2 * perMinute) taken++;
            using var refused = answer;
            taken.ShouldBeGreaterThanOrEqualTo(perMinute, method.Name);
            ((int)refused.StatusCode).ShouldBe(429, method.Name);
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task A_call_without_a_token_or_with_a_false_one_is_refused_for_every_method()
    {
        await using var sandbox = await UnlimitedAsync();
        foreach (var method in Used)
        {
            (await sandbox.CallAsync(method.Name, [], token: null)).ShouldFail("not_authed");
            (await sandbox.CallAsync(method.Name, [], token: "xoxb-of-somebody-else")).ShouldFail("invalid_auth");
        }
    }

    private static Task<TestSandbox> UnlimitedAsync() => TestSandbox.StartAsync(new SandboxOptions { ManifestText = Allowed, Transport = SlackTransport.SocketMode, LimitRates = false });

    private static async Task<JsonObject> CallAsync(TestSandbox sandbox, MethodFacts method, Dictionary<string, JsonNode> arguments)
    {
        var token = method.Name == "apps.connections.open" ? sandbox.Host.AppToken : sandbox.Host.BotToken;
        HttpContent content = method.AcceptsJson
            ? new StringContent(new JsonObject(arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value.DeepClone()))).ToJsonString(), Encoding.UTF8, "application/json")
            : new FormUrlEncodedContent(arguments.Select(a => KeyValuePair.Create(a.Key, a.Value.ToString())));
        using var response = await sandbox.SendAsync(method.Name, content, token);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
    }

    /// <summary>A value of the right type, of something that is not there.</summary>
    private static JsonNode Fitting(MethodFacts method, string argument) => method.Arguments.GetValueOrDefault(argument) switch
    {
        "channel" => "C0NOTHERE1",
        "user" => "U0NOTHERE1",
        "users" => "U0NOTHERE1",
        "timestamp" => "1700000000.000100",
        "number" or "integer" => 5,
        "boolean" => true,
        "array" => new JsonArray(),
        _ when argument == "name" => $"a-name-{Interlocked.Increment(ref names)}",
        _ => argument is "files" or "view" or "metadata" ? new JsonObject() : "x",
    };

    /// <summary>A value that no reading makes right; null where Slack's list does not say enough.</summary>
    private static JsonNode? Wrong(string type) => type switch
    {
        "boolean" => "perhaps",
        "number" or "integer" => "several",
        "channel" or "user" or "string" => new JsonObject { ["an"] = "object" },
        "timestamp" => 1700000000.5,
        "array" => "one",
        _ => null,
    };
}
