using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Timeline;

namespace ChatOps.Deployments;

/// <summary>A deploy that was refused to somebody and that others may pass, as its row holds it.</summary>
public sealed record DeployAsk
{
    public long Id { get; init; }

    /// <summary>As <see cref="Catalog.Target.ToString"/>.</summary>
    public string Target { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>As <see cref="StrategyChoice.Word"/> says it; null: chosen by rule.</summary>
    public string? Strategy { get; init; }

    /// <summary>Of whoever wants it.</summary>
    public string? Reason { get; init; }

    /// <summary>The right that they lack, of <see cref="PermissionActions"/>.</summary>
    public string Action { get; init; } = "";

    /// <summary>What would have to be overridden; empty where they may not deploy there at all.</summary>
    public string[] Gates { get; init; } = [];
    public string Code { get; init; } = "";
    public string Sentence { get; init; } = "";
    public string RequestedBy { get; init; } = "";
    public string Channel { get; init; } = "";

    public Target Place => Catalog.Target.Parse(Target);

    /// <summary>What whoever may types behind <c>/deploy</c>. What is overridden needs a reason of their own; else that of whoever wants it goes along.</summary>
    public string Typed => $"{Place.Service} {Version} to {Place.Environment}{(Strategy is { } strategy ? $" --strategy {strategy}" : "")}"
        + (Gates.Length > 0 ? $" --force {string.Join(',', Gates)}" : Reason is { Length: > 0 } reason ? $" --reason \"{reason.Replace('"', '\'').Replace('“', '\'').Replace('”', '\'').ReplaceLineEndings(" ")}\"" : "");

    /// <summary>What can be put to others of a refusal. Pure.</summary>
    /// <param name="channel">Where it is asked.</param>
    /// <returns>Null: nobody may pass it, or who asked may do so themselves.</returns>
    public static DeployAsk? Of(DeployJudgement judged, GateResult refusal, string channel)
    {
        var facts = judged.Facts;
        var ask = new DeployAsk
        {
            Target = facts.Target.ToString(),
            Version = facts.Request.Version,
            Strategy = facts.Request.Strategy is { } strategy ? StrategyChoice.Word(strategy) : null,
            Reason = facts.Request.Reason is { } reason ? Redactor.ForRecord(reason) : null,
            Action = PermissionActions.Deploy,
            Code = refusal.Code,
            Sentence = Redactor.ForRecord(refusal.Sentence),
            RequestedBy = facts.Request.RequestedBy,
            Channel = channel,
        };
        if (refusal.Code == DeployJudgement.NotAllowed) return ask;
        // A word that is no gate is a mistake, which nobody's right cures.
        if (facts.MayForce || (refusal.Gate == DeployGates.Force && refusal.Code != GateCodes.ForceNotAllowed)) return null;
        var refusing = judged.Plan.Gates.Where(g => g.Refuses && g.Gate != DeployGates.Force && g.Code != GateCodes.TargetBusy).Select(g => g.Gate);
        var gates = (refusal.Code == GateCodes.ForceNotAllowed ? facts.Request.Forced.Select(f => f.ToLowerInvariant()).Concat(refusing) : refusing).Distinct(StringComparer.Ordinal).ToArray();
        return gates.Length > 0 && gates.All(name => DeployGates.All.Any(g => g.Name == name && g.CanForce)) ? ask with { Action = PermissionActions.Force, Gates = gates } : null;
    }
}
