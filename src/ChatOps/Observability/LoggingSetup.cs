using ChatOps.Timeline;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace ChatOps.Observability;

/// <summary>Logs to standard output, structured when no person reads them there; whatever is written passes the redactor.</summary>
public static class LoggingSetup
{
    public static ILoggingBuilder AddChatOpsLogging(this ILoggingBuilder logging)
    {
        ITextFormatter formatter = Console.IsOutputRedirected && Environment.GetEnvironmentVariable("CHATOPS_LOG") != "text"
            ? new JsonFormatter(renderMessage: true)
            : new MessageTemplateTextFormatter("{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext:l} {Message:lj}{NewLine}{Exception}");
        var logger = new LoggerConfiguration()
            .MinimumLevel.Is(Enum.TryParse<LogEventLevel>(Environment.GetEnvironmentVariable("CHATOPS_LOG_LEVEL"), ignoreCase: true, out var level) ? level : LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Error)
            .Enrich.FromLogContext()
            .WriteTo.Console(new RedactingFormatter(formatter))
            .CreateLogger();
        logging.ClearProviders();
        return logging.AddSerilog(logger, dispose: true);
    }

    /// <summary>No secret reaches a log, wherever in the event it stood.</summary>
    private sealed class RedactingFormatter(ITextFormatter inner) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter();
            inner.Format(logEvent, text);
            output.Write(Redactor.ForRecord(text.ToString()));
        }
    }
}
