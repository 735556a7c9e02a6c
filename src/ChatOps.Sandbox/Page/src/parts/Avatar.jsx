const HUES = [172, 205, 250, 285, 325, 12, 35, 140];

/** A picture where there is one, else initials on a colour that stays the same for a person. */
export function Avatar({ user, name, image, small }) {
  const shown = name || user?.name || '?';
  const picture = image || user?.image;
  const look = small ? 'avatar small' : 'avatar';
  if (picture) {
    return <img className={look} src={picture} alt="" />;
  }
  if (user?.isBot && user.handle !== 'slackbot') {
    return (
      <span className={`${look} bot`} aria-hidden="true">
        <svg viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round"><path d="M6 17h4.500l3-8 4 14 3-6h5.500" /></svg>
      </span>
    );
  }
  const sum = [...(user?.id ?? shown)].reduce((total, char) => total * 31 + char.codePointAt(0), 7);
  const initials = shown.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join('').toUpperCase();
  return <span className={look} aria-hidden="true" style={{ '--hue': HUES[Math.abs(sum) % HUES.length] }}>{initials}</span>;
}
