import { useDirectory } from '../state/Directory.jsx';
import { choicesOf } from './options.js';
import { useValue } from './useValue.js';

/** Several of many: a list of boxes to tick, with what is ticked in the head. */
export function MultiSelectElement({ block, element, label, action }) {
  const directory = useDirectory();
  const { value, change } = useValue(block, element, action);
  const options = choicesOf(element, directory).flatMap((group) => group.options);
  const chosen = options.filter((option) => value.includes(option.value));
  const full = chosen.length >= (element.max_selected_items ?? Infinity);
  const toggle = (one) => change(value.includes(one) ? value.filter((other) => other !== one) : [...value, one]);
  return (
    <details className="multi-select">
      <summary aria-label={`${label ?? element.placeholder?.text ?? 'Choose'}: ${chosen.map((one) => one.label).join(', ') || 'none chosen'}`}>
        {chosen.length > 0 ? chosen.map((one) => <span className="token" key={one.value}>{one.label}</span>) : element.placeholder?.text ?? 'Choose options'}
      </summary>
      <div role="group" aria-label={label}>
        {options.map((option) => (
          <label className="tick" key={option.value}>
            <input type="checkbox" checked={value.includes(option.value)} disabled={full && !value.includes(option.value)}
              onChange={() => toggle(option.value)} />
            <span>{option.label}{option.detail && <small>{option.detail}</small>}</span>
          </label>
        ))}
      </div>
    </details>
  );
}
