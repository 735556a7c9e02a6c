// What a person types, turned into what Slack's client sends. Pure.

import { encodeEntities } from './mrkdwn.js';

/** "/incident start now" -> { command, text }; null when it is an ordinary message. */
export function splitCommand(draft) {
  const match = /^\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(draft.trim());
  return match ? { command: `/${match[1]}`, text: (match[2] ?? '').trim() } : null;
}

/** Escapes the text and makes @name and #name of people, groups and channels that exist into references. */
export function withReferences(text, { users, channels, groups = [] }, labelled = false) {
  const label = (name) => (labelled ? `|${name}` : '');
  return encodeEntities(text)
    .replace(/(^|[\s(])@([\p{L}\p{N}._-]*[\p{L}\p{N}_-])/gu, (whole, before, name) => {
      if (/^(here|channel|everyone)$/i.test(name)) {
        return `${before}<!${name.toLowerCase()}>`;
      }
      const user = users.find((one) => sameName(one.handle, name) || sameName(one.name, name) || one.id === name);
      if (user) {
        return `${before}<@${user.id}${label(user.handle)}>`;
      }
      const group = groups.find((one) => sameName(one.handle, name));
      return group ? `${before}<!subteam^${group.id}|@${group.handle}>` : whole;
    })
    .replace(/(^|[\s(])#([\p{L}\p{N}_-]+)/gu, (whole, before, name) => {
      const channel = channels.find((one) => one.kind !== 'dm' && sameName(one.name, name));
      return channel ? `${before}<#${channel.id}${label(channel.name)}>` : whole;
    });
}

const sameName = (a, b) => Boolean(a) && a.toLowerCase() === b.toLowerCase();

/**
 * What to offer while the caret stands at the end of `before`: commands at the very start of a draft, people after "@", channels after "#".
 * `from` is where the accepted text goes.
 */
export function suggestions(before, { commands, users, groups = [], channels }) {
  const slash = /^\/(\S*)$/.exec(before);
  if (slash) {
    const items = commands.filter((one) => one.command.slice(1).startsWith(slash[1].toLowerCase()))
      .map((one) => ({ insert: `${one.command} `, title: one.command, hint: one.hint, detail: one.description }));
    return { from: 0, items };
  }
  const word = /(?:^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!word) {
    return { from: 0, items: [] };
  }
  const typed = word[2].toLowerCase();
  const people = [
    ...users.map((one) => ({ insert: `@${one.handle} `, title: one.name, detail: `@${one.handle}` })),
    ...groups.map((one) => ({ insert: `@${one.handle} `, title: one.name, detail: `@${one.handle}` })),
  ];
  const places = channels.filter((one) => one.kind !== 'dm').map((one) => ({ insert: `#${one.name} `, title: `#${one.name}`, detail: one.topic }));
  const items = (word[1] === '@' ? people : places)
    .filter((one) => one.insert.slice(1).toLowerCase().startsWith(typed) || one.title.toLowerCase().replace('#', '').startsWith(typed));
  return { from: before.length - word[2].length - 1, items: items.slice(0, 8) };
}
