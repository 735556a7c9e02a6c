import { useState } from 'react';
import { initialValue } from './options.js';
import { useSurface } from './Surface.jsx';

/**
 * The value of an element: in a form it is kept with the form, in a message with the element.
 * Changing it acts at once, except in an input block that does not ask for that.
 */
export function useValue(block, element, action) {
  const { form } = useSurface();
  const [own, setOwn] = useState(undefined);
  const start = initialValue(element);
  const held = form ? form.get(block, element) : own;
  const value = held === undefined ? start : held;
  const acts = block.type !== 'input' || block.dispatch_action;
  const keep = (next) => (form ? form.set(block, element, next) : setOwn(next));
  const change = (next) => {
    keep(next);
    if (acts) {
      action.run(next);
    }
  };
  return { value, change, keep, acts };
}
