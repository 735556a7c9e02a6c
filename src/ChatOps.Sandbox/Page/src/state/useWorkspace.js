import { useCallback, useEffect, useRef, useState } from 'react';
import { get, SandboxRefused } from './api.js';
import { useStream } from './useStream.js';
import { channelsOf, clockOffset, toChannels, toCommands, toGroups, toHome, toMessages, toShop, toShortcuts, toUsers, toViews } from './wire.js';

// What the sandbox refuses (a shop that does not run, a channel that is gone) costs that part and not the page.
async function read(path, take) {
  try {
    take(await get(path));
  } catch (error) {
    if (!(error instanceof SandboxRefused)) {
      throw error;
    }
    console.warn(path, error.message);
  }
}

const RETRY_MS = 1_500;
const SLOW_POLL_MS = 10_000;
const SETTLE_MS = 60;

const EMPTY = {
  ready: false, users: [], groups: [], channels: [], commands: [], shortcuts: [], messages: {}, views: [], home: null, shop: null, offset: 0,
};

/**
 * Everything the page shows, kept fresh: the stream says that something changed, the page reads it again.
 * A slow poll stands behind the stream, and a fast one while the sandbox is away.
 */
export function useWorkspace(me) {
  const [state, setState] = useState(EMPTY);
  const [away, setAway] = useState(false);
  const meNow = useRef(me);
  meNow.current = me;
  const wanted = useRef({ parts: new Set(), timer: 0, running: false });

  const load = useCallback(async (parts) => {
    const all = parts.has('all');
    const has = (name) => all || parts.has(name);
    const person = meNow.current;
    const change = {};
    const jobs = [];
    const want = (name, path, take) => has(name) && jobs.push(read(path, (answer) => Object.assign(change, take(answer))));
    want('people', '/control/users', (answer) => ({ users: toUsers(answer), groups: toGroups(answer) }));
    want('commands', '/control/commands', (answer) => ({ commands: toCommands(answer), shortcuts: toShortcuts(answer) }));
    want('clock', '/control/clock', (answer) => ({ offset: clockOffset(answer, Date.now()) }));
    want('shop', '/control/shop', (answer) => ({ shop: toShop(answer) }));
    if (person) {
      const user = encodeURIComponent(person);
      want('view', `/control/views?user=${user}`, (answer) => ({ views: toViews(answer) }));
      want('home', `/control/home?user=${user}`, (answer) => ({ home: toHome(answer) }));
    }
    const messages = {};
    const readMessages = (id) => read(`/control/messages?channel=${encodeURIComponent(id)}`, (answer) => {
      messages[id] = toMessages(answer);
    });
    if (has('channels')) {
      jobs.push(read('/control/channels', (answer) => Object.assign(change, { channels: toChannels(answer) }))
        .then(() => Promise.all((person ? channelsOf(change.channels ?? [], person) : []).map((channel) => readMessages(channel.id)))));
    } else {
      [...parts].filter((part) => part.startsWith('messages:')).forEach((part) => jobs.push(readMessages(part.slice('messages:'.length))));
    }
    await Promise.all(jobs);
    if (person === meNow.current) {
      setState((old) => ({ ...old, ...change, ready: old.ready || all, messages: { ...old.messages, ...messages } }));
    }
  }, []);

  const refresh = useCallback((...parts) => {
    const queue = wanted.current;
    parts.forEach((part) => queue.parts.add(part));
    const run = async () => {
      queue.timer = 0;
      if (queue.running) {
        return; // the running one looks again when it is done
      }
      queue.running = true;
      const now = queue.parts;
      queue.parts = new Set();
      try {
        await load(now);
        setAway(false);
      } catch (error) {
        // What was asked for is asked again; the banner tells the person meanwhile.
        console.warn(error);
        setAway(true);
        queue.parts.add('all');
      }
      queue.running = false;
      if (queue.parts.size > 0 && !queue.timer) {
        queue.timer = setTimeout(run, queue.parts.has('all') ? RETRY_MS : SETTLE_MS);
      }
    };
    if (!queue.timer && !queue.running) {
      queue.timer = setTimeout(run, SETTLE_MS);
    }
  }, [load]);

  const onHint = useCallback((hint) => {
    const channel = hint.channel?.id ?? hint.channel;
    switch (hint.type) {
      case 'message': return channel ? refresh(`messages:${channel}`) : refresh('channels');
      case 'channel': return refresh('channels');
      case 'view': return refresh('view');
      case 'home': return refresh('home');
      case 'shop': return refresh('shop');
      case 'clock': return refresh('clock');
      case 'users': return refresh('people');
      default: return refresh('all');
    }
  }, [refresh]);

  const connected = useStream('/control/stream', onHint);
  // Another person has other forms and another Home: nothing of the one before is shown meanwhile.
  useEffect(() => setState((old) => ({ ...old, views: [], home: null })), [me]);
  useEffect(() => refresh('all'), [me, connected, refresh]);
  useEffect(() => {
    const timer = setInterval(() => refresh('shop', 'clock', 'view', ...(connected ? [] : ['all'])), connected ? SLOW_POLL_MS : 2_000);
    return () => clearInterval(timer);
  }, [connected, refresh]);

  return { ...state, away, refresh };
}
