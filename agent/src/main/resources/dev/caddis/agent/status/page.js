// Shows what /events tells. Everything that came from outside is text, never markup.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const SILENCE_MAX_MS = 20000; // the agent tells something every 5 s
const AGAIN_MS = 5000;
const FIND_FROM = 9; // so many topics are too many to look through
const DAYS_WARN = 30;
const DAYS_BAD = 7;

const byId = (id) => document.getElementById(id);
const topics = new Map();
const filters = new Map();
let latest = null;
let heardAt = Date.now(); // by this browser's clock
let ahead = 0; // of the agent's clock, in ms
let live = false;
let source = null;

// --- small things ---------------------------------------------------------------------------------

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Unchanged text is not touched: it stays selected, and is not announced again.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Long names may break behind a sign, before they must break anywhere.
function setName(node, text) {
  if (node.textContent === text) return;
  const parts = text.split(/(?<=[_/.,:;-])/);
  node.replaceChildren(...parts.flatMap((part, i) => i === 0 ? [part] : [element("wbr"), part]));
}

function named(name, text) {
  const made = element(name);
  setName(made, text);
  return made;
}

function count(n, what) {
  return n.toLocaleString() + " " + what + (n === 1 ? "" : "s");
}

function setTime(node, at) {
  setText(node, at ? new Date(at).toLocaleTimeString() : "");
  if (at && node.dateTime !== at) {
    node.dateTime = at;
    node.title = new Date(at).toLocaleString();
  }
}

function clock(at) {
  const time = element("time");
  setTime(time, at);
  return time;
}

// "42 s", "5 min", "3 h 20 min", "12 days".
function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return seconds + " s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes + " min";
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return hours + " h" + (minutes % 60 ? " " + (minutes % 60) + " min" : "");
  return Math.floor(hours / 24) + " days";
}

const agentNow = () => Date.now() + ahead;

// A number short enough for a table; its title has all of it.
function short(number) {
  if (Number.isInteger(number)) return number.toLocaleString();
  if (number !== 0 && Math.abs(number) < 1e-4) return number.toPrecision(3);
  return number.toLocaleString(undefined,
      Math.abs(number) < 1e5 ? { maximumSignificantDigits: 5 } : { maximumFractionDigits: 1 });
}

// Rows of names and values, kept while the names stay the same.
function facts(list, pairs) {
  const names = pairs.map((pair) => pair[0]).join("\n");
  if (list.dataset.names !== names) {
    list.dataset.names = names;
    list.replaceChildren(...pairs.map(([name]) => {
      const row = element("div");
      const value = element("dd");
      value.append(element("span"), element("small"));
      row.append(element("dt", name), value);
      return row;
    }));
  }
  pairs.forEach(([, value, kind, note], i) => {
    const dd = list.children[i].lastChild;
    if (dd.className !== (kind || "")) dd.className = kind || "";
    setName(dd.firstChild, value);
    setText(dd.lastChild, note || "");
  });
}

// --- charts ---------------------------------------------------------------------------------------

function shape(svg, name, points, className) {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("points", points.map((p) => p[0].toFixed(1) + "," + p[1].toFixed(1)).join(" "));
  if (className) made.setAttribute("class", className);
  svg.append(made);
}

// Points [x from 0 to 1, value]; a value of null makes a gap. The last one is a dot.
function draw(svg, points, width, height, low, high) {
  svg.replaceChildren();
  const range = high - low;
  const place = ([x, value]) => [4 + x * (width - 8),
    height - 4 - (range === 0 ? 0.5 : (value - low) / range) * (height - 10)];
  let run = [];
  const end = () => {
    if (run.length > 1) {
      shape(svg, "polygon", [[run[0][0], height], ...run, [run.at(-1)[0], height]]);
      shape(svg, "polyline", run);
    } else if (run.length === 1) {
      shape(svg, "polyline", [run[0], run[0]], "end");
    }
    run = [];
  };
  for (const point of points) {
    if (point[1] === null) end();
    else run.push(place(point));
  }
  const last = run.at(-1);
  end();
  if (last) shape(svg, "polyline", [last, last], "end");
}

// --- the connection -------------------------------------------------------------------------------

function showState() {
  const state = byId("state");
  const c = latest && latest.connection;
  const kind = !live ? (latest ? "lost" : "waiting") : c.connected ? "up" : "down";
  if (state.dataset.state !== kind) state.dataset.state = kind;
  setText(state, kind === "waiting" ? "Waiting for the agent" : kind === "lost" ? "Not live"
      : kind === "up" ? "Connected" : c.over ? "Failed" : "Not connected");
  setText(byId("since"), live ? "for " + span(agentNow() - Date.parse(c.since)) : "");
  const stale = byId("stale");
  stale.hidden = live || !latest;
  byId("main").toggleAttribute("data-stale", !stale.hidden);
  if (!stale.hidden) {
    setText(stale, "The agent has not answered since " + new Date(heardAt).toLocaleTimeString()
        + ". What is below is how it was then. Trying again.");
  }
  document.title = (kind === "up" ? "" : "! ") + (latest ? latest.device + " · " : "") + "Caddis";
}

function certificate(status) {
  if (!status.certificate) return ["Certificate", "–", "", "none in a file"];
  const days = status.certificate.days;
  return ["Certificate", days < 0 ? "expired" : count(days, "day"),
    days < DAYS_BAD ? "bad" : days < DAYS_WARN ? "warn" : "",
    "until " + new Date(status.certificate.expires).toLocaleDateString()];
}

function showFigures(status) {
  const m = status.messages;
  const gone = m.refused + m.dropped;
  facts(byId("figures"), [
    ["Outbox", status.outbox.waiting.toLocaleString(), "",
      status.outbox.open ? "and " + status.outbox.open.toLocaleString() + " on their way" : "waiting"],
    ["Acknowledged", m.acknowledged.toLocaleString(), "", "by the broker"],
    ["Not delivered", gone.toLocaleString(), gone ? "warn" : "",
      gone ? m.refused.toLocaleString() + " refused, " + m.dropped.toLocaleString() + " dropped"
        : "nothing lost"],
    ["Failed readings", m.failed_readings.toLocaleString(), m.failed_readings ? "warn" : "",
      m.missed_samples ? count(m.missed_samples, "sample") + " missed" : "of the device"],
    certificate(status),
  ]);
}

function showConnection() {
  const status = latest;
  const c = status.connection;
  const problem = byId("problem");
  problem.hidden = !c.problem;
  setText(problem, c.problem || "");
  const pairs = [["Broker", c.broker], ["Client id", status.client_id]];
  if (c.connected) {
    pairs.push(["Encryption", c.link], ["MQTT", c.mqtt],
      ["Session", c.session_present ? "resumed" : "new"]);
  } else if (!c.over) {
    const left = c.next_attempt ? Date.parse(c.next_attempt) - agentNow() : 0;
    pairs.push(["Next attempt", left > 500 && live ? "in " + span(left) : "now"]);
  }
  pairs.push(["Since", new Date(c.since).toLocaleString()],
    ["Connections", status.messages.connections.toLocaleString()],
    ["Agent runs", "for " + span(agentNow() - Date.parse(status.started))]);
  facts(byId("connection"), pairs);
}

function showOutbox(status) {
  const now = Date.parse(status.now) / 1000;
  const depths = [...status.outbox.history, [now, status.outbox.waiting + status.outbox.open]];
  const from = Math.min(depths[0][0], now - 60);
  const most = Math.max(...depths.map((depth) => depth[1]));
  draw(byId("outbox-chart"), depths.map(([at, depth]) => [(at - from) / (now - from), depth]),
      600, 120, 0, Math.max(most, 1));
  const past = span((now - from) * 1000);
  setText(byId("outbox-most"), most.toLocaleString());
  setText(byId("outbox-from"), past + " ago");
  const caption = "Messages not yet acknowledged over the last " + past + ": at most "
    + most.toLocaleString() + ", now " + depths.at(-1)[1].toLocaleString();
  setText(byId("outbox-caption"), caption);
  byId("outbox-chart").setAttribute("aria-label", caption);
}

// --- topics and subscriptions ---------------------------------------------------------------------

function topicCard(topic) {
  const card = element("article");
  const meta = element("p", undefined, "meta");
  const time = clock(topic.at);
  const counts = element("span");
  meta.append(time, counts);
  const table = element("table");
  const head = element("thead");
  const names = element("tr");
  for (const name of ["Field", "Value", "Trend"]) {
    const cell = element("th");
    cell.scope = "col";
    cell.append(element("span", name, "aside")); // to be heard; the rows speak for themselves
    names.append(cell);
  }
  head.append(names);
  const body = element("tbody");
  table.append(head, body);
  card.append(named("h3", topic.topic), meta, table);
  const rows = new Map();
  return { card, update(now) {
    setTime(time, now.at);
    setText(counts, count(now.published, "message")
        + (now.refused ? ", " + now.refused + " refused" : "")
        + (now.dropped ? ", " + now.dropped + " dropped" : ""));
    table.hidden = now.fields.length === 0;
    for (const field of now.fields) {
      if (!rows.has(field.name)) {
        rows.set(field.name, fieldRow(field));
        body.append(rows.get(field.name).row);
      }
      rows.get(field.name).update(field);
    }
  } };
}

function fieldRow(field) {
  const row = element("tr");
  const name = named("th", field.name);
  name.scope = "row";
  const value = element("td");
  const trend = element("td");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "chart");
  svg.setAttribute("viewBox", "0 0 120 32");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  row.append(name, value);
  return { row, update(now) {
    const failed = now.value === null;
    const known = now.points.filter((point) => point !== null);
    const number = now.points.at(-1);
    setName(value, failed ? "failed" : number === null ? now.value : short(number));
    value.title = failed || number === null ? "" : now.value;
    value.className = failed ? "bad" : "";
    value.colSpan = known.length ? 1 : 2;
    if (!known.length) return trend.remove();
    const low = Math.min(...known);
    const high = Math.max(...known);
    svg.setAttribute("aria-label", "last " + count(known.length, "value") + ", from "
        + short(low) + " to " + short(high));
    draw(svg, now.points.map((point, i) => [now.points.length === 1 ? 1
        : i / (now.points.length - 1), point]), 120, 32, low, high);
    if (!trend.parentNode) row.append(trend);
    if (!svg.parentNode) trend.append(svg);
  } };
}

function filterCard(filter) {
  const card = element("article");
  const meta = element("p", undefined, "meta");
  const list = element("ul");
  card.append(named("h3", filter.filter), meta, list);
  return { card, update(now) {
    setText(meta, now.state + ", " + count(now.received, "message"));
    list.hidden = now.messages.length === 0;
    list.replaceChildren(...now.messages.map((message) => {
      const item = element("li");
      item.append(clock(message.at));
      if (message.topic !== now.filter) item.append(named("span", message.topic), " ");
      item.append(element("code", message.text));
      return item;
    }));
  } };
}

function showCards(parent, known, changed, key, make) {
  for (const each of changed) {
    if (!known.has(each[key])) {
      const made = make(each);
      if (known.size === 0) parent.replaceChildren();
      parent.append(made.card);
      known.set(each[key], made);
    }
    known.get(each[key]).update(each);
  }
}

function find() {
  byId("find-label").hidden = topics.size < FIND_FROM;
  const wanted = byId("find").value.trim().toLowerCase();
  let shown = 0;
  for (const [name, { card }] of topics) {
    card.hidden = !name.toLowerCase().includes(wanted);
    if (!card.hidden) shown++;
  }
  setText(byId("found"), wanted ? shown + " of " + count(topics.size, "topic") : "");
}

let newest = null;
function showEvents(events) {
  const key = JSON.stringify(events);
  if (events.length === 0 || key === newest) return;
  newest = key;
  const levels = { trouble: ["Warning", "warn"], failure: ["Failure", "bad"] };
  byId("events").replaceChildren(...events.map((event) => {
    const item = element("li");
    const text = element("span");
    const level = levels[event.level];
    if (level) text.append(element("strong", level[0], "level " + level[1]), " ");
    text.append(event.text);
    item.append(clock(event.at), text);
    return item;
  }));
}

// --- live -----------------------------------------------------------------------------------------

function show(status) {
  latest = status;
  heardAt = Date.now();
  ahead = Date.parse(status.now) - heardAt;
  live = true;
  setText(byId("device"), status.device);
  setText(byId("version"), status.version === "unknown" ? "" : status.version);
  showState();
  showFigures(status);
  showConnection();
  showOutbox(status);
  showCards(byId("topics"), topics, status.topics, "topic", topicCard);
  showCards(byId("subscriptions"), filters, status.subscriptions, "filter", filterCard);
  find();
  showEvents(status.events);
}

function lost() {
  live = false;
  showState();
}

// The browser tries again by itself, but not after a refusal; a stream that says nothing is not
// seen by it at all.
function listen() {
  if (source) source.close();
  const mine = new EventSource("events");
  source = mine;
  mine.addEventListener("status", (event) => show(JSON.parse(event.data)));
  mine.addEventListener("error", () => {
    lost();
    if (mine.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
  });
}

setInterval(() => {
  if (live && Date.now() - heardAt > SILENCE_MAX_MS) {
    lost();
    listen();
  } else if (latest) {
    showState();
    showConnection();
  }
}, 1000);
byId("find").addEventListener("input", find);
listen();
