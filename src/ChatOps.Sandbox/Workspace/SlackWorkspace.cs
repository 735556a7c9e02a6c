using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Workspace;

/// <summary>
/// The state of one Slack workspace, in memory. Whoever reads or changes it holds <see cref="Gate"/>; nothing awaits while holding it.
/// What the app is to be told goes to <see cref="Events"/> in the order in which it happened.
/// </summary>
internal sealed class SlackWorkspace
{
    public const string TeamId = "T0SANDBOX1";
    public const string AppId = "A0CHATOPS1";
    public const string BotId = "B0CHATOPS1";
    public const string BotUserId = "U0CHATOPS1";
    public const string SlackbotId = "USLACKBOT";
    public const string Domain = "sandbox";

    private long lastTs;
    private int lastId = 1000;

    public SlackWorkspace(TimeProvider clock, AppManifest manifest, HintStream hints)
    {
        Clock = clock;
        Manifest = manifest;
        Hints = hints;
        Triggers = new Triggers(clock);
        ResponseUrls = new ResponseUrls(clock);
        Seed.Fill(this);
    }

    public Lock Gate { get; } = new();
    public TimeProvider Clock { get; }
    public AppManifest Manifest { get; }
    public HintStream Hints { get; }
    public Triggers Triggers { get; }
    public ResponseUrls ResponseUrls { get; }
    public EventQueue Events { get; } = new();
    public List<Person> People { get; } = [];
    public List<UserGroup> Groups { get; } = [];
    public List<SlackChannel> Channels { get; } = [];
    public List<SlackFile> Files { get; } = [];
    public ViewStack Views { get; } = new();

    /// <summary>What every call with the bot's token is answered with, such as <c>token_revoked</c>; null: the token is good.</summary>
    public string? TokenTrouble { get; set; }

    public long UnixNow => Clock.GetUtcNow().ToUnixTimeSeconds();

    public Person Bot => People.Find(p => p.Id == BotUserId)!;

    /// <summary>A message id: seconds and microseconds, always greater than any before, also when the clock stands or is set back.</summary>
    public string NextTs()
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        lastTs = Math.Max(now, lastTs + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{lastTs / 1_000_000}.{lastTs % 1_000_000:D6}");
    }

    public string NextId(char kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}0{++lastId:X8}");

    public Person? FindPerson(string? nameOrId)
    {
        var wanted = nameOrId?.TrimStart('@');
        return People.Find(p => p.Id == wanted) ?? People.Find(p => string.Equals(p.Name, wanted, StringComparison.OrdinalIgnoreCase));
    }

    public UserGroup? FindGroup(string? nameOrId) => Groups.Find(g => g.Id == nameOrId) ?? Groups.Find(g => g.Handle == nameOrId?.TrimStart('@'));

    public SlackChannel? FindChannel(string? nameOrId)
    {
        var wanted = nameOrId?.TrimStart('#');
        return Channels.Find(c => c.Id == wanted) ?? Channels.Find(c => !c.IsIm && c.Name == wanted);
    }

    /// <summary>The direct message between the bot and a person, made when it is first needed.</summary>
    public SlackChannel DirectMessage(Person person)
    {
        if (Channels.Find(c => c.ImUser == person.Id) is { } known)
            return known;
        var made = new SlackChannel { Id = NextId('D'), Name = person.Name, Creator = person.Id, Created = UnixNow, ImUser = person.Id, IsPrivate = true };
        made.Members.AddRange([person.Id, BotUserId]);
        Channels.Add(made);
        Hints.Publish("channel", ("channel", made.Id));
        return made;
    }

    public SlackChannel AddChannel(string name, bool isPrivate, string creator, bool isGeneral = false)
    {
        var channel = new SlackChannel { Id = NextId('C'), Name = name, Creator = creator, Created = UnixNow, IsPrivate = isPrivate, IsGeneral = isGeneral };
        channel.Members.Add(creator);
        Channels.Add(channel);
        Hints.Publish("channel", ("channel", channel.Id));
        return channel;
    }

    /// <summary>Puts a message into a channel. <paramref name="body"/> must not carry a <c>ts</c> yet.</summary>
    public SlackMessage Post(SlackChannel channel, JsonObject body, string? visibleTo = null)
    {
        var message = new SlackMessage { Ts = NextTs(), Body = body, VisibleTo = visibleTo };
        body["type"] = "message";
        body["ts"] = message.Ts;
        body["team"] = TeamId;
        channel.Messages.Add(message);
        Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
        if (visibleTo is null)
            Events.Message(this, channel, message);
        return message;
    }

    /// <summary>A line that Slack itself writes, such as a new topic.</summary>
    public void PostSystem(SlackChannel channel, string subtype, string userId, string text, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        var body = new JsonObject { ["subtype"] = subtype, ["user"] = userId, ["text"] = text };
        foreach (var (name, value) in more)
            body[name] = value;
        Post(channel, body);
    }

    /// <summary>Something only one person sees, said by Slack itself.</summary>
    public void TellPrivately(SlackChannel channel, string userId, string text) =>
        Post(channel, new JsonObject { ["user"] = SlackbotId, ["text"] = text, ["is_ephemeral"] = true }, visibleTo: userId);

    public void Join(SlackChannel channel, string userId, string? inviter)
    {
        channel.Members.Add(userId);
        var text = $"<@{userId}> has joined the channel";
        if (inviter is null)
            PostSystem(channel, channel.IsPrivate ? "group_join" : "channel_join", userId, text);
        else
            PostSystem(channel, channel.IsPrivate ? "group_join" : "channel_join", userId, text, ("inviter", inviter));
        Events.Member(this, channel, userId, joined: true, inviter);
        Hints.Publish("channel", ("channel", channel.Id));
    }

    /// <param name="channel">Which.</param>
    /// <param name="userId">Who leaves.</param>
    /// <param name="by">Who removed that person; null: nobody did.</param>
    public void Leave(SlackChannel channel, string userId, string? by = null)
    {
        channel.Members.Remove(userId);
        PostSystem(channel, channel.IsPrivate ? "group_leave" : "channel_leave", userId, $"<@{userId}> has left the channel");
        Events.Member(this, channel, userId, joined: false, inviter: null);
        if (userId == BotUserId)
            Events.BotLeft(this, channel, by ?? userId);
        Hints.Publish("channel", ("channel", channel.Id));
    }

    public void Pin(SlackChannel channel, SlackMessage message, string userId)
    {
        channel.Pins.Add((message.Ts, userId, UnixNow));
        message.Body["pinned_to"] = new JsonArray(channel.Id);
        PostSystem(channel, "pinned_item", userId, $"<@{userId}> pinned a message to this channel.",
            ("item_type", "C"), ("item", new JsonObject { ["channel"] = channel.Id, ["ts"] = message.Ts }));
        Events.Pin(this, channel, message, userId, added: true);
        Hints.Publish("channel", ("channel", channel.Id));
    }

    public void Unpin(SlackChannel channel, SlackMessage message, string userId)
    {
        channel.Pins.RemoveAll(p => p.Ts == message.Ts);
        message.Body.Remove("pinned_to");
        Events.Pin(this, channel, message, userId, added: false);
        Hints.Publish("channel", ("channel", channel.Id));
    }

    /// <summary>Adds or removes a reaction.</summary>
    /// <returns>False where there was nothing to change.</returns>
    public bool React(SlackChannel channel, SlackMessage message, string userId, string name, bool added)
    {
        var reactions = message.Body["reactions"] as JsonArray;
        if (reactions is null)
            message.Body["reactions"] = reactions = [];
        var entry = reactions.OfType<JsonObject>().FirstOrDefault(r => r.Text("name") == name);
        var users = entry?["users"] as JsonArray;
        var mine = users?.FirstOrDefault(u => u.Text() == userId);
        if (added == (mine is not null))
            return false;
        if (added)
        {
            if (entry is null)
                reactions.Add((JsonNode)(entry = new JsonObject { ["name"] = name, ["users"] = users = [] }));
            users!.Add((JsonNode)userId);
        }
        else
        {
            users!.Remove(mine);
        }
        entry!["count"] = users.Count;
        if (users.Count == 0)
            reactions.Remove(entry);
        if (reactions.Count == 0)
            message.Body.Remove("reactions");
        Events.Reaction(this, channel, message, userId, name, added);
        Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
        return true;
    }

    public void Remove(SlackChannel channel, SlackMessage message)
    {
        if (message.VisibleTo is null && !message.IsReply && channel.Messages.Exists(m => m.IsReply && m.ThreadTs == message.Ts))
        {
            Bury(channel, message);
            return;
        }
        channel.Messages.Remove(message);
        channel.Pins.RemoveAll(p => p.Ts == message.Ts);
        if (message.VisibleTo is null)
            Events.MessageDeleted(this, channel, message);
        Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
    }

    /// <summary>Where the first message of a thread is deleted, a tombstone stands for it, and the app hears of a change.</summary>
    private void Bury(SlackChannel channel, SlackMessage message)
    {
        var before = message.Body.Clone();
        foreach (var name in (string[])["blocks", "attachments", "files", "reactions", "pinned_to", "metadata"])
            message.Body.Remove(name);
        message.Body["subtype"] = "tombstone";
        message.Body["user"] = SlackbotId;
        message.Body["text"] = "This message was deleted.";
        message.Body["hidden"] = true;
        channel.Pins.RemoveAll(p => p.Ts == message.Ts);
        Events.MessageChanged(this, channel, message, before);
        Hints.Publish("message", ("channel", channel.Id), ("ts", message.Ts));
    }
}
