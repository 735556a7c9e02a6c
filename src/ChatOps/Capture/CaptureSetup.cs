using ChatOps.Inbox;
using ChatOps.Scheduling;
using ChatOps.Slack;
using ChatOps.Slack.Interaction;
using ChatOps.Timeline;

namespace ChatOps.Capture;

public static class CaptureSetup
{
    /// <summary>What people say and do in incidents' channels, and what becomes of the channels.</summary>
    public static IServiceCollection AddCapture(this IServiceCollection services)
    {
        services.AddSingleton<BotIdentity>();
        services.AddSingleton<MessageStore>();
        services.AddSingleton<MessageWords>();
        services.AddSingleton<RecordMessage>();
        services.AddSingleton<TellOfPlace>();
        services.AddScoped<RecordHappening>();
        services.AddScoped<RegainPlace>();
        services.AddScoped<IInternalRequestHandler, ReadMessageHandler>();
        services.AddScoped<IInternalRequestHandler, ReadMembersHandler>();
        services.AddSingleton<ISweepTask, FinishCaptures>();
        services.AddSingleton<ISweepTask, WatchPlaces>();
        return services.AddSlackHandlers(h => h
            .Event<MessageHandler, MessageEvent>()
            .Event<PinHandler, PinAdded>()
            .Event<ReactionHandler, ReactionAdded>()
            .MessageShortcut<AddToTimelineHandler>(AddToTimelineHandler.CallbackId)
            .BlockAction<ChooseIncidentHandler, ButtonAction>(ChooseIncidentHandler.ActionId)
            .Event<MembershipHandler, MemberJoinedChannel>()
            .Event<MembershipHandler, MemberLeftChannel>()
            .Event<ChannelStateHandler, ChannelArchive>()
            .Event<ChannelStateHandler, GroupArchive>()
            .Event<ChannelStateHandler, ChannelUnarchive>()
            .Event<ChannelStateHandler, GroupUnarchive>()
            .Event<ChannelStateHandler, ChannelDeleted>()
            .Event<ChannelStateHandler, GroupDeleted>()
            .Event<ChannelStateHandler, ChannelLeft>()
            .Event<ChannelStateHandler, GroupLeft>()
            .Event<RenameHandler, ChannelRename>()
            .Event<RenameHandler, GroupRename>()
            .Event<DeactivatedHandler, UserChange>()
            .Event<TokenHandler, TokensRevoked>()
            .Event<TokenHandler, AppUninstalled>());
    }
}
