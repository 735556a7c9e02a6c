import { useCallback, useState } from 'react';

const PREFIX = 'practice-workspace.';

function read(key, initial) {
  try {
    const stored = localStorage.getItem(PREFIX + key);
    return stored === null ? initial : JSON.parse(stored);
  } catch {
    return initial; // storage switched off or unreadable: the page works without memory
  }
}

/** A value that this browser remembers. */
export function useStored(key, initial) {
  const [value, setValue] = useState(() => read(key, initial));
  const store = useCallback((next) => setValue((old) => {
    const made = typeof next === 'function' ? next(old) : next;
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(made));
    } catch {
      // not remembered beyond this visit
    }
    return made;
  }), [key]);
  return [value, store];
}
