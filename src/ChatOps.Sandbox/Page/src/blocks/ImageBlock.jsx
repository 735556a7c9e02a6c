import { TextObject } from '../text/Mrkdwn.jsx';

export function ImageBlock({ block }) {
  return (
    <figure className="block-image">
      {block.title && <figcaption><TextObject object={block.title} /></figcaption>}
      <img src={block.image_url ?? block.slack_file?.url} alt={block.alt_text ?? ''} />
    </figure>
  );
}
