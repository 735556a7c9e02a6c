using System.Globalization;
using System.Reflection;
using System.Text;
using ChatOps.Deployments;

namespace ChatOps.Tests.Deployments;

/// <summary>docs/deploy-gates.md is made from the gates themselves. To write it anew: <c>CHATOPS_WRITE_DOCS=1</c> before the name of the test program, with <c>-class</c> of this class.</summary>
public sealed class DeployGatesDocumentTests
{
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "deploy-gates.md");

    [Fact]
    public void Every_reason_code_has_a_situation_in_which_it_is_told()
    {
        var codes = typeof(GateCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).Except([GateCodes.Passed, GateCodes.Skipped]).ToList();

        codes.Except(GateCases.All.Select(c => c.Code)).ShouldBeEmpty();
        codes.Distinct().Count().ShouldBe(codes.Count);
        codes.ShouldAllBe(c => c.All(l => char.IsAsciiLetterLower(l) || l == '-'));
        foreach (var (code, facts) in GateCases.All) DeployGates.Judge(facts).Gates.Select(g => g.Code).ShouldContain(code);
    }

    [Fact]
    public void The_document_says_what_the_gates_say()
    {
        var made = Make();
        if (Environment.GetEnvironmentVariable("CHATOPS_WRITE_DOCS") == "1") File.WriteAllText(Document, made);

        var committed = File.Exists(Document) ? File.ReadAllText(Document) : "";

        (committed == made).ShouldBeTrue($"docs/deploy-gates.md differs from the gates. Write it anew: CHATOPS_WRITE_DOCS=1 tests/ChatOps.Tests/bin/Release/net10.0/ChatOps.Tests -class {typeof(DeployGatesDocumentTests).FullName}");
    }

    private static string Make()
    {
        var text = new StringBuilder("""
            # The gates of a deploy

            Made by `DeployGatesDocumentTests` from the gates themselves: do not edit it. A failed gate refuses; an inconclusive one is a question on the card, which a press answers; a skipped one does not apply.
            `--force name` overrides a gate, with `--reason`, by somebody with the permission `force`; the channel is told. The sentences are those of one situation: `shop v42` to `production`, asked for by `@U0ANA`.

            ## In the order in which a refusal is told

            | gate | asks | `--force` | for a rollback |
            |---|---|---|---|

            """);
        var rollback = DeployGates.Judge(TestFacts.Good.Ask(r => r with { IsRollback = true, Version = "v39" })).Gates;
        foreach (var gate in DeployGates.All)
            text.Append(CultureInfo.InvariantCulture, $"| `{gate.Name}` | {gate.Asks} | {(gate.CanForce ? "can" : "never")} | {(rollback.Single(g => g.Gate == gate.Name).Outcome == GateOutcome.Skipped ? "skipped" : "asked")} |\n");
        text.Append("\n## What the person reads\n\n| gate | outcome | reason code | sentence | what makes it pass |\n|---|---|---|---|---|\n");
        foreach (var (code, facts) in GateCases.All)
        {
            var result = DeployGates.Judge(facts).Gates.First(g => g.Code == code);
            text.Append(CultureInfo.InvariantCulture, $"| `{result.Gate}` | {result.Outcome.ToString().ToLowerInvariant()} | `{code}` | {Cell(result.Sentence)} | {Cell(result.Next!)} |\n");
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
