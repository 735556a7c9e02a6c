using ChatOps.Configuration;
using ChatOps.Incidents;
using ChatOps.Permissions;
using ChatOps.PostMortems;
using ChatOps.Tests.Diagnosis;

namespace ChatOps.Tests.PostMortems;

public sealed class PostMortemsSetupTests
{
    [Fact]
    public async Task The_host_knows_the_verb_and_can_make_what_handles_its_buttons_and_forms()
    {
        await using var app = BotHost.Build(new ChatOpsConfig
        {
            File = "chatops.yaml", Catalog = Facts.World, Slack = new SlackConfig { BotToken = "xoxb-test", AppToken = "xapp-test" }, Permissions = new PermissionRules([]), Incident = new IncidentConfig(),
            RunbooksFolder = Facts.RunbooksFolder(), StateFolder = Path.GetTempPath(), DatabaseUrl = "postgres://nobody@127.0.0.1:1/none", ListenUrl = new Uri("http://127.0.0.1:0"),
        }, TimeProvider.System);
        using var scope = app.Services.CreateScope();
        foreach (var word in (string[])["postmortem", "pm", "post-mortem"]) scope.ServiceProvider.GetRequiredService<IncidentVerbs>().Find(word).ShouldBeOfType<PostMortemVerb>();
        foreach (var handler in (Type[])[typeof(ConfirmCauseHandler), typeof(EditHandler), typeof(ReviewHandler), typeof(SectionChoiceHandler), typeof(CauseFormHandler), typeof(EditFormHandler)])
            scope.ServiceProvider.GetRequiredService(handler).ShouldNotBeNull();
    }
}
