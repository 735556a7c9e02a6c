using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChatOps.Configuration;

namespace ChatOps.Platforms.Kubernetes;

/// <summary>The part of a kubeconfig that says where one context's cluster is and who its user is.</summary>
internal sealed class KubeconfigReader
{
    private readonly string platform;
    private readonly string folder;

    private KubeconfigReader(string platform, string folder) => (this.platform, this.folder) = (platform, folder);

    /// <param name="context">Null: the current one.</param>
    public static KubernetesAccess Read(string platform, string file, string? context, TimeProvider time)
    {
        var reader = new KubeconfigReader(platform, Path.GetDirectoryName(Path.GetFullPath(file))!);
        var root = YamlTree.Read(File.ReadAllText(file), (line, what, _) => throw reader.Wrong($"line {line}: {what}")) ?? throw reader.Wrong("it is empty");
        var named = context ?? Text(root, "current-context") ?? throw reader.Wrong("it has no current-context; name one with 'context'");
        var chosen = reader.Named(root, "contexts", "context", named);
        var cluster = reader.Named(root, "clusters", "cluster", Text(chosen, "cluster") ?? "");
        var user = Text(chosen, "user") is { } name ? reader.Named(root, "users", "user", name) : new YamlMap(0, []);
        // An address that anybody may answer is no place to send a token to.
        if (Text(cluster, "insecure-skip-tls-verify") == "true") throw reader.Wrong("insecure-skip-tls-verify is set, and a token is not sent to whoever answers; give the cluster's certificate-authority-data");
        var program = reader.Program(user, time);
        var shown = reader.Certificate(user);
        return new(Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out var server) ? server : throw reader.Wrong("its cluster has no server"))
        {
            Authorities = reader.Data(cluster, "certificate-authority") is { } pem ? KubernetesAccess.Pem(pem) : null,
            Certificate = shown is not null ? () => shown : program is not null ? () => program.Certificate : null,
            Token = program is not null ? program.TokenAsync : reader.Token(user),
            Proxy = Text(cluster, "proxy-url") is { } proxy ? ProxyOf(proxy) ?? throw reader.Wrong("its cluster's proxy-url is no address that begins with http://, https:// or socks5://") : null,
        };
    }

    private X509Certificate2? Certificate(YamlNode user) => Data(user, "client-certificate") is { } certificate
        ? KubernetesAccess.Certified(certificate, Data(user, "client-key") ?? throw Wrong("its user has a client certificate without a key")) : null;

    private Func<CancellationToken, Task<string?>> Token(YamlNode user)
    {
        if (Text(user, "tokenFile") is { } path) return KubernetesAccess.FileToken(platform, InFolder(path));
        if (Node(user, "auth-provider") is not null) throw Wrong("auth-provider left Kubernetes with 1.26; use exec");
        return Text(user, "token") is { } token ? _ => Task.FromResult<string?>(token) : _ => Task.FromResult<string?>(null);
    }

    /// <summary>Null: its user has a token, or none.</summary>
    private ExecCredential? Program(YamlNode user, TimeProvider time)
    {
        if (Text(user, "tokenFile") is not null || Text(user, "token") is not null || Node(user, "exec") is not { } exec) return null;
        return new(platform, time)
        {
            Command = Text(exec, "command") is { } command ? command.Contains('/') ? InFolder(command) : command : throw Wrong("exec has no command"),
            Arguments = Words(Node(exec, "args")),
            Variables = [.. Items(Node(exec, "env")).Select(v => (Text(v, "name") ?? "", Text(v, "value") ?? ""))],
            ApiVersion = Text(exec, "apiVersion") is "client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1" ? Text(exec, "apiVersion")!
                : throw Wrong($"exec speaks {Text(exec, "apiVersion")}; known are client.authentication.k8s.io/v1 and v1beta1"),
        };
    }

    private static Uri? ProxyOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var proxy) && (proxy.Scheme is "http" or "https" or "socks5") ? proxy : null;

    /// <summary>A file's content, given in place or by its path; a relative path is one beside the kubeconfig.</summary>
    private string? Data(YamlNode node, string key) =>
        Text(node, key + "-data") is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : Text(node, key) is { } path ? File.ReadAllText(InFolder(path)) : null;

    private string InFolder(string path) => Path.GetFullPath(path, folder);

    private YamlNode Named(YamlNode root, string list, string one, string name) =>
        Items(Node(root, list)).FirstOrDefault(i => Text(i, "name") == name) is { } found && Node(found, one) is { } node ? node : throw Wrong($"it has no {one} '{name}'");

    private static YamlNode? Node(YamlNode? node, string key) => (node as YamlMap)?.Entries.FirstOrDefault(e => e.Key == key)?.Value;

    private static string? Text(YamlNode? node, string key) => Node(node, key) is YamlScalar { IsNull: false } scalar ? scalar.Text : null;

    private static IReadOnlyList<YamlNode> Items(YamlNode? node) => (node as YamlList)?.Items ?? [];

    private static IReadOnlyList<string> Words(YamlNode? node) => [.. Items(node).OfType<YamlScalar>().Select(s => s.Text)];

    private PlatformException Wrong(string what) => KubernetesFailures.NotDone($"{platform} cannot be asked: its kubeconfig is not usable: {what}", "credentials");
}
