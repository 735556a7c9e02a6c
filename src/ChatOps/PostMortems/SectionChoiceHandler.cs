using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Slack.WebApi;

namespace ChatOps.PostMortems;

/// <summary>Another section was chosen in the form: shows its text, and keeps what was typed in others.</summary>
public sealed class SectionChoiceHandler(PostMortemStore store, ISlackApiClient slack) : IBlockActionHandler<StaticSelectAction>
{
    public async Task Handle(StaticSelectAction action, BlockActionRequest request, CancellationToken cancellationToken)
    {
        if (request.View is not { } view || PostMortemForms.Read(action.SelectedOption?.Value) is not { } chosen) return;
        var (number, version, channel) = PostMortemCall.Metadata(view.PrivateMetadata);
        if (await store.VersionAsync(number, version, cancellationToken) is not { } shown) return;
        try
        {
            await slack.Views.Update(view.Id, view.Hash, PostMortemForms.EditForm(shown, channel, chosen.Name, chosen.Part, PostMortemForms.Typed(view.State)), cancellationToken);
        }
        catch (SlackException e) when (e.ErrorCode is "hash_conflict" or "not_found" or "view_not_found")
        {
            // The person chose again or closed the form meanwhile: the newer choice is drawn, or there is nothing to draw.
        }
        catch (Exception e) when (e is SlackUnreachableException or SlackRateLimitedException)
        {
            // The form stays as it is, and the person chooses again: drawn later, it would lose what they typed since then.
        }
    }
}
