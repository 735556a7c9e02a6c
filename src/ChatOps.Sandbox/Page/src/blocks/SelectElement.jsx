import { useDirectory } from '../state/Directory.jsx';
import { choicesOf } from './options.js';
import { useValue } from './useValue.js';

/** One of several, by the browser's own list: it works with keyboard, finger and screen reader alike. */
export function SelectElement({ block, element, label, action }) {
  const directory = useDirectory();
  const { value, change } = useValue(block, element, action);
  const groups = choicesOf(element, directory);
  const placeholder = element.placeholder?.text ?? 'Choose an option';
  const option = (one) => <option key={one.value} value={one.value}>{one.label}</option>;
  return (
    <select className="select" aria-label={label ?? placeholder} value={value ?? ''} disabled={action.busy} autoFocus={element.focus_on_load}
      onChange={(event) => change(event.target.value || null)}>
      <option value="">{placeholder}</option>
      {groups.map((group) => (group.label
        ? <optgroup key={group.label} label={group.label}>{group.options.map(option)}</optgroup>
        : group.options.map(option)))}
    </select>
  );
}
