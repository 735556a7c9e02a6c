import { useEffect, useId, useRef, useState } from 'react';

const GAP = 4;

/**
 * A button with a menu. The menu is a popover of the browser (above everything, gone on Esc or a press elsewhere); arrows move in it.
 * `items`: `{ key, label, detail?, icon?, checked?, run }`; `panel(close)` draws something of its own above them.
 */
export function MenuButton({ label, title, items = [], className, children, disabled, panel, role = 'menu' }) {
  const id = useId();
  const button = useRef(null);
  const menu = useRef(null);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    if (!open) {
      return undefined;
    }
    place(menu.current, button.current);
    (menu.current.querySelector('[aria-checked=true]') ?? menu.current.querySelector('[role^=menuitem]'))?.focus();
    const close = () => menu.current?.hidePopover();
    addEventListener('resize', close);
    return () => removeEventListener('resize', close);
  }, [open]);

  const close = () => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  return (
    <>
      <button type="button" ref={button} className={className} aria-label={label} title={title ?? label} aria-haspopup={role} aria-expanded={open}
        disabled={disabled} popoverTarget={id}>
        {children}
      </button>
      <div ref={menu} id={id} popover="auto" className="menu" role={role} aria-label={label} onKeyDown={(event) => moveFocus(event, menu.current)}
        onToggle={(event) => setOpen(event.newState === 'open')}>
        {open && panel?.(close)}
        {open && items.map((item) => <Item key={item.key} item={item} close={close} />)}
      </div>
    </>
  );
}

function Item({ item, close }) {
  const role = item.checked === undefined ? 'menuitem' : 'menuitemradio';
  return (
    <button type="button" role={role} aria-checked={item.checked} tabIndex={-1} className="menu-item"
      onClick={() => { close(); item.run(); }}>
      {item.icon}
      <span className="menu-words"><span>{item.label}</span>{item.detail && <small>{item.detail}</small>}</span>
      {item.checked && <span aria-hidden="true" className="menu-tick">✓</span>}
    </button>
  );
}

// Beside the button, and always wholly inside the window.
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + GAP + height <= innerHeight || at.top < height;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(below ? at.bottom + GAP : at.top - height - GAP, innerHeight - height - 8))}px`;
}

function moveFocus(event, menu) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const items = [...menu.querySelectorAll('[role^=menuitem]')];
  if (event.key === 'Escape') {
    event.stopPropagation();
  }
  if (event.key === 'Tab' && items.length > 0) {
    menu.hidePopover();
  }
  if (!step || items.length === 0) {
    return;
  }
  event.preventDefault();
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}
