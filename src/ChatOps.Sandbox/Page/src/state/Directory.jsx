import { createContext, useContext, useMemo } from 'react';
import { readerSettings } from '../text/dates.js';

const DirectoryContext = createContext(null);

/** Who and what the ids in messages stand for, and how this reader writes times. */
export function DirectoryProvider({ users, groups, channels, me, now, children }) {
  const value = useMemo(() => {
    const by = (items, ...keys) => new Map(items.flatMap((item) => keys.filter((key) => item[key]).map((key) => [item[key], item])));
    const people = by(users, 'id', 'botId');
    const places = by(channels, 'id');
    const teams = by(groups, 'id');
    return {
      me, users, groups, channels,
      user: (id) => people.get(id),
      channel: (id) => places.get(id),
      group: (id) => teams.get(id),
      names: {
        user: (id) => people.get(id)?.name,
        channel: (id) => places.get(id)?.name,
        group: (id) => teams.has(id) ? `@${teams.get(id).handle}` : undefined,
      },
      settings: readerSettings(),
    };
  }, [users, groups, channels, me]);
  // The time moves often, the names seldom: the names keep their identity, so that only what shows a time is drawn again.
  return <DirectoryContext value={value}><NowContext value={now}>{children}</NowContext></DirectoryContext>;
}

const NowContext = createContext(() => Date.now());

export const useDirectory = () => useContext(DirectoryContext);

/** A function that tells the sandbox's time now, in milliseconds. */
export const useSandboxNow = () => useContext(NowContext);
