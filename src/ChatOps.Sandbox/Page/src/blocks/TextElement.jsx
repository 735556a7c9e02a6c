import { useValue } from './useValue.js';

const TYPES = { email_text_input: 'email', url_text_input: 'url', number_input: 'number', datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' };

/** One line, several lines, a number, a date or a time. */
export function TextElement({ block, element, label, action }) {
  const { value, change, keep, acts } = useValue(block, element, action);
  const type = TYPES[element.type] ?? 'text';
  const picks = /picker$/.test(element.type);
  const moment = element.type === 'datetimepicker';
  const toWire = (typed) => (typed === '' ? null : moment ? String(Math.floor(new Date(typed).getTime() / 1000)) : typed);
  const common = {
    className: 'text-input',
    'aria-label': label ?? element.placeholder?.text ?? 'Value',
    value: value === null ? '' : moment ? localMoment(Number(value)) : String(value),
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    minLength: element.min_length,
    autoFocus: element.focus_on_load,
    onChange: (event) => (picks ? change : keep)(toWire(event.target.value)),
  };
  if (element.multiline) {
    return <textarea {...common} rows={4} />;
  }
  const onKeyDown = (event) => event.key === 'Enter' && acts && !picks && action.run(value);
  return <input {...common} type={type} min={element.min_value} max={element.max_value} step={element.is_decimal_allowed ? 'any' : undefined} onKeyDown={onKeyDown} />;
}

function localMoment(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
