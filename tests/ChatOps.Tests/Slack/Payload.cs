using System.Text;
using ChatOps.Slack.Dispatch;

namespace ChatOps.Tests.Slack;

/// <summary>Slack's official payload shapes, and requests made of JSON.</summary>
internal static class Payload
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Slack", "Payloads");

    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(Folder, folder, name + ".json"));

    public static SlackRequest Request(SlackRequestKind kind, byte[] json) =>
        new() { Kind = kind, Key = "key", Body = json, Format = SlackBodyFormat.Json, ReceivedAt = DateTimeOffset.UnixEpoch };

    public static SlackRequest Request(SlackRequestKind kind, string json) => Request(kind, Encoding.UTF8.GetBytes(json));

    /// <summary>The same payload as Slack posts it.</summary>
    public static SlackRequest Form(SlackRequestKind kind, string json) =>
        Request(kind, "payload=" + Uri.EscapeDataString(json)) with { Format = SlackBodyFormat.Form };
}
