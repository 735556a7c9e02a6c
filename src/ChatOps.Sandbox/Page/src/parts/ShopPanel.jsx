import { useState } from 'react';
import { post } from '../state/api.js';
import { useDirectory } from '../state/Directory.jsx';
import { clockTime } from '../text/dates.js';
import { PanelHead } from './PanelHead.jsx';
import { serviceTone } from './StatusBar.jsx';

/** The shop that can be broken: how its services are, its faults, and the way back. */
export function ShopPanel({ shop, onClose, onChanged }) {
  const [working, setWorking] = useState('');
  const [problem, setProblem] = useState('');
  const change = async (name, path, body) => {
    setWorking(name);
    setProblem('');
    try {
      await post(path, body);
    } catch (error) {
      setProblem(`${error.message} Nothing else was changed; try again.`);
    }
    setWorking('');
    onChanged();
  };
  const faulty = shop?.faults.some((fault) => fault.active);
  return (
    <section className="panel" aria-label="Shop">
      <PanelHead title="Shop" subtitle="Real processes on this machine, to break and to repair" onClose={onClose} />
      <div className="panel-body padded">
        <h3>Services</h3>
        {shop?.services.length ? <ul className="services">{shop.services.map((service) => <Service key={service.name} service={service} />)}</ul>
          : <p className="quiet">The shop does not run. It starts with the demo.</p>}
        <Truth shop={shop} />
        <h3>Faults</h3>
        <ul className="faults">
          {shop?.faults.map((fault) => (
            <li key={fault.name} className={fault.active ? 'fault active' : 'fault'}>
              <div><strong>{fault.name}</strong>{fault.active && <span className="tag">active</span>}<p>{fault.description}</p></div>
              <button type="button" className="button danger-quiet" disabled={Boolean(working) || fault.active} aria-busy={working === fault.name}
                aria-label={`Cause ${fault.name}`} onClick={() => change(fault.name, '/control/shop/break', { fault: fault.name })}>
                {working === fault.name ? 'Causing…' : 'Cause'}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className={`button ${faulty ? 'primary' : ''} wide`} disabled={Boolean(working)} aria-busy={working === 'heal'}
          onClick={() => change('heal', '/control/shop/heal', {})}>
          {working === 'heal' ? 'Healing…' : 'Heal everything'}
        </button>
        <p className="quiet">Healing repairs the shop behind the bot’s back. To practise, let the bot find and repair the fault.</p>
        {problem && <p className="element-problem" role="alert">{problem}</p>}
      </div>
    </section>
  );
}

// Measured by a real login several times a second; the bot does not see it.
function Truth({ shop }) {
  const { settings } = useDirectory();
  const at = (ms) => <time dateTime={new Date(ms).toISOString()}>{clockTime(ms, settings, true)}</time>;
  if (!shop?.brokenAt && !shop?.failingSince) {
    return null;
  }
  return (
    <p className="quiet" role="status">
      {shop.brokenAt && <>Fault caused {at(shop.brokenAt)}. </>}
      {shop.failingSince && <>Logins {shop.okSince ? 'failed from' : 'fail since'} {at(shop.failingSince)}{shop.okSince && <> to {at(shop.okSince)}</>}.</>}
    </p>
  );
}

function Service({ service }) {
  return (
    <li className={`service ${serviceTone(service.status)}`}>
      <span className="lamp" aria-hidden="true" />
      <span className="service-name">{service.name}{service.version && <small> {service.version}</small>}</span>
      <span className="service-status">{service.status.replaceAll('_', ' ')}</span>
      {service.note && <small className="service-note">{service.note}</small>}
    </li>
  );
}
