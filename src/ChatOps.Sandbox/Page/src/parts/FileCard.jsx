import { useState } from 'react';
import { fileText, fileUrl } from '../state/api.js';
import { FileIcon } from './icons.jsx';

const PREVIEW_CHARACTERS = 20_000;
const TEXT = /^(text|txt|log|md|markdown|json|yaml|yml|csv|tsv|html|plain|javascript|python|shell)$/;

/** A file as a card: its name, its size, the text inside on request. */
export function FileCard({ file }) {
  const [preview, setPreview] = useState(null);
  const name = file.name ?? file.title ?? file.id;
  const kind = file.filetype || name.split('.').pop();
  const isText = /^text\//.test(file.mimetype ?? '') || TEXT.test(kind);
  const toggle = async () => {
    if (preview !== null) {
      return setPreview(null);
    }
    try {
      setPreview(await fileText(file.id, PREVIEW_CHARACTERS));
    } catch (error) {
      setPreview(error.message);
    }
  };
  return (
    <div className="file">
      <div className="file-head">
        <FileIcon />
        <div className="file-words"><strong>{file.title ?? name}</strong><small>{[name !== file.title && name, size(file.size)].filter(Boolean).join(' · ')}</small></div>
        {isText && <button type="button" className="button" aria-expanded={preview !== null} onClick={toggle}>{preview === null ? 'Preview' : 'Hide'}</button>}
        <a className="button" href={fileUrl(file.id)} download={name}>Download</a>
      </div>
      {preview !== null && <pre className="code-block file-preview" tabIndex={0}>{preview}</pre>}
    </div>
  );
}

function size(bytes) {
  if (!Number.isFinite(bytes)) {
    return '';
  }
  return bytes < 1000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
