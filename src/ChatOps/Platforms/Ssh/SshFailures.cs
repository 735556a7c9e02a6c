using ChatOps.Catalog;
using ChatOps.Configuration;
using ChatOps.Timeline;

namespace ChatOps.Platforms.Ssh;

/// <summary>What went wrong, in sentences that say what to do next. Without the key, whatever somebody else says.</summary>
internal sealed class SshFailures(PlatformDefinition definition)
{
    private const int ShortestSecret = 16;

    private readonly SshSettings settings = (SshSettings)definition.Settings!;
    private readonly string[] secrets = [.. ((SshSettings)definition.Settings!).Key.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.Length >= ShortestSecret && l[0] != '-')];

    public string Name => definition.Name;

    public string Clean(string text)
    {
        foreach (var secret in secrets) text = text.Replace(secret, "[redacted]", StringComparison.Ordinal);
        return Redactor.ForRecord(text);
    }

    public string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    public static PlatformException NotDone(string sentence, string? code = null) => new(sentence, CallOutcome.NotDone) { Code = code };

    public PlatformException NoAnswer(CallOutcome outcome, Exception? inner = null) =>
        new($"{Name} did not answer within {Durations.Text(definition.Timeout)}{FailureText.Begun(outcome)}", outcome, inner);

    public PlatformException NoClient(Exception inner) =>
        new($"{Name} cannot be reached: there is no program ssh where the bot runs; install openssh-client there", CallOutcome.NotDone, inner) { Code = "no_ssh" };

    public PlatformException NotOurAnswer(CallOutcome outcome) => new($"{Name} answered something else than its script says{FailureText.Begun(outcome)}; look at what the login shell of {settings.User} prints or runs there", outcome);

    /// <summary>The script ran and ended badly.</summary>
    public PlatformException Broke(int code, string said, CallOutcome outcome) => new($"{Name}: the script ended with {code}{Said(said)}{FailureText.Begun(outcome)}", outcome);

    /// <summary>ssh itself ended with 255: how far it came stands only in what it says.</summary>
    /// <param name="lost">What is so when the connection ended later than in its beginning.</param>
    public (PlatformException Failure, bool MayPass) NoConnection(string said, CallOutcome lost)
    {
        var where = $"{settings.Host} port {settings.Port}";
        if (Says("REMOTE HOST IDENTIFICATION HAS CHANGED") || Says("key verification failed") && Says("has changed"))
            return (NotDone($"{Name} refused: {where} shows another host key than {Known}; it was set up anew, or somebody sits between. Ask who runs it, then correct that file", "host_key"), false);
        if (Says("Host key verification failed") || Says("host key is known for"))
            return (NotDone($"{Name} refused: {where} shows a host key that {Known} does not name; compare it with the machine's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), then add it: ssh-keyscan -p {settings.Port} {settings.Host}", "host_key"), false);
        if (Says("Permission denied"))
            return (NotDone($"{Name} refused: credentials not accepted; put the public half of the key of platform {Name} in chatops.yaml into ~/.ssh/authorized_keys of {settings.User} there", "credentials"), false);
        if (Says("error in libcrypto") || Says("invalid format") || Says("incorrect passphrase"))
            return (NotDone($"{Name} was not asked: the key of platform {Name} in chatops.yaml is no private key without a passphrase", "credentials"), false);
        if (Says("Could not resolve hostname")) return (Unreached("its host name is not known"), true);
        if (Says("Connection refused")) return (Unreached("connection refused"), true);
        if (Says("No route to host") || Says("Network is unreachable")) return (Unreached("its host cannot be reached"), true);
        if (Says("Connection timed out") || Says("Operation timed out") || Says("during banner exchange")) return (Unreached("no connection in time"), true);
        if (Says("kex_exchange_identification") || Says("banner exchange")) return (Unreached("it closes the connection before a key is shown; too many at once, or it is starting"), true);
        return (new($"{Name} cannot be reached: the connection broke off{FailureText.Begun(lost)}", lost), true);

        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);

        PlatformException Unreached(string why) => new($"{Name} cannot be reached: {why} ({where})", CallOutcome.NotDone);
    }

    /// <summary>The script's own word for why it did nothing.</summary>
    public PlatformException Refused(string code, string service, string manager) => NotDone(code switch
    {
        "busy" => $"{Name} is busy: another action works on {service} there; ask again when it has ended",
        "generation_changed" => $"{Name} refused: somebody else changed {service} meanwhile",
        "version_unknown" => $"{Name} refused: {service} has no such release there; the pipeline puts it there first",
        "service_unknown" => $"{Name} refused: {manager} knows no {service} there; start it once by hand, or correct its 'name' in chatops.yaml",
        "manager_down" => $"{Name} refused: {manager} does not run there as {settings.User}; start it there (pm2 resurrect), or set pm2_home in chatops.yaml",
        "folder_closed" => $"{Name} refused: {settings.User} may not write where the releases of {service} stand",
        "state_closed" => $"{Name} refused: {settings.User} may not write to {settings.State} there, so that nothing could be kept from happening twice",
        _ => $"{Name} refused: {FailureText.Short(Clean(code))}",
    }, code);

    private string Known => $"'known_hosts' ({settings.KnownHosts})";

    private string Said(string words) => string.IsNullOrWhiteSpace(words) ? "" : $": {FailureText.Short(Clean(words))}";
}
