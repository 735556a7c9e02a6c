import { Dialog } from '../parts/Dialog.jsx';
import { TextObject } from '../text/Mrkdwn.jsx';

/** The question an app puts before an action, in its own words. */
export function ConfirmDialog({ confirm, answer }) {
  return (
    <Dialog title={<TextObject object={confirm.title} />} onClose={() => answer(false)} className="confirm">
      <div className="dialog-body"><TextObject object={confirm.text} /></div>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={() => answer(false)}><TextObject object={confirm.deny ?? 'Cancel'} /></button>
        <button type="button" className={`button ${confirm.style === 'danger' ? 'danger' : 'primary'}`} onClick={() => answer(true)} data-autofocus>
          <TextObject object={confirm.confirm ?? 'Confirm'} />
        </button>
      </footer>
    </Dialog>
  );
}
