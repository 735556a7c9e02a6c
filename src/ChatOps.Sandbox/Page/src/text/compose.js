// What a person types: commands and what to offer. Pure. Escaping and references (@name, #name) are the sandbox's work.

/** "/incident start now" -> { command, text }; null when it is an ordinary message. */
export function splitCommand(draft) {
  const match = /^\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(draft.trim());
  return match ? { command: `/${match[1]}`, text: (match[2] ?? '').trim() } : null;
}

/**
 * What to offer while the caret stands at the end of `before`: commands at the very start of a draft, people after "@", channels after "#".
 * `from` is where the accepted text goes; `exact` says that what stands there already is one of the offers, so that Enter sends.
 */
export function suggestions(before, { commands, users, groups = [], channels }) {
  const slash = /^\/(\S*)$/.exec(before);
  if (slash) {
    const items = commands.filter((one) => one.command.slice(1).startsWith(slash[1].toLowerCase()))
      .map((one) => ({ insert: `${one.command} `, title: one.command, hint: one.hint, detail: one.description }));
    return offer(before, 0, items);
  }
  const word = /(?:^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!word) {
    return offer(before, 0, []);
  }
  const typed = word[2].toLowerCase();
  const people = [
    ...users.map((one) => ({ insert: `@${one.handle} `, title: one.name, detail: `@${one.handle}` })),
    ...groups.map((one) => ({ insert: `@${one.handle} `, title: one.name, detail: `@${one.handle}` })),
  ];
  const places = channels.filter((one) => one.kind !== 'dm').map((one) => ({ insert: `#${one.name} `, title: `#${one.name}`, detail: one.topic }));
  const items = (word[1] === '@' ? people : places)
    .filter((one) => one.insert.slice(1).toLowerCase().startsWith(typed) || one.title.toLowerCase().replace('#', '').startsWith(typed));
  return offer(before, before.length - word[2].length - 1, items.slice(0, 8));
}

function offer(before, from, items) {
  const written = before.slice(from).toLowerCase();
  return { from, items, exact: items.some((item) => item.insert.trim().toLowerCase() === written) };
}
