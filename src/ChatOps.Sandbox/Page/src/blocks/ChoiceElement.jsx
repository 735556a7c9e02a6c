import { useId } from 'react';
import { useDirectory } from '../state/Directory.jsx';
import { TextObject } from '../text/Mrkdwn.jsx';
import { choicesOf } from './options.js';
import { useValue } from './useValue.js';

/** Checkboxes and radio buttons. */
export function ChoiceElement({ block, element, label, action }) {
  const directory = useDirectory();
  const name = useId();
  const { value, change } = useValue(block, element, action);
  const many = element.type === 'checkboxes';
  const [{ options }] = choicesOf(element, directory);
  const toggle = (one) => change(many ? (value.includes(one) ? value.filter((other) => other !== one) : [...value, one]) : one);
  return (
    <div role={many ? 'group' : 'radiogroup'} aria-label={label ?? 'Options'}>
      {options.map((option) => (
        <label className="tick" key={option.value}>
          <input type={many ? 'checkbox' : 'radio'} name={name} checked={many ? value.includes(option.value) : value === option.value}
            onChange={() => toggle(option.value)} />
          <span>
            <TextObject object={option.text} />
            {option.description && <small><TextObject object={option.description} /></small>}
          </span>
        </label>
      ))}
    </div>
  );
}
