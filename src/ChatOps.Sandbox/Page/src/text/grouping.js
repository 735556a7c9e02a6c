// What a channel shows, as rows: pure functions over the messages as the sandbox tells them.

import { isSameDay, tsToMs } from './dates.js';

const GROUP_MS = 5 * 60_000;

/** Ephemeral messages are there for one person only. */
export function visibleTo(messages, me) {
  return messages.filter((message) => !message.visibleTo || message.visibleTo === me);
}

export const isReply = (message) => Boolean(message.threadTs) && message.threadTs !== message.ts;

/** Channel rows: day lines, then messages; `grouped` ones follow the same author within five minutes and need no head. */
export function channelRows(messages, me, settings) {
  const rows = [];
  let previous = null;
  for (const message of visibleTo(messages, me)) {
    if (isReply(message) && !message.broadcast) {
      continue;
    }
    const ms = tsToMs(message.ts);
    if (!previous || !isSameDay(tsToMs(previous.ts), ms, settings)) {
      rows.push({ kind: 'day', key: `day-${message.ts}`, ms });
      previous = null;
    }
    rows.push({ kind: 'message', key: rowKey(message), message, grouped: follows(previous, message) });
    previous = message;
  }
  return rows;
}

/** Two people may hold ephemeral messages with one ts. */
export const rowKey = (message) => `${message.ts}-${message.visibleTo ?? ''}`;

function follows(previous, message) {
  return Boolean(previous)
    && previous.author === message.author
    && previous.subtype === message.subtype
    && !previous.visibleTo === !message.visibleTo
    && !message.visibleTo
    && !message.pinned
    && tsToMs(message.ts) - tsToMs(previous.ts) < GROUP_MS;
}

/** The parent and its replies, oldest first. */
export function threadOf(messages, threadTs, me) {
  const seen = visibleTo(messages, me);
  return {
    parent: seen.find((message) => message.ts === threadTs) ?? null,
    replies: seen.filter((message) => message.threadTs === threadTs && message.ts !== threadTs),
  };
}

/** Replies by parent: count, who wrote, when last. */
export function threadSummaries(messages, me) {
  const summaries = new Map();
  for (const message of visibleTo(messages, me).filter(isReply)) {
    const summary = summaries.get(message.threadTs) ?? { count: 0, authors: [], lastTs: '' };
    summary.count += 1;
    summary.lastTs = message.ts > summary.lastTs ? message.ts : summary.lastTs;
    if (!summary.authors.includes(message.author)) {
      summary.authors.push(message.author);
    }
    summaries.set(message.threadTs, summary);
  }
  return summaries;
}

/** Unread messages of others after the one last read, and whether one of them calls this person. */
export function unread(messages, me, lastReadTs) {
  const news = visibleTo(messages, me).filter((message) => message.ts > lastReadTs && message.author !== me
    && (!isReply(message) || message.broadcast));
  const mention = new RegExp(`<@${me}(\\||>)|<!(channel|here|everyone)`);
  return { count: news.length, mentioned: news.some((message) => mention.test(message.text) || mention.test(JSON.stringify(message.blocks))) };
}

/** The newest ts a person can see; '' in an empty channel. */
export function latestTs(messages, me) {
  return visibleTo(messages, me).reduce((latest, message) => (message.ts > latest ? message.ts : latest), '');
}
