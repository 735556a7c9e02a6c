using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>
/// A token or a certificate from a program that the kubeconfig names, kept until it expires
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
/// </summary>
internal sealed class ExecCredential(string platform, TimeProvider time)
{
    /// <summary>A token that ends while a call is under way is refused; it is fetched anew a little before.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock deciding = new();
    private Task<Known>? asking;
    private Known? known;

    public required string Command { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Variables { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>Of the newest answer; null: it gave none.</summary>
    public X509Certificate2? Certificate => known?.Certificate;

    public async Task<string?> TokenAsync(CancellationToken cancellationToken)
    {
        Task<Known> answer;
        // Several calls at once wait for one run of the program.
        lock (deciding)
        {
            if (known is { } kept && (kept.Until is not { } until || time.GetUtcNow() < until - Early)) return kept.Token;
            answer = asking is { IsCompleted: false } ? asking : asking = AskAsync();
        }
        return (await answer.WaitAsync(cancellationToken)).Token;
    }

    private async Task<Known> AskAsync()
    {
        using var limit = new CancellationTokenSource(Longest, time);
        var answer = KubernetesFailures.Parse(await RunAsync(limit.Token));
        if (answer.Text("kind") != "ExecCredential" || answer.Text("apiVersion") != ApiVersion) throw Wrong($"did not answer as {ApiVersion}");
        var token = answer.Text("status", "token");
        var certificate = CertificateOf(answer);
        if (token is null && certificate is null) throw Wrong("gave neither a token nor a certificate");
        return known = new(token, certificate, answer.Time("status", "expirationTimestamp"));
    }

    private async Task<byte[]> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Command, Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        // Nobody sits before the bot: a program that would ask a question is told so.
        start.Environment["KUBERNETES_EXEC_INFO"] = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "ExecCredential", ["spec"] = new JsonObject { ["interactive"] = false } }.ToJsonString();
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw Wrong("cannot be started; it must be installed where the bot runs");
        }
        try
        {
            process.StandardInput.Close();
            // What it complains about may hold secrets; its end says enough.
            var complaint = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            using var output = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            await complaint;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output.ToArray() : throw Wrong($"ended with {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw Wrong("did not answer");
        }
    }

    private X509Certificate2? CertificateOf(JsonObject? answer)
    {
        if (answer.Text("status", "clientCertificateData") is not { } certificate) return null;
        try
        {
            return KubernetesAccess.Certified(certificate, answer.Text("status", "clientKeyData") ?? throw Wrong("gave a certificate without a key"));
        }
        // Its words would repeat what was given.
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Wrong("gave a certificate that cannot be used");
        }
    }

    private PlatformException Wrong(string what) => KubernetesFailures.NotDone($"{platform} cannot be asked: {Path.GetFileName(Command)} of its kubeconfig {what}", "credentials");

    private sealed record Known(string? Token, X509Certificate2? Certificate, DateTimeOffset? Until);
}
