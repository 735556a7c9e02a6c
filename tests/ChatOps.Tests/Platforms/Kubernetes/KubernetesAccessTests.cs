using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatOps.Platforms;
using ChatOps.Platforms.Kubernetes;

namespace ChatOps.Tests.Platforms.Kubernetes;

/// <summary>Who the bot is to an API server, and whom it takes for one.</summary>
public sealed class KubernetesAccessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatops-kube-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("token: T", "T")]
    [InlineData("tokenFile: token.txt", "from-file")]
    public async Task A_kubeconfig_gives_the_token_of_its_context(string user, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "token.txt"), "from-file\n");
        (await Read(user).Token(CancellationToken.None)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_token_file_is_read_anew_since_a_pods_token_is_exchanged()
    {
        var file = Path.Combine(folder, "token.txt");
        await File.WriteAllTextAsync(file, "first");
        var access = Read("tokenFile: token.txt");
        (await access.Token(CancellationToken.None)).ShouldBe("first");
        await File.WriteAllTextAsync(file, "second");
        (await access.Token(CancellationToken.None)).ShouldBe("second");
    }

    [Theory]
    [InlineData("v1", "2999-01-01T00:00:00Z", "token-1")]
    [InlineData("v1beta1", null, "token-1")]
    [InlineData("v1", "2001-01-01T00:00:00Z", "token-2")]
    public async Task A_program_is_asked_again_only_when_its_token_has_expired(string version, string? until, string second)
    {
        var script = Path.Combine(folder, "login.sh");
        var expiry = until is null ? "" : $",\"expirationTimestamp\":\"{until}\"";
        await File.WriteAllTextAsync(script,
            $$"""
            #!/bin/bash
            [[ "$KUBERNETES_EXEC_INFO" == *'"interactive":false'* && "$STAGE" == prod && "$1" == token ]] || exit 7
            echo x >> "$(dirname "$0")/asked"
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/{{version}}","status":{"token":"token-'$(wc -l < "$(dirname "$0")/asked")'"{{expiry}}} }'
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var access = Read($"exec: {{ apiVersion: client.authentication.k8s.io/{version}, command: ./login.sh, args: [token], env: [{{ name: STAGE, value: prod }}] }}");
        (await access.Token(CancellationToken.None)).ShouldBe("token-1");
        (await access.Token(CancellationToken.None)).ShouldBe(second);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told()
    {
        var access = Read("exec: { apiVersion: client.authentication.k8s.io/v1, command: no-such-login }");
        (await Should.ThrowAsync<PlatformException>(() => access.Token(CancellationToken.None))).Message
            .ShouldBe("cluster cannot be asked: no-such-login of its kubeconfig cannot be started; it must be installed where the bot runs");
    }

    [Fact]
    public async Task A_certificate_from_a_program_is_shown_to_the_server()
    {
        using var certificate = Certificate(out var pem, out var key);
        await using var stub = await StubCluster.StartAsync(certificate);
        var script = Path.Combine(folder, "login.sh");
        var answer = new System.Text.Json.Nodes.JsonObject
        {
            ["kind"] = "ExecCredential", ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = new System.Text.Json.Nodes.JsonObject { ["clientCertificateData"] = pem, ["clientKeyData"] = key },
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "answer.json"), answer.ToJsonString());
        await File.WriteAllTextAsync(script, "#!/bin/sh\ncat \"$(dirname \"$0\")/answer.json\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login.sh } }", $"certificate-authority-data: {Base64(pem)}", stub.Url);
        using var platform = Platform();
        (await platform.StatusAsync(new PlatformTarget(new("shop", "production"), "deployment/shop"), CancellationToken.None)).Version.ShouldBe("v42");
    }

    [Theory]
    [InlineData("\"clientCertificateData\":\"x\"", "gave a certificate without a key")]
    [InlineData("\"clientCertificateData\":\"x\",\"clientKeyData\":\"hunter2\"", "gave a certificate that cannot be used")]
    [InlineData("", "gave neither a token nor a certificate")]
    public async Task A_program_that_gives_nothing_usable_is_told_without_what_it_gave(string status, string told)
    {
        var script = Path.Combine(folder, "login.sh");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\necho '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{{status}}} }}'\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var failure = await Should.ThrowAsync<PlatformException>(() => Read("exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login.sh }").Token(CancellationToken.None));
        failure.Message.ShouldBe($"cluster cannot be asked: login.sh of its kubeconfig {told}");
        failure.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_proxy_of_the_kubeconfig_is_gone_through()
    {
        // It takes plain requests as an API server does: whole addresses, which only a proxy is sent.
        await using var proxy = await StubCluster.StartAsync();
        proxy.Accepts = "T";
        Write("{ token: T }", $"proxy-url: {proxy.Url}", new("http://kubernetes.unknown.invalid"));
        using var platform = Platform();
        await Should.ThrowAsync<PlatformException>(() => platform.StatusAsync(new PlatformTarget(new("shop", "production"), "deployment/shop"), CancellationToken.None));
        proxy.Calls.ShouldContain(c => c.StartsWith("GET http://kubernetes.unknown.invalid/apis/apps/v1/namespaces/shop/deployments/shop", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_proxy_is_told() =>
        Should.Throw<PlatformException>(() => Read("token: T", "proxy-url: proxy.internal")).Message.ShouldEndWith("its cluster's proxy-url is no address that begins with http://, https:// or socks5://");

    [Fact]
    public void A_server_that_is_not_verified_gets_no_token() =>
        Should.Throw<PlatformException>(() => Read("token: T", "insecure-skip-tls-verify: true")).Message.ShouldContain("insecure-skip-tls-verify is set");

    [Fact]
    public async Task The_certificate_of_a_kubeconfig_is_shown_and_the_servers_is_verified_against_its_authority()
    {
        using var certificate = Certificate(out var pem, out var key);
        await using var stub = await StubCluster.StartAsync(certificate);
        var authority = $"certificate-authority-data: {Base64(pem)}";
        await File.WriteAllTextAsync(Path.Combine(folder, "client.key"), key);
        var target = new PlatformTarget(new("shop", "production"), "deployment/shop");
        Write($"{{ client-certificate-data: {Base64(pem)}, client-key: client.key }}", authority, stub.Url);
        using (var platform = Platform()) (await platform.StatusAsync(target, CancellationToken.None)).Version.ShouldBe("v42");

        Write("{ token: T }", "", stub.Url);
        using var unverified = Platform();
        (await Should.ThrowAsync<PlatformException>(() => unverified.StatusAsync(target, CancellationToken.None))).Message.ShouldBe("cluster cannot be reached: its TLS certificate was not accepted");
    }

    private KubernetesPlatform Platform() => new(
        new() { Name = "cluster", Type = "kubernetes", Url = new("http://unknown.invalid"), Timeout = TimeSpan.FromSeconds(5), Settings = new KubernetesSettings(StubCluster.Namespace, null, Config, null, null) }, [], TimeProvider.System);

    private string Config => Path.Combine(folder, "config");

    private KubernetesAccess Read(string user, string cluster = "")
    {
        Write($"{{ {user} }}", cluster, new("https://127.0.0.1:1"));
        return KubeconfigReader.Read("cluster", Config, context: "prod", TimeProvider.System);
    }

    private void Write(string user, string cluster, Uri server) => File.WriteAllText(Config,
        $$"""
        apiVersion: v1
        kind: Config
        current-context: prod
        contexts:
          - name: other
            context: { cluster: none, user: nobody }
          - name: prod
            context: { cluster: c, user: u }
        clusters:
          - name: c
            cluster:
              server: {{server}}
              {{cluster}}
        users:
          - name: u
            user: {{user}}
        """);

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static X509Certificate2 Certificate(out string pem, out string key)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=kube-apiserver", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        (pem, key) = (made.ExportCertificatePem(), rsa.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
