using ChatOps.Benchmarks;

return args switch
{
    ["acknowledgement-server", var database, var port] => await AcknowledgementServer.RunAsync(database, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)),
    ["acknowledgement"] => await AcknowledgementBenchmark.RunAsync(),
    ["patterns"] => Patterns(),
    [] => await AcknowledgementBenchmark.RunAsync(),
    _ => Usage(),
};

static int Patterns()
{
    LogPatternsBenchmark.Run();
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("bench [acknowledgement|patterns]");
    return 64;
}
