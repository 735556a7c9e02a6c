import { EyeIcon } from './icons.jsx';

/** What the workspace itself says to one person, such as a command that failed. */
export function Notices({ notices, onDismiss }) {
  return notices.map((notice) => (
    <article className="message ephemeral notice" key={notice.id} role="alert" aria-label="Workspace">
      <span className="avatar system" aria-hidden="true">!</span>
      <div className="message-main">
        <p className="only-you"><EyeIcon />Only visible to you</p>
        <div className="message-head"><strong>Workspace</strong></div>
        <div className="message-text">{notice.text}{notice.more && <p className="quiet">{notice.more}</p>}</div>
        <button type="button" className="link-button" onClick={() => onDismiss(notice.id)}>Dismiss message</button>
      </div>
    </article>
  ));
}
