using FsCheck;
using FsCheck.Fluent;

namespace ChatOps.Tests.Sequences;

/// <summary>One thing that somebody does in Slack.</summary>
/// <param name="What">A command with its arguments; <c>press</c>: the button with that number among all that ever stood in the channel; <c>submit</c>: the form that this person has open.</param>
/// <param name="Twice">Slack delivers it twice.</param>
/// <param name="WithNext">It is under way at the same time as the step after it: which comes first is open.</param>
internal sealed record Step(string Person, string What, int Number, bool Twice, bool WithNext)
{
    private static readonly string[] Everybody = ["ana", "ben", "carla", "dmitri"];

    private static readonly string[] Typed =
    [
        "note", "note", "note <!channel> & *bold* `code`", "note", "severity 1", "severity 3", "severity 9", "severity", "accept", "accept 2", "assess", "logs --since 5m", "resources", "fix",
        "fix restart search", "fix restart shop-db", "fix restart nothing", "verify", "status", "list", "help", "", "join", "resolve", "resolve it was the cache", "cancel", "cancel nothing was wrong",
        "postmortem", "frobnicate", "note " + "long ", "start", "start again --service search", "logs --since", "status 9999",
    ];

    /// <summary>Anything that people may do, in any order.</summary>
    public static readonly Gen<Step> Any =
        from person in Gen.Elements(Everybody)
        from kind in Gen.Choose(0, 9)
        from typed in Gen.Elements(Typed)
        from number in Gen.Choose(0, 10_000)
        from twice in Gen.Choose(0, 3)
        from together in Gen.Choose(0, 3)
        select new Step(person, kind switch { < 6 => typed, < 9 => "press", _ => "submit" }, number, twice == 0, together == 0);

    /// <summary>At most so many steps.</summary>
    public static Gen<Step[]> Sequences(int most) => Any.ArrayOf().Where(s => s.Length > 0).Select(s => s.Take(most).ToArray());

    public override string ToString() => $"{Person}: {(What is "press" or "submit" ? $"{What} {Number}" : What)}{(Twice ? " (delivered twice)" : "")}{(WithNext ? " together with" : "")}";
}
