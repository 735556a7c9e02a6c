import { useEffect, useRef, useState } from 'react';

/** A message of one's own, being changed in its place. Enter saves, Escape leaves it as it was. */
export function MessageEditor({ text, onSave, onClose }) {
  const area = useRef(null);
  const [draft, setDraft] = useState(text);
  useEffect(() => {
    area.current.focus();
    area.current.setSelectionRange(text.length, text.length);
    // Of the newest message the buttons would lie behind the composer.
    area.current.form.scrollIntoView({ block: 'nearest' });
  }, [text]);
  const save = async () => {
    if (!draft.trim() || await onSave(draft.trim())) {
      onClose();
    }
  };
  const onKeyDown = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      save();
    }
  };
  return (
    <form className="message-editor" onSubmit={(event) => { event.preventDefault(); save(); }}>
      <textarea ref={area} rows={2} aria-label="Edit message" value={draft} onChange={(event) => setDraft(event.target.value)} onKeyDown={onKeyDown} />
      <div className="message-editor-foot">
        <button type="button" className="button" onClick={onClose}>Cancel</button>
        <button type="submit" className="button primary" disabled={!draft.trim()}>Save</button>
      </div>
    </form>
  );
}
