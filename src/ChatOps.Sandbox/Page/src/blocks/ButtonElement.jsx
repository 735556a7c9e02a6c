import { TextObject } from '../text/Mrkdwn.jsx';
import { isSafeUrl } from '../text/mrkdwn.js';

export function ButtonElement({ element, action }) {
  const look = `button ${element.style ?? ''}`;
  if (element.url && isSafeUrl(element.url)) {
    return (
      <a className={look} href={element.url} target="_blank" rel="noreferrer noopener" aria-label={element.accessibility_label}
        onClick={() => action.run(element.value)}>
        <TextObject object={element.text} />
      </a>
    );
  }
  return (
    <button type="button" className={look} aria-label={element.accessibility_label} aria-busy={action.busy} disabled={action.busy}
      onClick={() => action.run(element.value)}>
      <TextObject object={element.text} />
    </button>
  );
}
