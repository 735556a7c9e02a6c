import { LibraryBlock } from './LibraryBlock.jsx';

/** The library's table unescapes raw text, so cells are placed here and only rich text inside them is the library's. */
export function TableBlock({ block }) {
  const [head, ...rows] = block.rows ?? [];
  const align = (index) => ({ textAlign: block.column_settings?.[index]?.align ?? 'left' });
  return (
    <div className="block-table" tabIndex={0} role="group" aria-label="Table">
      <table>
        {head && <thead><tr>{head.map((cell, index) => <th key={index} scope="col" style={align(index)}><Cell cell={cell} /></th>)}</tr></thead>}
        <tbody>
          {rows.map((row, at) => <tr key={at}>{row.map((cell, index) => <td key={index} style={align(index)}><Cell cell={cell} /></td>)}</tr>)}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }) {
  return cell.type === 'rich_text' ? <LibraryBlock block={cell} /> : cell.text;
}
