import { useEffect, useMemo } from 'react';
import { latestTs, unread } from '../text/grouping.js';
import { useStored } from './useStored.js';

/** What each person has not read yet, by channel; the open channel counts as read while the page is looked at. */
export function useUnread(me, channels, messages, place) {
  const [read, setRead] = useStored('read', {});
  const mine = read[me] ?? {};
  const newest = latestTs(messages[place] ?? [], me);
  useEffect(() => {
    const mark = () => {
      if (me && newest && document.visibilityState === 'visible' && newest > (mine[place] ?? '')) {
        setRead((old) => ({ ...old, [me]: { ...old[me], [place]: newest } }));
      }
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  });
  return useMemo(
    () => Object.fromEntries(channels.map((channel) => [channel.id, unread(messages[channel.id] ?? [], me, mine[channel.id] ?? '')])),
    [channels, messages, me, mine],
  );
}
