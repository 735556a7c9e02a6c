using ChatOps.Benchmarks;

switch (args.FirstOrDefault())
{
    case "patterns":
        LogPatternsBenchmark.Run();
        return 0;
    default:
        return 0;
}
