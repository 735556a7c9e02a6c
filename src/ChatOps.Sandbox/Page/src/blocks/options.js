// The choices of an element and what of them is chosen, whatever kind it is. Pure.

const plain = (object) => (typeof object === 'string' ? object : object?.text ?? '');

/** Groups of `{ value, label, detail }`; a group without a name stands by itself. */
export function choicesOf(element, directory) {
  const kind = element.type.replace(/^multi_/, '');
  if (kind === 'users_select') {
    return [{ label: '', options: directory.users.filter((user) => user.handle !== 'slackbot').map((user) => ({ value: user.id, label: user.name, detail: `@${user.handle}` })) }];
  }
  if (kind === 'channels_select' || kind === 'conversations_select') {
    const places = directory.channels.filter((channel) => channel.kind !== 'dm' && !channel.archived
      && (kind === 'conversations_select' || channel.kind === 'channel'));
    return [{ label: '', options: places.map((channel) => ({ value: channel.id, label: `#${channel.name}` })) }];
  }
  const option = (one) => ({ value: one.value, label: plain(one.text), detail: plain(one.description), text: one.text, description: one.description });
  return element.option_groups
    ? element.option_groups.map((group) => ({ label: plain(group.label), options: group.options.map(option) }))
    : [{ label: '', options: (element.options ?? []).map(option) }];
}

/** What an element starts with, in the form the control interface takes: a string, a list of strings, or null. */
export function initialValue(element) {
  if (/^multi_|^checkboxes$/.test(element.type)) {
    const chosen = element.initial_options?.map((option) => option.value);
    return chosen ?? element.initial_users ?? element.initial_channels ?? element.initial_conversations ?? [];
  }
  return element.initial_option?.value ?? element.initial_value ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation
    ?? element.initial_date ?? element.initial_time ?? element.initial_date_time ?? null;
}
