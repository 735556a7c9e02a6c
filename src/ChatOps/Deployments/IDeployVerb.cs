using ChatOps.Slack.Blocks;

namespace ChatOps.Deployments;

/// <summary>One verb of <c>/deploy</c>, registered by the folder that does its work. It answers by outbox rows and completes the request (<see cref="Inbox.CurrentRequest"/>).</summary>
public interface IDeployVerb
{
    /// <summary>A stable word: buttons of years ago carry it.</summary>
    string Name { get; }

    IReadOnlyList<string> Synonyms { get; }

    /// <summary>For help: "lock service [env] reason" and what it does.</summary>
    (string Arguments, string Does) Usage { get; }

    /// <summary>The modal that asks for what the call lacks; null when it lacks nothing. Quick: it must be open within three seconds.</summary>
    Task<ModalViewDefinition?> FormAsync(DeployCall call, CancellationToken cancellationToken) => Task.FromResult<ModalViewDefinition?>(null);

    Task HandleAsync(DeployCall call, CancellationToken cancellationToken);
}

/// <summary>
/// What <c>/deploy</c> does where its first word is no verb but a service, or nothing is said at all. One is registered; its <see cref="DeployCall.Arguments"/>
/// are everything that was typed, the service first.
/// </summary>
public interface IDeployDefault
{
    /// <summary>For help.</summary>
    (string Arguments, string Does) Usage { get; }

    /// <inheritdoc cref="IDeployVerb.FormAsync"/>
    Task<ModalViewDefinition?> FormAsync(DeployCall call, CancellationToken cancellationToken) => Task.FromResult<ModalViewDefinition?>(null);

    Task HandleAsync(DeployCall call, CancellationToken cancellationToken);
}

/// <summary>Who wants a verb done, where, with what.</summary>
public sealed record DeployCall
{
    /// <summary>"" for <see cref="IDeployDefault"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>What followed the verb, as typed.</summary>
    public required string Arguments { get; init; }

    public required string UserId { get; init; }

    /// <summary>The person's handle, as Slack sent it.</summary>
    public string? UserName { get; init; }

    /// <summary>Where it was typed or pressed.</summary>
    public required string ChannelId { get; init; }

    /// <summary>For a modal; good for three seconds, once.</summary>
    public string? TriggerId { get; init; }

    /// <summary>Where the answer for that person alone goes.</summary>
    public string? ResponseUrl { get; init; }

    /// <summary>It came from a button or a menu, where nothing could be typed.</summary>
    public bool Pressed { get; init; }

    /// <summary>People whom the person chose from Slack's list while typing: handle to Slack id.</summary>
    public IReadOnlyDictionary<string, string> Mentions { get; init; } = new Dictionary<string, string>();

    /// <summary>What was filled into a form, by block; empty for what was typed or pressed.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();
}
