namespace ChatOps.Slack.WebApi;

public interface IFilesApi
{
    /// <summary>
    /// Uploads and shares a file in one go. Nothing is visible to people before the last of its three calls, so that what fails before is safe to repeat
    /// (<see cref="SlackUnreachableException.MayHaveHappened"/> tells). Answers the file's id.
    /// </summary>
    Task<string> Upload(FileUpload file, CancellationToken cancellationToken);
}

/// <summary>A file to share.</summary>
public sealed record FileUpload
{
    public required string FileName { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }

    public string? Title { get; init; }

    /// <summary>Null: uploaded, shared with nobody yet.</summary>
    public string? ChannelId { get; init; }

    public string? ThreadTs { get; init; }

    public string? InitialComment { get; init; }

    /// <summary>What a screen reader says of a picture.</summary>
    public string? AltText { get; init; }
}
