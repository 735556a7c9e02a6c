// What the control interface answers, brought into the shapes the page draws. Pure, and the only file that knows the wire.

const list = (answer, name) => (Array.isArray(answer) ? answer : answer?.[name] ?? []);

export function toUser(user) {
  const profile = user.profile ?? {};
  return {
    id: user.id,
    handle: user.name ?? user.id,
    name: user.real_name || profile.real_name || profile.display_name || user.name || user.id,
    title: profile.title ?? user.title ?? '',
    image: profile.image_72 ?? user.image ?? '',
    isBot: Boolean(user.is_bot),
    botId: profile.bot_id ?? user.bot_id ?? '',
    appId: profile.api_app_id ?? user.app_id ?? '',
  };
}

export const toUsers = (answer) => list(answer, 'users').filter((user) => !user.deleted).map(toUser);

export const toGroups = (answer) => list(answer, 'groups').map((group) => ({
  id: group.id, handle: group.handle ?? group.name, name: group.name ?? group.handle,
}));

export function toChannels(answer) {
  return list(answer, 'channels').map((channel) => ({
    id: channel.id,
    name: channel.name ?? '',
    kind: channel.is_im ? 'dm' : channel.is_private ? 'private' : 'channel',
    archived: Boolean(channel.is_archived),
    topic: channel.topic?.value ?? channel.topic ?? '',
    purpose: channel.purpose?.value ?? channel.purpose ?? '',
    members: channel.members ?? (channel.user ? [channel.user] : []),
    user: channel.user ?? '',
    creator: channel.creator ?? '',
  }));
}

/** Public channels for all; private ones and direct messages for their members. */
export function channelsOf(channels, me) {
  return channels.filter((channel) => channel.kind === 'channel' || channel.members.includes(me));
}

/** Who the other one of a direct message is. */
export const dmPartner = (channel, me) => channel.members.find((id) => id !== me) ?? channel.user;

export function toMessages(answer) {
  return list(answer, 'messages').filter((message) => !message.deleted).map(toMessage)
    .sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
}

function toMessage(message) {
  return {
    ts: message.ts,
    threadTs: message.thread_ts ?? '',
    broadcast: Boolean(message.reply_broadcast) || message.subtype === 'thread_broadcast',
    author: message.user || message.bot_id || '',
    name: message.username ?? '',
    icon: message.icons?.image_48 ?? message.icon_url ?? '',
    subtype: message.subtype ?? '',
    text: message.text ?? '',
    blocks: message.blocks ?? [],
    attachments: message.attachments ?? [],
    files: message.files ?? [],
    edited: Number(message.edits ?? 0) > 0 || Boolean(message.edited),
    visibleTo: message.visible_to ?? '',
    reactions: (message.reactions ?? []).map((one) => ({ name: one.name, users: one.users ?? [] })),
    pinned: Boolean(message.pinned_to?.length || message.pinned),
  };
}

export const toViews = (answer) => list(answer, 'views');
export const toHome = (answer) => answer?.view ?? answer?.home ?? null;

export const toCommands = (answer) => list(answer, 'commands').map((one) => ({
  command: one.command.startsWith('/') ? one.command : `/${one.command}`,
  description: one.description ?? '',
  hint: one.usage_hint ?? one.hint ?? '',
}));

export const toShortcuts = (answer) => list(answer, 'shortcuts').filter((one) => one.type === 'message')
  .map((one) => ({ callbackId: one.callback_id, name: one.name, description: one.description ?? '' }));

const moment = (text) => (text ? Date.parse(text) : null);

export function toShop(answer) {
  return {
    services: list(answer, 'services').map((one) => ({
      // The customers' shop is the plain name; another environment says which.
      name: one.environment && one.environment !== 'production' ? `${one.name} in ${one.environment}` : one.name,
      status: String(one.status ?? 'unknown').toLowerCase(),
      version: one.version ?? '',
      note: [one.candidate && `beside it ${one.candidate} of the traffic`, one.detail, one.memory_limit_mb > 0 && `${Math.round(one.memory_mb)} of ${Math.round(one.memory_limit_mb)} MB`,
        one.restarts > 0 && `restarted ${one.restarts} ${one.restarts === 1 ? 'time' : 'times'}`].filter(Boolean).join(' · '),
    })),
    faults: list(answer?.faults ?? [], 'faults').map((one) => ({ name: one.name, description: one.description ?? '', active: Boolean(one.active) })),
    // What really happened, for comparing with what the bot found out.
    brokenAt: moment(answer?.truth?.broken_at), failingSince: moment(answer?.truth?.login_failing_since), okSince: moment(answer?.truth?.login_ok_since),
  };
}

/** How far the sandbox's clock is ahead of this browser's, in milliseconds. */
export function clockOffset(answer, browserNow) {
  const now = answer?.now ?? answer?.time;
  const ms = typeof now === 'number' ? now * 1000 : Date.parse(now);
  return Number.isNaN(ms) ? 0 : ms - browserNow;
}

/**
 * What a person is told when the app did not take an interaction as Slack wants it; '' when it did.
 * Source: the acknowledgement has to be a 2xx within three seconds.
 */
export function ackProblem(ack) {
  if (!ack) {
    return '';
  }
  return ack.error || (ack.ms > 3000 || ack.status === 0 ? 'operation_timeout' : ack.status >= 200 && ack.status < 300 ? '' : 'dispatch_failed');
}

/** The errors by block of an app that refuses a form. */
export function formErrors(answer) {
  const body = answer?.ack?.body;
  const parsed = typeof body === 'string' ? parseJson(body) : body;
  return parsed?.response_action === 'errors' ? parsed.errors ?? {} : answer?.errors ?? null;
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // an acknowledgement without JSON carries no form errors
  }
}
