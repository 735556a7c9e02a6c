import { useLayoutEffect, useRef } from 'react';
import { useDirectory } from '../state/Directory.jsx';
import { useStillWhilePressed } from '../state/useStillWhilePressed.js';
import { threadOf } from '../text/grouping.js';
import { Composer } from './Composer.jsx';
import { MessageItem } from './MessageItem.jsx';
import { Notices } from './Notices.jsx';
import { PanelHead } from './PanelHead.jsx';

/** A message and its replies, beside the channel. */
export function ThreadPanel({ channel, title, messages: newest, threadTs, dismissed, onDismiss, deeds, workspace, onClose, notices, onNotice }) {
  const { me } = useDirectory();
  const [messages, onPointerDown] = useStillWhilePressed(newest);
  const { parent, replies } = threadOf(messages.filter((one) => !dismissed.includes(one.ts)), threadTs, me);
  const scroller = useRef(null);
  useLayoutEffect(() => {
    scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [threadTs, replies.length]);
  const item = (message) => <MessageItem key={message.ts} message={message} channel={channel} deeds={deeds} onDismiss={onDismiss} inThread />;
  return (
    <section className="panel" aria-label="Thread">
      <PanelHead title="Thread" subtitle={title} onClose={onClose} />
      <div className="panel-body" ref={scroller} onPointerDown={onPointerDown} tabIndex={0} role="log" aria-label="Replies">
        {parent ? item(parent) : <p className="empty">The message this thread belongs to is gone.</p>}
        {replies.length > 0 && <div className="day" role="separator"><span>{replies.length} {replies.length === 1 ? 'reply' : 'replies'}</span></div>}
        {replies.map(item)}
        <Notices notices={notices} onDismiss={onNotice} />
      </div>
      <Composer key={threadTs} label="Reply to thread" placeholder="Reply…" workspace={workspace} onSend={(draft) => deeds.send(channel.id, draft, threadTs)} inThread />
    </section>
  );
}
