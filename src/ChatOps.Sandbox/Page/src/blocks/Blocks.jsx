import { TextObject } from '../text/Mrkdwn.jsx';
import { Element } from './Element.jsx';
import { ImageBlock } from './ImageBlock.jsx';
import { InputBlock } from './InputBlock.jsx';
import { LibraryBlock } from './LibraryBlock.jsx';
import { TableBlock } from './TableBlock.jsx';
import { blockKeys, elementKey } from './keys.js';

/**
 * A list of blocks as Slack draws them. What is text, or can be pressed or filled in, is drawn here, since the library tells nobody what was
 * pressed and unescapes text before it looks for mentions; everything else is the library's.
 */
export function Blocks({ blocks }) {
  const keys = blockKeys(blocks);
  return (
    <div className="blocks">
      {blocks.map((block, index) => <Block key={keys[index]} block={block} />)}
    </div>
  );
}

function Block({ block }) {
  switch (block.type) {
    case 'divider': return <hr className="block-divider" />;
    case 'header': return <h2 className="block-header"><TextObject object={block.text} /></h2>;
    case 'section': return <Section block={block} />;
    case 'context': return <Context block={block} />;
    case 'actions': return <Actions block={block} />;
    case 'input': return <InputBlock block={block} />;
    case 'image': return <ImageBlock block={block} />;
    case 'table': return <TableBlock block={block} />;
    default: return <LibraryBlock block={block} />;
  }
}

function Section({ block }) {
  return (
    <div className={`block-section ${block.accessory ? `has-${block.accessory.type}` : ''}`}>
      <div className="section-body">
        {block.text && <div className="section-text"><TextObject object={block.text} /></div>}
        {block.fields && (
          <div className="section-fields">
            {block.fields.map((field, index) => <div key={index}><TextObject object={field} /></div>)}
          </div>
        )}
      </div>
      {block.accessory && <div className="section-accessory"><Element key={elementKey(block.accessory)} block={block} element={block.accessory} /></div>}
    </div>
  );
}

function Context({ block }) {
  return (
    <div className="block-context">
      {block.elements.map((element, index) => (element.type === 'image'
        ? <img key={index} src={element.image_url} alt={element.alt_text} />
        : <span key={index}><TextObject object={element} /></span>))}
    </div>
  );
}

function Actions({ block }) {
  return (
    <div className="block-actions" role="group">
      {block.elements.map((element) => <Element key={elementKey(element)} block={block} element={element} />)}
    </div>
  );
}
