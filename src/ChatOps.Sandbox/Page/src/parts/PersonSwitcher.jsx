import { Avatar } from './Avatar.jsx';
import { MenuButton } from './MenuButton.jsx';

/** Act as another person: everything the page does is done in that name, and it shows what that person may see. */
export function PersonSwitcher({ me, users, onPerson }) {
  const current = users.find((user) => user.id === me);
  const items = users.map((user) => ({
    key: user.id, label: user.name, detail: user.title || `@${user.handle}`, icon: <Avatar user={user} small />, checked: user.id === me, run: () => onPerson(user.id),
  }));
  return (
    <MenuButton className="person" label={`Act as another person. Acting as ${current?.name ?? 'nobody'}`} title="Act as another person" items={items}>
      <Avatar user={current} />
      <span className="person-words"><small>Acting as</small><span>{current?.name ?? 'Choose a person'}</span></span>
      <span aria-hidden="true" className="caret">▾</span>
    </MenuButton>
  );
}
