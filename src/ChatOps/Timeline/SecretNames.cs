namespace ChatOps.Timeline;

/// <summary>Names that announce a secret, compared without case and without <c>_ - .</c>, by how they end: <c>POSTGRES_PASSWORD</c>, <c>x-api-key</c>, <c>secretAccessKey</c>.</summary>
internal static class SecretNames
{
    private static readonly (string End, string Kind)[] Ends =
    [
        ("password", "password"), ("passwd", "password"), ("pwd", "password"), ("passphrase", "password"), ("passwordhash", "password"),
        ("clientsecret", "secret"), ("secret", "secret"), ("secrets", "secret"), ("secretkey", "key"), ("signingkey", "key"), ("encryptionkey", "key"),
        ("apikey", "key"), ("accesskey", "key"), ("accesskeyid", "key"), ("privatekey", "key"), ("secretkeybase", "key"),
        ("token", "token"), ("authtoken", "token"), ("jwt", "token"),
        ("authorization", "credentials"), ("credentials", "secret"), ("credential", "secret"),
        ("session", "session"), ("sessionid", "session"), ("sessionkey", "session"), ("connectsid", "session"), ("phpsessid", "session"), ("jsessionid", "session"),
        ("cookie", "cookie"), ("cookies", "cookie"), ("setcookie", "cookie"),
    ];

    public static string? KindOf(ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[name.Length];
        var length = 0;
        foreach (var c in name)
        {
            if (c is not ('_' or '-' or '.')) plain[length++] = char.ToLowerInvariant(c);
        }

        plain = plain[..length];
        if (plain is "pw" or "pass" or "dbpass") return "password";
        if (plain is "auth" && name.StartsWith('_')) return "token";
        foreach (var (end, kind) in Ends)
        {
            if (plain.EndsWith(end, StringComparison.Ordinal)) return kind;
        }

        return null;
    }

    /// <summary>"token: expired", "password: required": said about a secret, not one.</summary>
    public static bool IsState(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > 16) return false;
        Span<char> lower = stackalloc char[word.Length];
        word.ToLowerInvariant(lower);
        return lower is "failed" or "failure" or "invalid" or "expired" or "missing" or "required" or "incorrect" or "wrong" or "not" or "is" or "was" or "has" or "no" or "ok" or "yes"
            or "unknown" or "rejected" or "accepted" or "authentication" or "error" or "empty" or "unset" or "changed" or "reset" or "hidden" or "denied" or "verification" or "revoked"
            or "opened" or "closed" or "started" or "ended" or "created" or "destroyed" or "timeout" or "unexpected" or "malformed" or "unauthorized" or "forbidden" or "mismatch" or "redacted";
    }
}
