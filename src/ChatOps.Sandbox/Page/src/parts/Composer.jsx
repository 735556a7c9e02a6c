import { useId, useLayoutEffect, useRef, useState } from 'react';
import { splitCommand, suggestions } from '../text/compose.js';
import { SendIcon } from './icons.jsx';

const MAX_HEIGHT = 180;

/** Where a person writes. Enter sends, Shift+Enter makes a line; "/", "@" and "#" offer what there is. */
export function Composer({ label, placeholder, workspace, onSend, inThread }) {
  const id = useId();
  const area = useRef(null);
  const [draft, setDraft] = useState('');
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState(false);
  const commands = inThread ? [] : workspace.commands;
  const offer = suggestions(draft.slice(0, caret), { ...workspace, commands });
  const open = !closed && offer.items.length > 0;
  const typed = splitCommand(draft);
  const command = typed && commands.find((one) => one.command === typed.command);

  useLayoutEffect(() => {
    area.current.style.height = 'auto';
    area.current.style.height = `${Math.min(area.current.scrollHeight, MAX_HEIGHT)}px`;
  }, [draft]);

  const write = (text, at) => {
    setDraft(text);
    setCaret(at);
    setChosen(0);
    setClosed(false);
  };
  const accept = (item) => {
    const text = draft.slice(0, offer.from) + item.insert + draft.slice(caret);
    write(text, offer.from + item.insert.length);
    area.current.focus();
  };
  const send = async () => {
    const text = draft.trim();
    if (!text) {
      return;
    }
    write('', 0);
    if (!await onSend(text)) {
      setDraft((now) => now || text); // not sent: the words come back, unless the person began anew
    }
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    const step = open && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setChosen((chosen + step + offer.items.length) % offer.items.length);
    } else if (open && (event.key === 'Tab' || (event.key === 'Enter' && !offer.exact)) && !event.shiftKey) {
      event.preventDefault();
      accept(offer.items[chosen]);
    } else if (open && event.key === 'Escape') {
      event.stopPropagation();
      setClosed(true);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {open && (
        <ul className="suggestions" id={`${id}-list`} role="listbox" aria-label="Suggestions">
          {offer.items.map((item, index) => (
            <li key={item.insert} id={`${id}-${index}`} role="option" aria-selected={index === chosen}
              onMouseDown={(event) => { event.preventDefault(); accept(item); }}>
              <span><strong>{item.title}</strong>{item.hint && <code>{item.hint}</code>}</span>{item.detail && <small>{item.detail}</small>}
            </li>
          ))}
        </ul>
      )}
      {command && !open && <p className="command-hint"><strong>{command.command}</strong> <code>{command.hint}</code></p>}
      <div className="composer-box">
        <textarea ref={area} rows={1} aria-label={label} placeholder={placeholder ?? label} value={draft} aria-autocomplete="list"
          aria-controls={open ? `${id}-list` : undefined} aria-activedescendant={open ? `${id}-${chosen}` : undefined}
          onChange={(event) => write(event.target.value, event.target.selectionStart)} onSelect={(event) => setCaret(event.target.selectionStart)}
          onKeyDown={onKeyDown} onBlur={() => setClosed(true)} />
        <button type="submit" className="send" aria-label="Send" disabled={!draft.trim()}><SendIcon /></button>
      </div>
    </form>
  );
}
