using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;

namespace ChatOps.Reminders;

public static class RemindersSetup
{
    public static IServiceCollection AddReminders(this IServiceCollection services)
    {
        services.AddSingleton<ReadReviewers>();
        services.AddSingleton<ISweepTask, RemindPeople>();
        return services.AddSlackHandlers(h => h
            .BlockAction<SnoozeHandler, ButtonAction>(ReminderMessages.Snooze)
            .BlockAction<ArchiveHandler, ButtonAction>(ReminderMessages.Archive)
            .BlockAction<ArchiveHandler, ButtonAction>(ReminderMessages.Keep));
    }
}
