namespace ChatOps.Slack.WebApi;

internal sealed class FilesApi(SlackApiClient client, SlackHttp http, SlackOptions options) : IFilesApi
{
    private const int SlowestBytesPerSecond = 100_000;

    public async Task<string> Upload(FileUpload file, CancellationToken cancellationToken)
    {
        var place = await SendAsync(file, cancellationToken);
        var arguments = new
        {
            Files = new[] { new { Id = place.FileId, Title = file.Title ?? file.FileName } },
            file.ChannelId,
            file.ThreadTs,
            file.InitialComment,
        };
        await client.CallAsync("files.completeUploadExternal", arguments, cancellationToken);
        return place.FileId;
    }

    /// <summary>The two calls that nobody sees: whatever goes wrong in them, no file was shared.</summary>
    private async Task<UploadPlace> SendAsync(FileUpload file, CancellationToken cancellationToken)
    {
        try
        {
            var arguments = new { Filename = file.FileName, file.Content.Length, AltTxt = file.AltText };
            var place = await client.CallAsync<UploadPlace>("files.getUploadURLExternal", arguments, cancellationToken);
            using var content = new ReadOnlyMemoryContent(file.Content);
            content.Headers.ContentType = new("application/octet-stream");
            var deadline = options.CallDeadline + TimeSpan.FromSeconds((double)file.Content.Length / SlowestBytesPerSecond);
            await http.PostAsync("file upload", place.UploadUrl, content, deadline, cancellationToken);
            return place;
        }
        catch (SlackUnreachableException failure) when (failure.MayHaveHappened)
        {
            throw new SlackUnreachableException(failure.Method, mayHaveHappened: false, "the file could not be sent", failure);
        }
    }

    private sealed record UploadPlace(string UploadUrl, string FileId);
}
