import { TextObject } from '../text/Mrkdwn.jsx';
import { Element } from './Element.jsx';
import { useSurface } from './Surface.jsx';

/** A labelled input with its hint and, after a refused submission, the app's own words about it. */
export function InputBlock({ block }) {
  const { form } = useSurface();
  const error = form?.errors?.[block.block_id];
  const label = block.label?.text ?? '';
  return (
    <div className={`block-input ${error ? 'has-error' : ''}`}>
      <div className="input-label" aria-hidden="true">
        <TextObject object={block.label} />{block.optional && <span className="optional"> (optional)</span>}
      </div>
      <Element block={block} element={block.element} label={label} />
      {error && <p className="input-error" role="alert">{error}</p>}
      {block.hint && <p className="input-hint"><TextObject object={block.hint} /></p>}
    </div>
  );
}
