import { useState } from 'react';
import { useSurface } from './Surface.jsx';

/**
 * Runs an element's action: asks first where the element says so, is busy until the app has acknowledged,
 * and tells in words when it did not.
 */
export function useAction(element, block) {
  const { act } = useSurface();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [question, setQuestion] = useState(null);

  const send = async (value) => {
    setBusy(true);
    setProblem(await act(element, block, value));
    setBusy(false);
  };
  const run = (value, confirm = element.confirm) => (confirm
    ? setQuestion({ confirm, answer: (yes) => { setQuestion(null); if (yes) { send(value); } } })
    : send(value));
  return { run, busy, problem, question };
}
