import { CloseIcon } from './icons.jsx';

export function PanelHead({ title, subtitle, onClose }) {
  return (
    <header className="panel-head">
      <div><h2>{title}</h2>{subtitle && <p>{subtitle}</p>}</div>
      <button type="button" className="icon-button" aria-label={`Close ${title.toLowerCase()}`} onClick={onClose}><CloseIcon /></button>
    </header>
  );
}
