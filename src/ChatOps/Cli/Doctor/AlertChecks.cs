using ChatOps.Alerts;
using ChatOps.Configuration;
using ChatOps.Platforms;

namespace ChatOps.Cli.Doctor;

/// <summary>Every source of alerts: how it is known, how it is to be set up, and whether silences can be made there.</summary>
internal sealed class AlertChecks(ChatOpsConfig config, AlertmanagerClient client)
{
    private const int Comfortable = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public IEnumerable<Check> All()
    {
        if (config.Alerts.Sources.Count == 0)
        {
            yield return new("alerts", Limit, _ => One(Finding.Warn("alerts", "no source may send any", "An incident then begins when a person types it. docs/alerts.md shows how Alertmanager and Grafana are connected.")));
            yield break;
        }
        foreach (var source in config.Alerts.Sources.Values) yield return new($"alerts {source.Name}", Limit, token => LookAsync(source, token));
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(AlertSource source, CancellationToken cancellationToken)
    {
        var what = $"alerts {source.Name}";
        var findings = new List<Finding> { Credentials(source, what), Finding.Ok($"{what}, to put there", Snippet(source)) };
        if (source.Url is null)
        {
            if (source.Type == AlertSourceType.Alertmanager)
                findings.Add(Finding.Warn($"{what}, silences", "chatops.yaml gives no 'url' for it", "Without it nobody can silence its alerts from Slack."));
            return findings;
        }
        try
        {
            await client.ReadyAsync(source, cancellationToken);
            await client.SilencesAsync(source, cancellationToken);
            findings.Add(Finding.Ok($"{what}, silences", $"{source.Url.Host} is ready and tells of its silences"));
        }
        catch (PlatformException e)
        {
            findings.Add(Finding.Fail($"{what}, silences", e.Message, "Look whether it runs, whether this machine may reach it, and whether 'url' and 'api_token' in chatops.yaml are right."));
        }
        if (config.Permissions.Rules.All(r => !r.Allow.Contains("silence", StringComparer.Ordinal) && !r.Allow.Contains("all", StringComparer.Ordinal)))
            findings.Add(Finding.Warn($"{what}, silences", "no permission lets anybody silence", "Add 'silence' to 'allow' of those who may."));
        return findings;
    }

    private static Finding Credentials(AlertSource source, string what)
    {
        var how = source.Token is null ? "a user name and a password" : "a token";
        return (source.Token ?? source.Password ?? "").Length < Comfortable
            ? Finding.Warn(what, $"known by {how} of under {Comfortable} characters", "Make a longer one, such as by 'openssl rand -hex 24'.")
            : Finding.Ok(what, $"known by {how}");
    }

    /// <summary>On one line, as every finding is; YAML takes it so. The secret itself stays where it is.</summary>
    internal string Snippet(AlertSource source)
    {
        var url = $"{config.ListenUrl.ToString().TrimEnd('/')}/alerts/{source.Name}";
        return source.Type switch
        {
            AlertSourceType.Alertmanager =>
                $"receivers: [{{ name: chatops, webhook_configs: [{{ url: '{url}', send_resolved: true, max_alerts: 500, http_config: {{ {(source.Token is null ? $"basic_auth: {{ username: '{source.Username}', password_file: /etc/alertmanager/chatops }}" : "authorization: { credentials_file: /etc/alertmanager/chatops }")} }} }}] }}]",
            AlertSourceType.Grafana => $"a contact point of type Webhook with the URL {url} and, under the optional settings, {(source.Token is null ? $"the basic authentication user {source.Username}" : "the authorization scheme Bearer with the token as credentials")}",
            _ => $"POST its JSON to {url} with the header 'Authorization: {(source.Token is null ? "Basic …" : "Bearer …")}'",
        };
    }

    private static Task<IReadOnlyList<Finding>> One(Finding finding) => Task.FromResult<IReadOnlyList<Finding>>([finding]);
}
