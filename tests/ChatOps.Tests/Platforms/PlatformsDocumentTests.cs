using System.Globalization;
using System.Text;
using ChatOps.Platforms;

namespace ChatOps.Tests.Platforms;

/// <summary>docs/platforms.md is made from what each adapter offers. To write it anew: <c>CHATOPS_WRITE_DOCS=1</c> before the name of the test program, with <c>-class</c> of this class.</summary>
public sealed class PlatformsDocumentTests
{
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "platforms.md");

    private static readonly (PlatformAction Action, string Words)[] Actions =
    [
        (PlatformAction.Deploy, "deploy in place"),
        (PlatformAction.Recreate, "deploy with downtime"),
        (PlatformAction.Candidate, "canary, blue-green"),
        (PlatformAction.Restart, "restart"),
        (PlatformAction.RollBack, "roll back"),
        (PlatformAction.BackUp, "back up"),
        (PlatformAction.Scale, "scale"),
        (PlatformAction.MemoryLimit, "memory limit"),
    ];

    [Fact]
    public void Every_action_has_its_row() => Actions.Select(a => a.Action).Order().ShouldBe(Enum.GetValues<PlatformAction>().Order());

    [Fact]
    public void Every_type_is_offered_once() => PlatformRegistry.Offers.Select(o => o.Type).ShouldBeUnique();

    [Fact]
    public void The_document_says_what_the_adapters_offer()
    {
        var made = Make();
        if (Environment.GetEnvironmentVariable("CHATOPS_WRITE_DOCS") == "1") File.WriteAllText(Document, made);

        var committed = File.Exists(Document) ? File.ReadAllText(Document) : "";

        (committed == made).ShouldBeTrue($"docs/platforms.md differs from the adapters. Write it anew: CHATOPS_WRITE_DOCS=1 tests/ChatOps.Tests/bin/Release/net10.0/ChatOps.Tests -class {typeof(PlatformsDocumentTests).FullName}");
    }

    private static string Make()
    {
        var text = new StringBuilder("""
            # What each platform can do

            Made by `PlatformsDocumentTests` from the adapters themselves: do not edit it. A dash means that ChatOps refuses it there, with a sentence that says so, before anything is done.
            What a type can do at best need not be true of each service on it: a plan and a card offer only what the platform says of that very service.


            """);
        var rows = Rows(PlatformRegistry.Offers[0]).Select(r => r.Words).ToList();
        text.Append(CultureInfo.InvariantCulture, $"| platform | {string.Join(" | ", rows)} |\n|{string.Concat(Enumerable.Repeat("---|", rows.Count + 1))}\n");
        foreach (var offer in PlatformRegistry.Offers)
            text.Append(CultureInfo.InvariantCulture, $"| {offer.Title} | {string.Join(" | ", Rows(offer).Select(r => r.How is null ? "–" : "yes"))} |\n");
        foreach (var offer in PlatformRegistry.Offers)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {offer.Title}: `type: {offer.Type}`\n\n");
            foreach (var (words, how) in Rows(offer).Where(r => r.How is not null)) text.Append(CultureInfo.InvariantCulture, $"- {words}: {how}\n");
        }
        return text.ToString();
    }

    private static IEnumerable<(string Words, string? How)> Rows(PlatformOffer offer) =>
    [
        .. Actions.Select(a => (a.Words, offer.Actions.GetValueOrDefault(a.Action))),
        ("releases", offer.Releases),
        ("logs", offer.Logs),
        ("CPU, memory", offer.Usage),
        ("at most once", offer.OperationIds),
    ];
}
