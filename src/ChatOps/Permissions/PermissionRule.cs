using ChatOps.Catalog;

namespace ChatOps.Permissions;

/// <summary>The stable words of what may be allowed: rows and <c>chatops.yaml</c> carry them.</summary>
public static class PermissionActions
{
    public const string Restart = "restart";
    public const string RollBack = "rollback";
    public const string Deploy = "deploy";
    public const string Scale = "scale";
    public const string Traffic = "traffic";
    public const string Run = "run";

    /// <summary>Keep others from deploying to a target, and let them again.</summary>
    public const string Lock = "lock";

    /// <summary>Keep everybody from deploying to an environment, and let them again.</summary>
    public const string Freeze = "freeze";

    /// <summary>Deploy although a gate says no, with a reason.</summary>
    public const string Force = "force";

    /// <summary>Alerts of a service, where they come from.</summary>
    public const string Silence = "silence";

    /// <summary>In a rule: every action there is.</summary>
    public const string Everything = "all";

    public static IReadOnlyCollection<string> All { get; } = [Restart, RollBack, Deploy, Scale, Traffic, Run, Lock, Freeze, Force, Silence, Everything];
}

/// <summary>Allows some people some actions on some targets. What no rule allows is refused.</summary>
public sealed record PermissionRule
{
    /// <summary>Of <see cref="PermissionActions"/>.</summary>
    public required IReadOnlyList<string> Allow { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Slack user ids or handles, without '@'.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Slack user group ids or handles, without '@'.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public bool Covers(string action, Target target) =>
        (Allow.Contains(action, StringComparer.Ordinal) || Allow.Contains(PermissionActions.Everything, StringComparer.Ordinal))
        && (Environments.Count == 0 || Environments.Contains(target.Environment, StringComparer.Ordinal))
        && (Services.Count == 0 || Services.Contains(target.Service, StringComparer.Ordinal));
}

/// <summary>All rules of the configuration.</summary>
public sealed record PermissionRules(IReadOnlyList<PermissionRule> Rules);
