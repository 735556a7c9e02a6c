import { createRoot } from 'react-dom/client';
import 'slack-blocks-to-jsx/dist/style.css';
import { App } from './App.jsx';
import './styles/base.css';
import './styles/layout.css';
import './styles/messages.css';
import './styles/blocks.css';
import './styles/overlays.css';
import './styles/panels.css';
import './styles/phone.css';

createRoot(document.getElementById('root')).render(<App />);
