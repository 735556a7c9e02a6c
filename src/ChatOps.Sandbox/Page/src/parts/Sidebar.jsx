import { useDirectory } from '../state/Directory.jsx';
import { toPlace } from '../state/useRoute.js';
import { dmPartner } from '../state/wire.js';
import { Avatar } from './Avatar.jsx';
import { CloseIcon, HashIcon, HomeIcon, LockIcon } from './icons.jsx';
import { PersonSwitcher } from './PersonSwitcher.jsx';

/** The workspace's places: channels, direct messages, the app's Home; and who one is. On a phone it is a drawer. */
export function Sidebar({ channels, place, unread, open, onClose, onPerson, app }) {
  const directory = useDirectory();
  const { me } = directory;
  const rooms = channels.filter((channel) => channel.kind !== 'dm' && !channel.archived).sort((a, b) => a.name.localeCompare(b.name));
  const direct = channels.filter((channel) => channel.kind === 'dm');
  return (
    <aside className={open ? 'sidebar open' : 'sidebar'} aria-label="Workspace" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header className="sidebar-head">
        <span className="workspace-name">Practice workspace</span>
        <button type="button" className="icon-button drawer-only" aria-label="Close the channel list" onClick={onClose}><CloseIcon /></button>
      </header>
      <PersonSwitcher me={me} users={directory.users.filter((user) => !user.isBot)} onPerson={onPerson} />
      <nav aria-label="Channels and apps" onClick={(event) => event.target.closest('a') && onClose()}>
        <h2>Channels</h2>
        <ul>
          {rooms.map((channel) => (
            <Place key={channel.id} id={channel.id} name={channel.name} here={place === channel.id} unread={unread[channel.id]}
              icon={channel.kind === 'private' ? <LockIcon /> : <HashIcon />} note={channel.kind === 'private' ? 'private channel' : ''} />
          ))}
        </ul>
        {direct.length > 0 && <h2>Direct messages</h2>}
        <ul>
          {direct.map((channel) => {
            const partner = directory.user(dmPartner(channel, me));
            return (
              <Place key={channel.id} id={channel.id} name={partner?.name ?? channel.name} here={place === channel.id} unread={unread[channel.id]}
                icon={<Avatar user={partner} small />} note="direct message" />
            );
          })}
        </ul>
        {app && (
          <>
            <h2>Apps</h2>
            <ul><Place id="app" name={`${app.name} Home`} here={place === 'app'} icon={<HomeIcon />} /></ul>
          </>
        )}
      </nav>
    </aside>
  );
}

// The name alone is the link's name; what is unread or private describes it.
function Place({ id, name, here, icon, unread, note }) {
  const count = here ? 0 : unread?.count ?? 0;
  const about = [note, count > 0 && `${count} unread${unread.mentioned ? ', you are mentioned' : ''}`].filter(Boolean).join(', ');
  return (
    <li>
      <a href={toPlace(id)} className={count > 0 ? 'place unread' : 'place'} aria-current={here ? 'page' : undefined} aria-label={name}
        aria-describedby={about ? `about-${id}` : undefined}>
        {icon}
        <span className="place-name">{name}</span>
        {count > 0 && <span className={unread.mentioned ? 'badge mentioned' : 'badge'}>{count}</span>}
      </a>
      {about && <span id={`about-${id}`} className="away-from-eyes">{about}</span>}
    </li>
  );
}
