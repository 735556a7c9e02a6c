namespace ChatOps.Outbox;

/// <summary>A row that is not sent yet, as the plan needs it: without its content.</summary>
internal sealed record OpenRow
{
    public long Id { get; init; }
    public long Seq { get; init; }
    public string Kind { get; init; } = "";
    public string? MessageKey { get; init; }
    public string? ThreadOf { get; init; }
    public string? Recipient { get; init; }

    /// <summary>A call was begun for it, now or by a sender that is gone: it may have happened.</summary>
    public bool Sending { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Seconds until it may be tried; zero or less: now.</summary>
    public double Wait { get; init; }
    public Guid MetadataId { get; init; }

    /// <summary>Where the message of <see cref="MessageKey"/> stands; null before it is posted.</summary>
    public string? MessageChannel { get; init; }
    public string? MessageTs { get; init; }

    /// <summary>The <c>ts</c> of the message of <see cref="ThreadOf"/>; null where that one is not posted.</summary>
    public string? ThreadTs { get; init; }

    public bool IsPost => Kind == OutboxKind.Show && MessageTs is null;

    /// <summary>Slack's method whose limit holds for it.</summary>
    public string Method => Kind switch
    {
        OutboxKind.Show => MessageTs is null ? "chat.postMessage" : "chat.update",
        OutboxKind.Ephemeral => "chat.postEphemeral",
        OutboxKind.CreateChannel => "conversations.create",
        OutboxKind.Invite => "conversations.invite",
        OutboxKind.Join => "conversations.join",
        OutboxKind.Topic => "conversations.setTopic",
        OutboxKind.Pin => "pins.add",
        OutboxKind.Upload => "files.completeUploadExternal",
        OutboxKind.Archive => "conversations.archive",
        OutboxKind.Home => "views.publish",
        _ => "response_url",
    };
}

/// <summary>A row whose call has begun.</summary>
internal sealed record BegunRow(OpenRow Row, string Content, byte[]? File);

/// <summary>A destination that this instance sends to, and its open rows in their order.</summary>
internal sealed record DestinationView
{
    public required string Key { get; init; }
    public string? ChannelId { get; init; }

    /// <summary>Seconds until the next post is allowed; zero or less: now.</summary>
    public double PostsBlockedFor { get; init; }

    /// <summary>False: the lease is another sender's.</summary>
    public bool Mine { get; init; }
    public IReadOnlyList<OpenRow> Rows { get; init; } = [];
}
