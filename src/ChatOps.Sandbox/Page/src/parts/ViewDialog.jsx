import { useEffect, useMemo, useState } from 'react';
import { Blocks } from '../blocks/Blocks.jsx';
import { initialValue } from '../blocks/options.js';
import { Surface } from '../blocks/Surface.jsx';
import { TextObject } from '../text/Mrkdwn.jsx';
import { Dialog } from './Dialog.jsx';
import { CloseIcon } from './icons.jsx';

const isEmpty = (value) => value === null || value === undefined || value === '' || value.length === 0;
const slot = (block, element) => `${block.block_id}/${element.action_id}`;

/** The uppermost modal of a person's stack. What was filled in stays while the app updates the view, as in Slack. */
export function ViewDialog({ view, values, onValues, deeds }) {
  const [errors, setErrors] = useState({});
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const inputs = (view.blocks ?? []).filter((block) => block.type === 'input');
  const valueOf = (block, element) => values[slot(block, element)] ?? initialValue(element);
  const filledIn = (now = values) => collect(view.blocks ?? [], (block, element) => now[slot(block, element)] ?? initialValue(element), now);
  // A view that the app has changed starts without the old errors.
  useEffect(() => setErrors({}), [view.hash]);

  const surface = useMemo(() => ({
    act: (element, block, value) => deeds.click(
      { view_id: view.id, values: filledIn(value === undefined ? values : { ...values, [slot(block, element)]: value ?? '' }) }, element, block, value,
    ),
    form: {
      get: (block, element) => values[slot(block, element)],
      set: (block, element, value) => {
        onValues({ ...values, [slot(block, element)]: value ?? '' });
        setErrors((old) => ({ ...old, [block.block_id]: undefined }));
      },
      errors,
    },
  }), [deeds, view, values, onValues, errors]);

  const submit = async (event) => {
    event.preventDefault();
    const missing = inputs.filter((block) => !block.optional && isEmpty(valueOf(block, block.element)));
    if (missing.length > 0) {
      return setErrors(Object.fromEntries(missing.map((block) => [block.block_id, 'Please complete this required field.'])));
    }
    setBusy(true);
    const result = await deeds.submit(view, filledIn());
    setBusy(false);
    setErrors(result.errors ?? {});
    return setProblem(result.problem ?? '');
  };
  const close = () => deeds.closeView(view);
  const closeButton = <button type="button" className="icon-button" aria-label="Close" onClick={close}><CloseIcon /></button>;
  return (
    <Dialog title={<TextObject object={view.title} />} onClose={close} className="view" head={closeButton}>
      <form onSubmit={submit} noValidate>
        <div className="dialog-body">
          {problem && <p className="element-problem" role="alert">{problem}</p>}
          <Surface value={surface}><Blocks blocks={view.blocks ?? []} /></Surface>
        </div>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={close}><TextObject object={view.close ?? 'Cancel'} /></button>
          {(view.submit || inputs.length > 0) && (
            <button type="submit" className="button primary" disabled={busy} aria-busy={busy}><TextObject object={view.submit ?? 'Submit'} /></button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

/** `{ block_id: { action_id: value } }` of everything that holds a value or was emptied. */
function collect(blocks, valueOf, touched) {
  const values = {};
  for (const block of blocks) {
    const elements = block.type === 'input' ? [block.element] : block.type === 'actions' ? block.elements : block.accessory ? [block.accessory] : [];
    for (const element of elements.filter((one) => one.action_id && !/^(button|workflow_button|overflow|image)$/.test(one.type))) {
      const value = valueOf(block, element);
      if (!isEmpty(value) || slot(block, element) in touched) {
        values[block.block_id] = { ...values[block.block_id], [element.action_id]: value };
      }
    }
  }
  return values;
}
