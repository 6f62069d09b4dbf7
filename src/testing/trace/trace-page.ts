/** The style and the script of the HTML timeline. */

/** Light and dark follow the reader's system. */
export const pageStyle = `
  :root { color-scheme: light dark; --ink: #1c2330; --soft: #667085; --paper: #ffffff; --stripe: #f6f7f9; --line: #e3e6eb;
    --blue: #2563eb; --blueBar: #bfd4fd; --violetBar: #d9cffb; --violet: #7c3aed; --red: #d92d20; --amber: #f59e0b;
    --amberInk: #7a4500; --amberBar: #fde4b4; --green: #067647; --grey: #98a2b3; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --paper: #12151c; --stripe: #191d26;
    --line: #2a303c; --blue: #7aa7ff; --blueBar: #23407c; --violetBar: #43307c; --violet: #b39cff; --red: #ff6b5e;
    --amber: #f5a524; --amberInk: #ffdca3; --amberBar: #5c430f; --green: #4ade9b; --grey: #667085; } }
  body { font: 13px/1.45 system-ui, sans-serif; margin: 24px; color: var(--ink); background: var(--paper); }
  h1 { font-size: 20px; margin: 0; } header p { margin: 2px 0 16px; color: var(--soft); }
  .timeline { display: flex; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
  .labels { position: relative; flex: 0 0 132px; border-right: 1px solid var(--line); }
  .label { position: absolute; left: 14px; right: 8px; display: flex; flex-direction: column; justify-content: center; }
  .label strong, .label small { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .label small, .label.small { color: var(--soft); font-size: 11px; }
  .chart { overflow-x: auto; flex: 1; } svg { display: block; font: 11px system-ui, sans-serif; min-width: 100%; }
  .lane { fill: var(--paper); } .lane.even { fill: var(--stripe); } .tick { stroke: var(--line); }
  .time { fill: var(--soft); text-anchor: middle; } .hatch { stroke: var(--grey); stroke-width: 3; }
  .bar.connected, .key.connected { fill: var(--blueBar); background: var(--blueBar); }
  .bar.listening, .key.listening { fill: var(--violetBar); background: var(--violetBar); }
  .bar.down { fill: url(#hatch); opacity: .5; } .bar.paused { fill: var(--grey); opacity: .35; }
  .key.down { background: repeating-linear-gradient(45deg, var(--grey) 0 2px, transparent 2px 5px); }
  .key.paused { background: var(--grey); opacity: .5; } .key.fault { background: var(--amberBar); }
  .fault { fill: var(--amber); fill-opacity: .16; } .moment { stroke: var(--amber); stroke-dasharray: 3 3; }
  .flag { fill: var(--amberBar); } .flag.now { stroke: var(--amber); } .name { fill: var(--amberInk); font-weight: 600; }
  .bytes { stroke: var(--soft); stroke-opacity: .45; } .reach { stroke: transparent; stroke-width: 7; }
  .note { stroke: var(--green); stroke-width: 2; }
  .dot { fill: var(--grey); background: var(--grey); } .dot.message { fill: var(--blue); background: var(--blue); }
  .dot.good { fill: var(--green); background: var(--green); } .dot.bad { fill: var(--red); background: var(--red); }
  [data-what] { cursor: default; } circle[data-what]:hover, .bar:hover { stroke: var(--ink); stroke-width: 1.5; }
  g:hover > .bytes { stroke: var(--blue); stroke-opacity: 1; stroke-width: 2; } g:hover > .flag { stroke: var(--ink); }
  footer { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 12px 2px; color: var(--soft); font-size: 12px; }
  footer i { display: inline-block; margin-right: 6px; vertical-align: -1px; }
  .key { width: 22px; height: 11px; border-radius: 3px; } i.dot { width: 9px; height: 9px; border-radius: 50%; }
  summary { cursor: pointer; color: var(--soft); } pre { overflow-x: auto; font-size: 12px; }
  #tip { position: fixed; max-width: 460px; padding: 7px 10px; border-radius: 6px; background: var(--ink); color: var(--paper);
    pointer-events: none; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }
  #tip small { opacity: .75; } #tip b { font-weight: 600; }
`;

/** Shows what is under the pointer. */
export const pageScript = `
  const tip = document.getElementById('tip');
  document.querySelector('.chart').addEventListener('mousemove', (event) => {
    const thing = event.target.closest('[data-what]');
    tip.hidden = thing === null;
    if (thing === null) return;
    const [when, who, what] = thing.getAttribute('data-what').split('\\t');
    const [time, name] = [document.createElement('small'), document.createElement('b')];
    time.textContent = when + '  ' + who + '\\n';
    name.textContent = what;
    tip.replaceChildren(time, name);
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8)) + 'px';
    tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18) + 'px';
  });
  document.querySelector('.chart').addEventListener('mouseleave', () => { tip.hidden = true; });
`;
