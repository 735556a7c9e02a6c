using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Sequences;

/// <summary>
/// One thing that somebody does, of a kind that does not ask what others do at the same time: whichever of two such things by different people Slack delivers first, the incident is the same afterwards.
/// What one person does stays in that person's order.
/// </summary>
/// <param name="Which">Tells one message, owner or role of several.</param>
internal sealed record Act(string Person, ActKind Kind, int Which)
{
    /// <summary>Everybody here is in the incident's channel from the beginning; eve comes when she likes, or when she is given a task.</summary>
    public static readonly string[] Everybody = ["ana", "ben", "carla", "dmitri", "eve"];

    private static readonly Gen<Act> Any =
        from person in Gen.Elements(Everybody)
        from kind in Gen.Frequency((3, Gen.Elements(Enum.GetValues<ActKind>())), (1, Gen.Elements(ActKind.Edit, ActKind.React, ActKind.Pin)))
        from which in Gen.Choose(0, 10_000)
        select new Act(person, kind, which);

    /// <summary>So many things, by at least two people.</summary>
    public static Gen<Act[]> Stories(int length) => Any.ArrayOf(length).Select(Told).Where(s => s.Select(a => a.Person).Distinct().Count() > 1);

    /// <summary>The message of the beginning that it is about.</summary>
    public int Message => Which % CommutingPlay.Messages;

    /// <summary>What Slack itself lets nobody do is left out, and each role is given by one person alone: two who give one role do not commute.</summary>
    private static Act[] Told(Act[] acts) =>
    [
        .. acts.Select(a => a.Kind switch
        {
            ActKind.Role => a with { Person = a.Which % 2 == 0 ? "ana" : "carla" },
            ActKind.Join => a with { Person = "eve" },
            // A message is edited by its author.
            ActKind.Edit => a with { Person = Everybody[a.Message % CommutingPlay.Authors] },
            _ => a,
        }).DistinctBy(a => a.Kind switch
        {
            ActKind.Pin => ("pin", a.Message, ""),
            ActKind.React => ("react", a.Message, a.Person),
            ActKind.Join => ("join", 0, ""),
            _ => ($"{a.Kind}", a.Which, a.Person),
        }),
    ];

    public override string ToString() => $"{Person}: {Kind} {Which}";
}

internal enum ActKind
{
    Note,
    Task,
    TaskForSomebody,

    /// <summary>The first task of one's own that is open, if there is one.</summary>
    Done,
    Update,
    Role,
    Look,
    Pin,
    React,
    Choose,
    Reply,
    Edit,
    Join,
}

/// <summary>Orders in which Slack may deliver what several people did: each person's own things stay in order.</summary>
internal static class LegalOrders
{
    /// <summary>Whoever began last comes first, with everything: no other legal order turns more of the pairs around.</summary>
    public static IReadOnlyList<Act> Backwards(IReadOnlyList<Act> acts) => [.. acts.GroupBy(a => a.Person).OrderByDescending(g => acts.ToList().FindLastIndex(a => a.Person == g.Key)).SelectMany(g => g)];
}
