import { useDirectory } from '../state/Directory.jsx';
import { toMessageLink } from '../state/useRoute.js';
import { dmPartner } from '../state/wire.js';
import { Mrkdwn } from '../text/Mrkdwn.jsx';
import { clockTime, tsToMs } from '../text/dates.js';
import { plainWords } from '../text/mrkdwn.js';
import { HashIcon, LockIcon, PinIcon } from './icons.jsx';
import { MenuButton } from './MenuButton.jsx';

export function channelTitle(channel, directory) {
  return channel.kind === 'dm' ? directory.user(dmPartner(channel, directory.me))?.name ?? channel.name : channel.name;
}

export function ChannelHeader({ channel, messages, go }) {
  const directory = useDirectory();
  const pinned = messages.filter((message) => message.pinned);
  const items = pinned.map((message) => ({
    key: message.ts,
    label: (message.text ? plainWords(message.text, directory.names) : 'Message').slice(0, 140),
    detail: `${message.name || directory.user(message.author)?.name || 'App'} · ${clockTime(tsToMs(message.ts), directory.settings)}`,
    run: () => go(toMessageLink(channel.id, message.ts)),
  }));
  return (
    <header className="channel-head">
      <h1>
        {channel.kind === 'private' ? <LockIcon /> : channel.kind === 'channel' && <HashIcon />}
        <span>{channelTitle(channel, directory)}</span>
        {channel.archived && <span className="tag">archived</span>}
      </h1>
      {channel.topic && <p className="topic" title={plainWords(channel.topic, directory.names)}><Mrkdwn text={channel.topic} /></p>}
      <span className="grow" />
      {channel.members.length > 0 && channel.kind !== 'dm' && <span className="wide-only quiet members">{channel.members.length} members</span>}
      {pinned.length > 0 && (
        <MenuButton className="button quiet-button" label={`${pinned.length} pinned`} title="Pinned messages" items={items}>
          <PinIcon /><span>{pinned.length}<span className="wide-only"> pinned</span></span>
        </MenuButton>
      )}
    </header>
  );
}
