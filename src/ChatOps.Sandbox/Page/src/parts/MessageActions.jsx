import { useState } from 'react';
import { ConfirmDialog } from '../blocks/ConfirmDialog.jsx';
import { useDirectory } from '../state/Directory.jsx';
import { DotsIcon, ReplyIcon } from './icons.jsx';
import { MenuButton } from './MenuButton.jsx';
import { ReactionGrid, ReactionPicker } from './Reactions.jsx';

/** What people can do with a message: beside it under the pointer or the focus; on a phone one button. */
export function MessageActions({ message, channel, deeds, inThread, onEdit }) {
  const { me, names } = useDirectory();
  const [asking, setAsking] = useState(false);
  const mine = message.author === me && ['', 'file_share', 'thread_broadcast'].includes(message.subtype) && !channel.archived;
  const items = [
    !inThread && { key: 'reply', label: 'Reply in thread', run: () => deeds.openThread(channel.id, message.threadTs || message.ts) },
    { key: 'pin', label: message.pinned ? 'Unpin from channel' : 'Pin to channel', run: () => deeds.pin(channel.id, message) },
    { key: 'link', label: 'Copy link', run: () => deeds.copyLink(channel.id, message.ts) },
    { key: 'text', label: 'Copy text', run: () => deeds.copyText(message, names) },
    ...deeds.shortcuts.map((shortcut) => ({
      key: shortcut.callbackId, label: shortcut.name, detail: shortcut.description, run: () => deeds.shortcut(channel.id, message.ts, shortcut),
    })),
    mine && { key: 'edit', label: 'Edit message', run: onEdit },
    mine && { key: 'delete', label: 'Delete message…', run: () => setAsking(true) },
  ].filter(Boolean);
  return (
    <div className="message-actions" role="group" aria-label="Message actions">
      <ReactionPicker message={message} channel={channel} deeds={deeds} className="icon-button" />
      {!inThread && (
        <button type="button" className="icon-button roomy-only" aria-label="Reply in thread" title="Reply in thread"
          onClick={() => deeds.openThread(channel.id, message.threadTs || message.ts)}>
          <ReplyIcon />
        </button>
      )}
      <MenuButton className="icon-button" label="More actions" items={items}
        panel={(close) => <ReactionGrid message={message} channel={channel} deeds={deeds} close={close} count={6} />}><DotsIcon /></MenuButton>
      {asking && (
        <ConfirmDialog confirm={{ title: 'Delete message', text: 'It will be gone for everybody.', confirm: 'Delete', style: 'danger' }}
          answer={(yes) => { setAsking(false); if (yes) { deeds.remove(channel.id, message.ts); } }} />
      )}
    </div>
  );
}
