/** The handle of a port: drag from it, or click one and then another, to connect. Its name and type show on hover. */
import { Handle, Position } from '@xyflow/react';
import { useContext } from 'react';
import { ConnectingContext, portKey } from './connecting.ts';
import type { ScenePort } from './scene-parts.ts';

interface PortProps {
  readonly port: ScenePort;
  readonly direction: 'input' | 'output';
  readonly node: string;
  readonly name: string;
  readonly connectable: boolean;
}

export function Port({ port, direction, node, name, connectable }: PortProps) {
  const connecting = useContext(ConnectingContext);
  const fits = connecting?.targets.get(portKey(node, direction, port.name));
  const side = direction === 'input' ? Position.Left : Position.Right;
  const label = `${direction === 'input' ? 'Input' : 'Output'} ${port.name} of ${name}`;
  const kind = port.keyed ? 'keyed input' : port.side ? 'side output' : direction;
  return (
    <Handle
      type={direction === 'input' ? 'target' : 'source'}
      position={side}
      id={port.name}
      isConnectable={connectable}
      className="wc-port"
      style={{ top: port.y }}
      data-connected={port.connected || undefined}
      data-side={port.side || undefined}
      data-keyed={port.keyed || undefined}
      data-fits={fits === undefined ? undefined : fits === null ? 'yes' : 'no'}
      data-hidden={connectable ? undefined : ''}
      {...(connectable ? { role: 'button', 'aria-label': label, tabIndex: -1 } : { 'aria-hidden': true })}
    >
      {connectable && port.tag && (
        <span className="wc-port-tag" aria-hidden>
          {port.name}
        </span>
      )}
      {connectable && (
        <span className="wc-port-name" data-direction={direction} aria-hidden>
          <b>{port.name}</b> {kind}
          {port.type !== '' && <span className="wc-port-type">{port.type}</span>}
        </span>
      )}
    </Handle>
  );
}
