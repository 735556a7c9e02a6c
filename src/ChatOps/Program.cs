using System.Globalization;
using ChatOps.Cli;

// What is formatted for people and protocols is the same whatever the machine speaks.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

return await CommandLine.RunAsync(args);
