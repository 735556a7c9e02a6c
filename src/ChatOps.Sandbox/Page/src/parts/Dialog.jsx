import { useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';

/** A modal dialog of the browser: it keeps the focus inside, Esc asks to close it, and the focus goes back where it was. */
export function Dialog({ title, onClose, className = '', children, head }) {
  const element = useRef(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    (element.current.querySelector('[data-autofocus]') ?? element.current.querySelector('.dialog-body :is(input, textarea, select)'))?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  return createPortal(
    <dialog ref={element} className={`dialog ${className}`} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); event.stopPropagation(); onClose(); }}>
      <header className="dialog-head"><h2 id={id}>{title}</h2>{head}</header>
      {children}
    </dialog>,
    document.body,
  );
}
