using ChatOps.Catalog;

namespace ChatOps.Deployments;

/// <summary>Who must press, and why. Pure.</summary>
/// <param name="Sentence">For people, on the card.</param>
/// <param name="ReviewWithin">A second person looks at it afterwards within that time; null: no need.</param>
public sealed record ApprovalRule(Approval Approval, string Sentence, TimeSpan? ReviewWithin)
{
    /// <summary>Between a lead who deploys alone and the second pair of eyes.</summary>
    public static readonly TimeSpan Review = TimeSpan.FromHours(24);

    public static ApprovalRule Of(DeployFacts facts, GateReport gates)
    {
        var environment = facts.Target.Environment;
        var configured = facts.Service.Deploy.ApprovalIn(environment);
        // Nothing changes production without a press, whatever the file says.
        if (configured == Approval.None && facts.IsLastEnvironment) configured = Approval.Anyone;
        if (facts.Request.IsRollback) return new(Approval.Anyone, "A rollback needs one press of somebody who may.", null);
        if (facts.Emergency is { } incident)
            return new(Approval.Anyone, $"The lead of incident {incident.Number} (SEV{incident.Severity}) may press alone; a second person reviews it within 24 hours.", Review);
        if (gates.Overridden.Any(g => g.Gate == "freeze")) return new(Approval.SecondPerson, "An exception from a freeze needs the press of a second person.", null);
        // A question is answered by a press, and something overridden is seen by one, where none is asked for otherwise.
        if (configured == Approval.None && (gates.Questions.Count > 0 || gates.Overridden.Count > 0)) configured = Approval.Anyone;
        return configured switch
        {
            Approval.SecondPerson => new(configured, $"In {environment} somebody other than {GateWords.Person(facts.Request.RequestedBy)} must press.", null),
            Approval.None => new(configured, $"In {environment} the request is enough.", null),
            _ => new(configured, $"In {environment} anybody who may deploy there can press.", null),
        };
    }

    /// <summary>For a deploy that waited for its target: the request was made for another moment, so that somebody looks where otherwise the request is enough.</summary>
    public static DeployPlan AfterQueue(DeployPlan plan) => plan.Approval == Approval.None
        ? plan with { Approval = Approval.Anyone, ApprovalSentence = "It waited in the queue, and what changed meanwhile is seen by a press." }
        : plan;
}
