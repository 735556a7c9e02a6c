import { useMemo, useState } from 'react';
import { Blocks } from '../blocks/Blocks.jsx';
import { Surface } from '../blocks/Surface.jsx';
import { useDirectory, useSandboxNow } from '../state/Directory.jsx';
import { Mrkdwn } from '../text/Mrkdwn.jsx';
import { plainWords } from '../text/mrkdwn.js';
import { agoFromTs, clockTime, tsToMs } from '../text/dates.js';
import { Avatar } from './Avatar.jsx';
import { FileCard } from './FileCard.jsx';
import { EyeIcon, PinIcon } from './icons.jsx';
import { MessageActions } from './MessageActions.jsx';
import { MessageEditor } from './MessageEditor.jsx';
import { Reactions } from './Reactions.jsx';

const SYSTEM = /^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)$|^(pinned_item|tombstone)$/;

/** As it was typed: names for ids, lines as lines. */
const typed = (text, names) => text.split('\n').map((line) => plainWords(line, names)).join('\n');

/** One message: who, when, what, and what can be done with it. */
export function MessageItem({ message, grouped, channel, thread, deeds, onDismiss, highlighted, inThread }) {
  const { user, settings, names } = useDirectory();
  const [editing, setEditing] = useState(false);
  const author = user(message.author);
  const name = message.name || author?.name || 'Unknown';
  const time = clockTime(tsToMs(message.ts), settings);
  const surface = useMemo(
    () => ({ act: (element, block, value) => deeds.click({ channel: channel.id, ts: message.ts }, element, block, value), form: null }),
    [deeds, channel.id, message.ts],
  );
  const look = ['message', grouped && 'grouped', message.visibleTo && 'ephemeral', message.pinned && 'pinned', highlighted && 'highlighted',
    SYSTEM.test(message.subtype) && 'system-message'].filter(Boolean).join(' ');
  return (
    <article className={look} id={inThread ? undefined : `message-${message.ts}`} aria-label={`${name}, ${time}`}>
      {grouped ? <time className="side-time" aria-hidden="true">{time.replace(/ [AP]M$/, '')}</time> : <Avatar user={author} name={message.name} image={message.icon} />}
      <div className="message-main">
        {message.pinned && <p className="pinned-mark"><PinIcon />Pinned</p>}
        {message.visibleTo && <p className="only-you"><EyeIcon />Only visible to you</p>}
        {!grouped && (
          <div className="message-head">
            <strong>{name}</strong>{author?.isBot && <span className="app-tag">APP</span>}
            <time dateTime={new Date(tsToMs(message.ts)).toISOString()} title={new Date(tsToMs(message.ts)).toUTCString()}>{time}</time>
          </div>
        )}
        {editing
          ? <MessageEditor text={typed(message.text, { ...names, user: (id) => user(id)?.handle })} onSave={(text) => deeds.edit(channel.id, message.ts, text)} onClose={() => setEditing(false)} />
          : <Surface value={surface}><Content message={message} /></Surface>}
        {message.files.map((file) => <FileCard key={file.id} file={file} />)}
        <Reactions message={message} channel={channel} deeds={deeds} />
        {thread && !inThread && <ThreadLink thread={thread} open={() => deeds.openThread(channel.id, message.ts)} />}
        {message.visibleTo && <button type="button" className="link-button" onClick={() => onDismiss(message.ts)}>Dismiss message</button>}
      </div>
      {!message.visibleTo && <MessageActions message={message} channel={channel} deeds={deeds} inThread={inThread} onEdit={() => setEditing(true)} />}
    </article>
  );
}

function Content({ message }) {
  const edited = message.edited && <span className="edited"> (edited)</span>;
  if (message.blocks.length > 0) {
    return <div className="message-text"><Blocks blocks={message.blocks} />{edited}</div>;
  }
  return (
    <div className="message-text">
      {message.text && <Mrkdwn text={message.text} />}{edited}
      {message.attachments.map((one, index) => (
        <div className="attachment" key={index} style={{ borderColor: /^#[0-9a-f]{6}$/i.test(one.color ?? '') ? one.color : undefined }}>
          {one.blocks ? <Blocks blocks={one.blocks} /> : <Mrkdwn text={one.text ?? one.fallback ?? ''} />}
        </div>
      ))}
    </div>
  );
}

function ThreadLink({ thread, open }) {
  const { user } = useDirectory();
  const now = useSandboxNow();
  return (
    <button type="button" className="thread-link" onClick={open}>
      {thread.authors.slice(0, 3).map((id) => <Avatar key={id} user={user(id)} small />)}
      <span>{thread.count} {thread.count === 1 ? 'reply' : 'replies'}</span>
      <span className="quiet">Last reply {agoFromTs(thread.lastTs, now())}</span>
    </button>
  );
}
