import { useEffect, useState } from 'react';

const AT_MOST_MS = 1_500;

/**
 * The newest value, except while a finger or a mouse button is down on what shows it: what is under it neither moves nor changes before it
 * is lifted, so that a press does what it began on. Returns what to show and the handler that notices the press.
 */
export function useStillWhilePressed(newest) {
  const [held, setHeld] = useState(null);

  useEffect(() => {
    if (!held) {
      return undefined;
    }
    const release = () => setHeld(null);
    // The click comes after the pointer is up, and belongs to what was pressed.
    const lifted = () => setTimeout(release, 0);
    const timer = setTimeout(release, AT_MOST_MS);
    addEventListener('pointerup', lifted);
    addEventListener('pointercancel', lifted);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerup', lifted);
      removeEventListener('pointercancel', lifted);
    };
  }, [held]);

  return [held?.value ?? newest, () => setHeld({ value: newest })];
}
