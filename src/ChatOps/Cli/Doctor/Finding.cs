namespace ChatOps.Cli.Doctor;

internal enum Verdict
{
    Ok,
    Warn,
    Fail,
}

/// <summary>One thing that was looked at, in one line.</summary>
/// <param name="What">Which thing.</param>
/// <param name="Fact">What is so, without a full stop.</param>
/// <param name="ToDo">Whole sentences: what the person does about it; null where nothing needs doing.</param>
internal sealed record Finding(Verdict Verdict, string What, string Fact, string? ToDo)
{
    public static Finding Ok(string what, string fact) => new(Verdict.Ok, what, fact, ToDo: null);

    public static Finding Warn(string what, string fact, string toDo) => new(Verdict.Warn, what, fact, toDo);

    public static Finding Fail(string what, string fact, string toDo) => new(Verdict.Fail, what, fact, toDo);

    /// <summary><c>FAIL  incidents channel: there is no #incidents. Create it, …</c></summary>
    public override string ToString()
    {
        var verdict = Verdict switch { Verdict.Ok => "ok", Verdict.Warn => "warn", _ => "FAIL" };
        var line = $"{verdict,-4}  {What}: {Fact.TrimEnd('.')}.{(ToDo is null ? "" : $" {ToDo}")}";
        return string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
