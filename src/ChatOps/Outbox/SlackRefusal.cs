namespace ChatOps.Outbox;

/// <summary>What to do about an error code of Slack. The codes: <c>methods.json</c> of the Web API, and the general ones every method has.</summary>
internal enum SlackRefusal
{
    /// <summary>Slack takes nothing of this kind, ever: record it and go on.</summary>
    ForGood,

    /// <summary>What was asked for is so already.</summary>
    AlreadySo,

    /// <summary>Slack does not like the content: say the same in plain text.</summary>
    Content,

    /// <summary>The bot is not in the channel: join, then again.</summary>
    Join,

    /// <summary>The message to edit is gone or cannot be edited any more: post it anew.</summary>
    MessageGone,

    /// <summary>Slack has trouble of its own and may have done it.</summary>
    TroubleAtSlack,

    /// <summary>Slack does not take the token: nothing happened, and nothing is lost while somebody mends it.</summary>
    Token,

    /// <summary>The name of the channel belongs to another.</summary>
    NameTaken,
}

internal static class SlackRefusals
{
    public static SlackRefusal Of(string kind, string error) => error switch
    {
        "already_pinned" or "already_in_channel" or "cant_invite_self" or "already_archived" => SlackRefusal.AlreadySo,
        "name_taken" => SlackRefusal.NameTaken,
        "invalid_blocks" or "invalid_blocks_format" or "msg_too_long" or "msg_blocks_too_long" or "no_text" or "block_mismatch"
            or "invalid_metadata_format" or "invalid_metadata_schema" or "metadata_too_large" or "metadata_must_be_sent_from_app"
            or "view_too_large" or "invalid_attachments" or "too_many_attachments" or "attachment_payload_limit_exceeded" or "markdown_text_conflict"
            or "invalid_arguments" or "invalid_arg_name" or "invalid_json" or "json_not_object" or "invalid_form_data" or "invalid_array_arg" => SlackRefusal.Content,
        "not_in_channel" when kind != OutboxKind.Ephemeral => SlackRefusal.Join,
        "message_not_found" or "cant_update_message" or "edit_window_closed" or "is_inactive" when kind == OutboxKind.Show => SlackRefusal.MessageGone,
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" or "update_failed" or "hash_conflict"
            or "external_channel_migrating" => SlackRefusal.TroubleAtSlack,
        "not_authed" or "invalid_auth" or "token_revoked" or "token_expired" or "account_inactive" or "org_login_required"
            or "ekm_access_denied" => SlackRefusal.Token,
        _ => SlackRefusal.ForGood,
    };
}
