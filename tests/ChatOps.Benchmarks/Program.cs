using ChatOps.Benchmarks;

return args switch
{
    ["acknowledgement-server", var database, var port] => await AcknowledgementServer.RunAsync(database, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)),
    ["acknowledgement"] => await AcknowledgementBenchmark.RunAsync(),
    ["log-server", var pods, var lines] => await LogServer.RunAsync(int.Parse(pods, System.Globalization.CultureInfo.InvariantCulture), int.Parse(lines, System.Globalization.CultureInfo.InvariantCulture)),
    ["logs"] => await LogsBenchmark.RunAsync(pods: 200, lines: 10_000),
    ["patterns"] => Patterns(),
    ["start"] => await IncidentStartBenchmark.RunAsync(Bot(), Root()),
    ["startup"] => await StartupBenchmark.RunAsync(Root()),
    ["rollback"] => await RollbackBenchmark.RunAsync(Bot(), Root()),
    ["deploys"] => await DeploysBenchmark.RunAsync(Bot(), Root()),
    ["soak"] => await SoakBenchmark.RunAsync(Bot(), Root(), TimeSpan.FromMinutes(5)),
    ["soak", "--minutes", var minutes] when double.TryParse(minutes, System.Globalization.CultureInfo.InvariantCulture, out var length) && length > 0 =>
        await SoakBenchmark.RunAsync(Bot(), Root(), TimeSpan.FromMinutes(length)),
    [] => await AllAsync(),
    _ => Usage(),
};

static async Task<int> AllAsync()
{
    Patterns();
    await AcknowledgementBenchmark.RunAsync();
    await IncidentStartBenchmark.RunAsync(Bot(), Root());
    return await StartupBenchmark.RunAsync(Root());
}

// The bot is copied beside the benchmark.
static string Bot() => Path.Combine(AppContext.BaseDirectory, "ChatOps.dll");

static string Root()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChatOps.sln"))) folder = folder.Parent;
    return folder?.FullName ?? throw new InvalidOperationException("No ChatOps.sln above the benchmark.");
}

static int Patterns()
{
    LogPatternsBenchmark.Run();
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("bench [acknowledgement|logs|patterns|start|startup|rollback|deploys|soak [--minutes 5]]");
    return 64;
}
