import { useCallback, useEffect, useState } from 'react';
import { ChannelHeader, channelTitle } from './parts/ChannelHeader.jsx';
import { Composer } from './parts/Composer.jsx';
import { HomeTab } from './parts/HomeTab.jsx';
import { MessageList } from './parts/MessageList.jsx';
import { ThreadPanel } from './parts/ThreadPanel.jsx';
import { useDirectory } from './state/Directory.jsx';
import { toPlace } from './state/useRoute.js';

const NONE = [];

/** The middle: a channel with its composer, or the app's Home; beside it the open thread. */
export function AppMain({ app, channels, deeds, go, me, notices, onNotice, route, workspace }) {
  const directory = useDirectory();
  const [dismissed, setDismissed] = useState(NONE);
  const dismiss = useCallback((ts) => setDismissed((old) => [...old, ts]), []);
  const channel = channels.find((one) => one.id === route.place);
  const { thread } = route;

  useEffect(() => {
    const onKey = (event) => {
      if (event.key === 'Escape' && thread && !event.defaultPrevented && !event.target.closest?.('dialog, [popover]')) {
        go(toPlace(route.place));
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [thread, route.place, go]);

  if (route.place === 'app') {
    return <main className="main"><HomeTab app={app} home={workspace.home} me={me} deeds={deeds} /></main>;
  }
  if (!channel) {
    return <main className="main"><p className="empty">{workspace.ready ? 'Choose a channel.' : 'Loading the workspace…'}</p></main>;
  }
  const messages = workspace.messages[channel.id] ?? NONE;
  const title = `${channel.kind === 'dm' ? '' : '#'}${channelTitle(channel, directory)}`;
  const here = notices.filter((notice) => !notice.channel || notice.channel === channel.id);
  const member = channel.kind === 'dm' || channel.members.length === 0 || channel.members.includes(me);
  return (
    <>
      <main className="main">
        <ChannelHeader channel={channel} messages={messages} go={go} />
        <MessageList channel={channel} title={title} messages={messages} loaded={messages !== NONE} dismissed={dismissed} onDismiss={dismiss} deeds={deeds} target={route.message}
          notices={here.filter((notice) => !notice.thread)} onNotice={onNotice} />
        {channel.archived
          ? <p className="read-only">This channel is archived. It can be read, not written to.</p>
          : (
            <>
              {!member && (
                <p className="read-only">
                  You are not a member of {title}; writing joins it. <button type="button" className="button" onClick={() => deeds.join(channel.id)}>Join</button>
                </p>
              )}
              <Composer key={channel.id} label={`Message ${title}`} workspace={workspace} onSend={(draft) => deeds.send(channel.id, draft)} />
            </>
          )}
      </main>
      {thread && (
        <ThreadPanel channel={channel} title={title} messages={messages} threadTs={thread} dismissed={dismissed} onDismiss={dismiss} deeds={deeds}
          workspace={workspace} onClose={() => go(toPlace(channel.id))} notices={here.filter((notice) => notice.thread === thread)} onNotice={onNotice} />
      )}
    </>
  );
}
