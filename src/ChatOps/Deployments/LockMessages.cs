using ChatOps.Catalog;
using ChatOps.Permissions;
using ChatOps.Slack.Blocks;
using static ChatOps.Deployments.DeployText;

namespace ChatOps.Deployments;

/// <summary>What is said of locks, freezes and marks. Pure; texts of people are redacted and escaped here.</summary>
public static class LockMessages
{
    public static Message Refused(string sentence) => Plain($":no_entry_sign: {Draw(sentence)}");

    public static string NotAllowed(Permission no) => no.WhoMay == "nobody" ? $"{no.Reason} Add a rule with who may to its permissions." : $"{no.Reason} Ask one of them.";

    public static Message Locked(Target target, DeployLock taken) =>
        Plain($":lock: {Name(target)} is locked by {PersonOf(taken.Owner)}{End(taken.Until)}: {Escape(taken.Reason, 500)}");

    /// <param name="named">Whether the environment was named; else it is said which one it was.</param>
    public static Message YouLocked(Target target, DeployLock taken, bool named, ServiceCatalog catalog)
    {
        var others = catalog.Services.GetValueOrDefault(target.Service)?.Environments.Keys.Where(e => e != target.Environment).ToList() ?? [];
        var scope = named || others.Count == 0 ? "" : $" {Escape(string.Join(", ", others), 200)} {(others.Count == 1 ? "is" : "are")} not locked.";
        return Plain($":lock: You locked {Name(target)}{End(taken.Until)}.{scope} Whoever deploys there is told your name and your reason.", Unlock(target));
    }

    public static Message Held(Target target, DeployLock? holder) => holder is null
        ? Plain($"{Name(target)} was being locked or unlocked by somebody else at this moment. Try again.")
        : Plain($":no_entry_sign: {Name(target)} is locked already, by {PersonOf(holder.Owner)} since {At(holder.LockedAt)}{End(holder.Until)}: {Escape(holder.Reason, 500)}", Unlock(target));

    /// <summary>The bot holds it while it works there.</summary>
    public static Message Busy(Target target, DeployLock holder) =>
        Plain($":no_entry_sign: ChatOps holds {Name(target)} since {At(holder.LockedAt)} while it works there: {Escape(holder.Reason, 300)}. It lets go by itself; what runs can be aborted.");

    public static Message Unlocked(Target target, DeployLock ended, string by) => Plain(
        $":unlock: {Name(target)} is unlocked by {PersonOf(by)}.{(ended.Owner == by ? "" : $" {PersonOf(ended.Owner)} had locked it: {Escape(ended.Reason, 500)}")}");

    public static Message YoursEnded(Target target, DeployLock ended, string by) =>
        Plain($":unlock: {PersonOf(by)} took away your lock of {Name(target)}: {Escape(ended.Reason, 500)}. If it is still needed, lock it again and talk to them.", DeployButtonHandler.For("Lock it again", LockVerb.Word, $"{target.Service} {target.Environment} {ended.Reason}"));

    public static Message Frozen(DeployFreeze freeze) => Plain(
        $":snowflake: Deploys to {Escape(FreezeRight.Where(freeze.Environment), 100)} are frozen by {PersonOf(freeze.DeclaredBy)}{End(freeze.Until)}: {Escape(freeze.Reason, 500)}\nRollbacks go on, and so do fixes of SEV1 and SEV2 by whoever leads. Any other exception needs a reason and a second person.",
        DeployButtonHandler.For("Unfreeze", UnfreezeVerb.Word, freeze.Environment ?? ""));

    public static Message Thawed(string? environment, IReadOnlyList<DeployFreeze> ended, IReadOnlyList<DeployFreeze> left, IReadOnlyList<FreezeFact> configured, string by) => Plain(
        $":sunny: The freeze of {Escape(FreezeRight.Where(environment), 100)} is ended by {PersonOf(by)}: {Escape(string.Join("; ", ended.Select(e => e.Reason)), 500)}{Left(left, configured)}");

    public static Message NothingToThaw(string? environment, IReadOnlyList<DeployFreeze> left, IReadOnlyList<FreezeFact> configured, string command) => Plain(
        $"No freeze by command is in force for exactly {Escape(FreezeRight.Where(environment), 100)}.{Left(left, configured)}{(left.Count > 0 ? $" End {(left.Count == 1 ? "it" : "them")} with `{command} unfreeze{(left[0].Environment is { } e ? " " + Escape(e, 60) : "")}`." : "")}");

    public static Message Unmarked(Target target, BadVersionFact mark, string by) => Plain(
        $":white_check_mark: {Escape(mark.Version, 100)} may run in {Escape(target.Environment, 60)} again: {PersonOf(by)} took away the mark that {PersonOf(mark.By)} set on {At(mark.At)} ({Escape(mark.Reason, 400)}).");

    private static string Left(IReadOnlyList<DeployFreeze> left, IReadOnlyList<FreezeFact> configured)
    {
        var all = left.Select(f => $"{Escape(FreezeRight.Where(f.Environment), 60)} by {PersonOf(f.DeclaredBy)}: {Escape(f.Reason, 200)}")
            .Concat(configured.Select(f => $"by chatops.yaml{End(f.Until)}: {Escape(f.Reason, 200)}")).ToList();
        return all.Count == 0 ? "" : $"\nStill frozen: {string.Join("; ", all)}.";
    }

    internal static string Name(Target target) => $"{Escape(target.Service, 100)} in {Escape(target.Environment, 60)}";

    internal static string End(DateTimeOffset? until) => until is { } at ? $" until {At(at)}" : "";

    private static Button Unlock(Target target) => DeployButtonHandler.For("Unlock", UnlockVerb.Word, $"{target.Service} {target.Environment}");
}
