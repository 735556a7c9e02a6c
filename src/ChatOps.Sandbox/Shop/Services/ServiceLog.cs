using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ChatOps.Sandbox.Shop.Services;

/// <summary>
/// The log of one process: standard output, which the platform has opened on the service's log file for appending.
/// One write per line, so that two instances of a rolling deploy can share the file.
/// </summary>
internal sealed class ServiceLog(string instance, TimeProvider clock) : IDisposable
{
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Lock gate = new();

    public void Info(string logger, string message) => Write("INFO", logger, message);

    public void Warn(string logger, string message) => Write("WARN", logger, message);

    public void Error(string logger, string message) => Write("ERROR", logger, message);

    public void Error(string logger, string message, Exception exception) => Write("ERROR", logger, $"{message}: {OnOneLine(exception)}");

    /// <summary>The exception and its causes in the words of whoever threw them, without stack, on one line.</summary>
    internal static string OnOneLine(Exception exception)
    {
        var text = new StringBuilder();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (text.Length > 0) text.Append(" ---> ");
            text.Append(ReferenceEquals(e, exception) ? e.GetType().FullName : e.GetType().Name);
            if (e is SocketException socket) text.Append(CultureInfo.InvariantCulture, $" ({socket.NativeErrorCode})");
            text.Append(": ").Append(e.Message.ReplaceLineEndings(" "));
        }
        return text.ToString();
    }

    public void Dispose() => output.Dispose();

    private void Write(string level, string logger, string message)
    {
        lock (gate)
        {
            var at = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            output.Write(Encoding.UTF8.GetBytes($"{at} {instance} {level} {logger} {message}\n"));
        }
    }
}
