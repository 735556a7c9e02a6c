using ChatOps.Catalog;

namespace ChatOps.Telemetry.Probes;

/// <summary>A Redis that answers PING, and by its INFO is loaded, in touch with its master, and not full.</summary>
internal static class RedisProbe
{
    public static async Task<ProbeAnswer> AskAsync(ProbeDefinition probe, Func<TimeSpan> took, TimeProvider time, CancellationToken cancellationToken)
    {
        using var tcp = await HostAddress.ConnectAsync(probe.Address, cancellationToken);
        Stream stream = tcp.GetStream();
        if (probe.Secure)
        {
            var handshake = await TlsHandshake.MakeAsync(stream, probe, time, cancellationToken);
            if (handshake.Refused is { } refused) return refused;
            stream = handshake.Stream!;
        }
        await using (stream)
        {
            try
            {
                var answer = await TalkAsync(new RedisConnection(stream), probe, took, cancellationToken);
                return probe.Password is { Length: > 0 } secret ? answer with { Detail = answer.Detail.Replace(secret, "[redacted]", StringComparison.Ordinal) } : answer;
            }
            catch (InvalidDataException)
            {
                return new(false, "what answers there is no Redis", ProbeFailure.WrongAnswer);
            }
        }
    }

    private static async Task<ProbeAnswer> TalkAsync(RedisConnection redis, ProbeDefinition probe, Func<TimeSpan> took, CancellationToken cancellationToken)
    {
        if (probe.Password is { } password)
        {
            var authenticated = probe.User is { } user ? await redis.AskAsync(cancellationToken, "AUTH", user, password) : await redis.AskAsync(cancellationToken, "AUTH", password);
            if (authenticated.IsError) return Refused(authenticated);
        }
        var pong = await redis.AskAsync(cancellationToken, "PING");
        // While it loads it refuses PING, and tells in its INFO how long that may take.
        if (pong.IsError && !pong.Is("LOADING")) return Refused(pong);
        var answered = $"answered in {ProbeAnswer.Milliseconds(took())}";
        var info = await redis.AskAsync(cancellationToken, "INFO");
        if (!info.IsError) return RedisInfo.Read(info.Text).Judge(answered, probe.Limits);
        return pong.IsError ? Refused(pong) : new(true, $"{answered}; the probe's user may not read its INFO", null);
    }

    private static ProbeAnswer Refused(RedisReply reply) => reply.Text.Split(' ')[0] switch
    {
        "WRONGPASS" => new(false, "the probe's user or password is not accepted", ProbeFailure.WrongAnswer),
        "NOAUTH" => new(false, "it wants a password, and chatops.yaml gives the probe none", ProbeFailure.WrongAnswer),
        "NOPERM" => new(false, "the probe's user may not PING", ProbeFailure.WrongAnswer),
        "LOADING" => new(false, "not ready: it loads its data", ProbeFailure.NotReady),
        "MASTERDOWN" => new(false, "a replica that has lost its master and answers nothing", ProbeFailure.WrongAnswer),
        "BUSY" => new(false, "a script keeps it busy", ProbeFailure.WrongAnswer),
        _ when reply.Text.Contains("max number of clients", StringComparison.OrdinalIgnoreCase) => new(false, "no connection is left: too many clients", ProbeFailure.NoConnectionLeft),
        _ => new(false, $"it says: {reply.Text}", ProbeFailure.WrongAnswer),
    };
}
