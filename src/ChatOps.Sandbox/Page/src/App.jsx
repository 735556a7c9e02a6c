import { useCallback, useEffect, useMemo, useState } from 'react';
import { AppMain } from './AppMain.jsx';
import { ShopPanel } from './parts/ShopPanel.jsx';
import { Sidebar } from './parts/Sidebar.jsx';
import { StatusBar } from './parts/StatusBar.jsx';
import { ViewDialog } from './parts/ViewDialog.jsx';
import { DirectoryProvider } from './state/Directory.jsx';
import { useDeeds } from './state/useDeeds.js';
import { toPlace, useRoute } from './state/useRoute.js';
import { useStored } from './state/useStored.js';
import { useUnread } from './state/useUnread.js';
import { useWorkspace } from './state/useWorkspace.js';
import { channelsOf } from './state/wire.js';

const FIRST_CHANNEL = 'incidents';
let noticeNumber = 0;

/** The whole page: what is known, where one is, and who one is. */
export function App() {
  const [me, setMe] = useStored('me', '');
  const [route, go] = useRoute();
  const workspace = useWorkspace(me);
  const [drawer, setDrawer] = useState(false);
  const [shopOpen, setShopOpen] = useStored('shop-open', false);
  const [notices, setNotices] = useState([]);
  const [formValues, setFormValues] = useState({});

  const channels = useMemo(() => channelsOf(workspace.channels, me), [workspace.channels, me]);
  const unread = useUnread(me, channels, workspace.messages, route.place);
  const app = workspace.users.find((user) => user.isBot && user.handle !== 'slackbot');
  const notify = useCallback((channel, text, more = '', thread = '') => {
    setNotices((old) => [...old.slice(-4), { id: ++noticeNumber, channel, text, more, thread }]);
  }, []);
  const deeds = useDeeds({ me, workspace, go, notify });
  const now = useCallback(() => Date.now() + workspace.offset, [workspace.offset]);
  const dropNotice = useCallback((id) => setNotices((old) => old.filter((one) => one.id !== id)), []);

  useEffect(() => {
    const people = workspace.users.filter((user) => !user.isBot);
    if (people.length > 0 && !people.some((user) => user.id === me)) {
      setMe(people[0].id);
    }
  }, [workspace.users, me, setMe]);
  useEffect(() => {
    if (channels.length > 0 && route.place !== 'app' && !channels.some((channel) => channel.id === route.place)) {
      const first = channels.find((channel) => channel.name === FIRST_CHANNEL) ?? channels[0];
      history.replaceState(null, '', toPlace(first.id));
      dispatchEvent(new HashChangeEvent('hashchange'));
    }
  }, [channels, route.place]);
  useEffect(() => {
    const total = Object.values(unread).reduce((sum, one) => sum + one.count, 0);
    document.title = total > 0 ? `(${total}) Practice workspace` : 'Practice workspace';
  }, [unread]);

  const person = (id) => {
    setMe(id);
    setFormValues({});
    setNotices([]);
  };
  const view = workspace.views.at(-1);
  const panel = route.thread ? 'with-panel' : shopOpen ? 'with-panel' : '';
  return (
    <DirectoryProvider users={workspace.users} groups={workspace.groups} channels={workspace.channels} me={me} now={now}>
      <div className={`page ${panel}`}>
        <StatusBar offset={workspace.offset} shop={workspace.shop} shopOpen={shopOpen} onShop={() => setShopOpen(!shopOpen)}
          onAdvance={deeds.advance} onDrawer={() => setDrawer(true)} />
        {workspace.away && <div className="away" role="alert">The sandbox does not answer; retrying…</div>}
        <Sidebar channels={channels} place={route.place} unread={unread} open={drawer} onClose={() => setDrawer(false)} onPerson={person} app={app} />
        {drawer && <div className="drawer-shade" onClick={() => setDrawer(false)} />}
        <AppMain app={app} channels={channels} deeds={deeds} go={go} me={me} notices={notices} onNotice={dropNotice} route={route} workspace={workspace} />
        {shopOpen && !route.thread && <ShopPanel shop={workspace.shop} onClose={() => setShopOpen(false)} onChanged={() => workspace.refresh('shop')} />}
      </div>
      {view && (
        <ViewDialog key={view.id} view={view} values={formValues[view.id] ?? {}} deeds={deeds}
          onValues={(values) => setFormValues((old) => ({ ...old, [view.id]: values }))} />
      )}
    </DirectoryProvider>
  );
}
