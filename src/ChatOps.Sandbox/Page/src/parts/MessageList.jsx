import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useDirectory, useSandboxNow } from '../state/Directory.jsx';
import { useStillWhilePressed } from '../state/useStillWhilePressed.js';
import { dayLabel } from '../text/dates.js';
import { channelRows, threadSummaries } from '../text/grouping.js';
import { MessageItem } from './MessageItem.jsx';
import { Notices } from './Notices.jsx';

const NEAR_PX = 120;

/** A channel's messages, kept at the newest as long as the reader is there. */
export function MessageList({ channel, title, messages: newest, loaded, dismissed, onDismiss, deeds, target, notices, onNotice }) {
  const { me, settings } = useDirectory();
  const now = useSandboxNow();
  const [messages, onPointerDown] = useStillWhilePressed(newest);
  const scroller = useRef(null);
  const atEnd = useRef(true);
  const rows = useMemo(() => channelRows(messages.filter((one) => !dismissed.includes(one.ts)), me, settings), [messages, dismissed, me, settings]);
  const threads = useMemo(() => threadSummaries(messages, me), [messages, me]);

  useLayoutEffect(() => {
    atEnd.current = true;
  }, [channel.id]);
  useLayoutEffect(() => {
    if (atEnd.current && !target) {
      scroller.current.scrollTop = scroller.current.scrollHeight;
    }
  }, [rows, notices, channel.id, target]);
  useEffect(() => {
    if (target) {
      document.getElementById(`message-${target}`)?.scrollIntoView({ block: 'center' });
    }
  }, [target, rows.length]);

  const onScroll = (event) => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  };
  return (
    <div className="messages" ref={scroller} onScroll={onScroll} onPointerDown={onPointerDown} role="log" aria-label={`Messages in ${title}`} tabIndex={0}>
      <div className="messages-fill" />
      {loaded && rows.length === 0 && <p className="empty">No messages in {title} yet. Say something, or type <code>/</code> to see what the app can do.</p>}
      {rows.map((row) => (row.kind === 'day'
        ? <div className="day" key={row.key} role="separator"><span>{dayLabel(row.ms, now(), settings)}</span></div>
        : (
          <MessageItem key={row.key} message={row.message} grouped={row.grouped} channel={channel} thread={threads.get(row.message.ts)}
            deeds={deeds} onDismiss={onDismiss} highlighted={row.message.ts === target} />
        )))}
      <Notices notices={notices} onDismiss={onNotice} />
    </div>
  );
}
