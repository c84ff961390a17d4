/* The map for the meeting. Draws what `data` holds; knows no figure of its own.
   Texts of the data are other people's: they go into the page as text nodes only. */
"use strict";

function ecoMap(map, data) {
  const words = data.words;
  const panel = document.getElementById("eco-panel");
  const collator = new Intl.Collator(data.lang === "zh" ? "zh-CN" : "en");
  const { el, svg, sign, chip, rgba, pathOptions, swatch, shape } = ecoPen(data.answers);

  // ---------------------------------------------------------------- popups

  function table(rows) {
    return el("table", { class: "facts" }, rows.map(([label, value]) =>
      el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, value))));
  }

  const closing = () => el("p", { class: "disclaimer" }, data.head.disclaimer);

  function featurePopup(row, record) {
    const rows = row.columns.map((label, i) => [label, record[i]]).filter(([, value]) => value);
    return el("div", { class: "popup" }, el("h3", {}, row.group || row.label),
      table([...rows, ...(row.about || [])]), closing());
  }

  function ruleLines(rule) {
    const lines = [el("p", {}, el("b", {}, `${words.requirement}: `), rule.requirement,
      rule.law ? el("i", {}, ` (${rule.law}${rule.confirmed ? "" : ` · ${words.unconfirmed}`})`) : null)];
    if (rule.papers.length)
      lines.push(el("p", {}, el("b", {}, `${words.papers}: `), rule.papers.join(data.lang === "zh" ? "；" : "; ")));
    return lines;
  }

  function pathDetails(path) {
    return el("details", { class: "path" }, el("summary", {}, words.path),
      el("ul", {}, path.map(([verdict, rule, why]) =>
        el("li", {}, el("b", {}, verdict), ` ${rule}`, why ? el("i", {}, ` · ${why}`) : null))));
  }

  function answerRows(answer) {
    const look = data.answers[answer.answer];
    const more = [];
    if (answer.zones) more.push(el("p", {}, el("b", {}, `${words.zone}: `), answer.zones));
    if (answer.reasons.length) more.push(el("p", {}, answer.reasons.join(data.lang === "zh" ? "；" : "; ")));
    if (answer.needs.length)
      more.push(el("p", {}, el("b", {}, `${words.needs}: `), answer.needs.join(data.lang === "zh" ? "、" : ", ")));
    for (const key of ["outcome", "firm"])
      if (answer[key]) more.push(el("p", {}, el("b", {}, `${words[key]}: `), answer[key]));
    for (const rule of answer.rules) more.push(...ruleLines(rule));
    if (answer.path.length) more.push(pathDetails(answer.path));
    const rows = [el("tr", { class: answer.answer },
      el("th", { scope: "row" }, answer.label), el("td", {}, chip(look)),
      el("td", { class: "figure" }, answer.figure), el("td", { class: "figure" }, answer.share))];
    if (more.length) rows.push(el("tr", { class: `more ${answer.answer}` }, el("td", { colspan: 4 }, more)));
    return rows;
  }

  function sitePopup(site) {
    const look = data.answers[site.answer];
    return el("div", { class: "popup site" },
      el("header", { style: { borderColor: look.color, background: look.tint } },
        sign(site.answer, 34),
        el("div", {}, el("h3", {}, site.name),
          el("div", { class: "verdict", style: { color: look.color } }, look.label)),
        el("div", { class: "suggested" }, el("small", {}, words.suggestion), chip(site.suggestion))),
      el("dl", {}, site.rows.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)))),
      el("table", { class: "answers" },
        el("thead", {}, el("tr", {}, [words.layer, words.answer, words.figure, words.share].map((w) =>
          el("th", { scope: "col" }, w)))),
        el("tbody", {}, site.answers.map(answerRows))),
      site.path.length ? el("section", { class: "project" }, el("h4", {}, words.project),
        site.rules.flatMap(ruleLines), pathDetails(site.path)) : null,
      closing());
  }

  const POPUP = { maxWidth: 620, minWidth: 300, autoPanPaddingTopLeft: [20, 20], autoPanPaddingBottomRight: [20, 40] };
  const SITE_POPUP = { ...POPUP, minWidth: Math.min(560, window.innerWidth - 60), offset: [0, -8] };
  const popupHeight = () => Math.max(220, Math.round(map.getSize().y * 0.62));

  // ---------------------------------------------------------------- layers, from the ground up

  const drawn = []; // every switchable group with its paths, in drawing order

  function group(title, row, build, extra) {
    const layer = L.layerGroup();
    const entry = { title, row, layer, on: row.on !== false, ...extra };
    build(layer);
    drawn.push(entry);
    return entry;
  }

  function areas(title, row) {
    return group(title, row, (layer) => JSON.parse(row.shapes).forEach((encoded, i) => {
      const path = shape(encoded, row.digits, pathOptions(row.styles[row.styleOf[i]], row.interactive));
      if (row.interactive) path.bindPopup(() => featurePopup(row, row.records[i]), { ...POPUP, maxHeight: popupHeight() });
      layer.addLayer(path);
    }), { swatch: () => swatch(row.style) });
  }

  function pieces(row) {
    return group(row.group, row, (layer) => row.shapes.forEach((encoded, i) => {
      const options = pathOptions(row.style, true);
      if (row.documented[i]) options.dashArray = [5, 4];
      const popup = () => featurePopup(row, row.records[i]);
      const path = shape(encoded, row.digits, options).bindPopup(popup, { ...POPUP, maxHeight: popupHeight() });
      layer.addLayer(path);
      if (i >= 200) return;
      const icon = L.divIcon({ className: "piece", iconSize: [18, 18],
        html: el("span", { style: { background: row.style.line } }, row.style.symbol) });
      layer.addLayer(L.marker(row.at[i], { icon, keyboard: false, title: row.records[i][1] }).bindPopup(popup, POPUP));
    }), { swatch: () => swatch(row.style) });
  }

  function siteGround(site, layer) {
    const look = data.answers[site.answer];
    const line = { color: look.color, weight: 3, dashArray: look.dash.length ? look.dash : null, fill: true,
      fillColor: rgba(look.color, 0.16), fillOpacity: 1 };
    const paths = [site.ground, site.axis].filter(Boolean).filter(([dimension]) => dimension > 0);
    for (const encoded of paths) {
      layer.addLayer(shape(encoded, 6, { color: "#fff", weight: 6, opacity: 0.85, fill: false, interactive: false }));
      layer.addLayer(shape(encoded, 6, line).on("click", () => openSite(site, false)));
    }
  }

  function sites(answer) {
    const chosen = data.sites.filter((site) => site.answer === answer);
    const look = data.answers[answer];
    return group(words.projects, { label: `${look.label} (${look.count})`, answer }, (layer) => chosen.forEach((site) => {
      siteGround(site, layer);
      const icon = L.divIcon({ className: `site-sign ${answer}`, iconSize: [28, 28], html: sign(answer, 28) });
      site.marker = L.marker(site.at, { icon, riseOnHover: true, title: `${site.id} ${site.name}: ${look.label}` });
      site.marker.bindPopup(() => sitePopup(site), { ...SITE_POPUP, maxHeight: popupHeight() });
      layer.addLayer(site.marker);
    }), { swatch: () => sign(answer, 20), sites: chosen });
  }

  map.createPane("names").style.zIndex = 450;
  map.getPane("names").style.pointerEvents = "none";

  for (const row of data.context) areas(words.context, row);
  for (const row of data.earlier) areas(words.earlier, row);
  for (const row of data.controls) areas(words.controls, row);
  for (const row of data.changes) pieces(row);
  for (const parts of [data.touched, data.beyond].filter(Boolean))
    group(words.projects, parts, (layer) => parts.shapes.forEach((encoded) =>
      layer.addLayer(shape(encoded, 6, pathOptions(parts.style, false)))), { swatch: () => swatch(parts.style) });
  if (data.sites.length) for (const answer of [...data.kinds].reverse()) sites(answer);
  if (data.names.length) group(words.context, { label: words.names }, (layer) => data.names.forEach(([name, lat, lon]) => {
    const icon = L.divIcon({ className: "place", iconSize: null, html: el("span", {}, name) });
    layer.addLayer(L.marker([lat, lon], { icon, pane: "names", interactive: false, keyboard: false }));
  }), { swatch: () => el("span", { class: "letter" }, data.lang === "zh" ? "文" : "A") });

  /** Switching a layer on may not lift it above those drawn over it. */
  function inOrder() {
    for (const entry of drawn)
      if (map.hasLayer(entry.layer))
        entry.layer.eachLayer((path) => { if (path.bringToFront && path._path !== null) path.bringToFront(); });
  }

  function show(entry, on) {
    if (entry.box) entry.box.checked = on;
    if (on === map.hasLayer(entry.layer)) return;
    if (on) { map.addLayer(entry.layer); inOrder(); } else map.removeLayer(entry.layer);
  }

  // ---------------------------------------------------------------- layer switch and legend in one

  function legendRow(entry) {
    entry.box = el("input", { type: "checkbox", onchange: (event) => show(entry, event.target.checked) });
    entry.box.checked = entry.on;
    const rows = [el("label", { class: "row" }, entry.box, entry.swatch(), el("span", {}, entry.row.label))];
    (entry.row.legend || []).forEach((label, i) => {
      if (label) rows.push(el("div", { class: "row zone" }, swatch(entry.row.styles[i]), el("span", {}, label)));
    });
    if (entry.row.note) rows.push(el("div", { class: "remark" }, entry.row.note));
    return rows;
  }

  const Legend = L.Control.extend({
    options: { position: "topright" },
    onAdd() {
      const titles = [words.projects, words.controls, ...new Set(data.changes.map((row) => row.group)),
        words.earlier, words.context];
      const body = el("div", { class: "legend-body" }, titles.map((title) => {
        const entries = drawn.filter((entry) => entry.title === title);
        if (title === words.projects || title === words.earlier) entries.reverse();
        return entries.length ? el("fieldset", {}, el("legend", {}, title), entries.map(legendRow)) : null;
      }));
      if (data.faults.length) body.append(el("fieldset", { class: "faults" }, el("legend", {}, words.faults),
        data.faults.map((name) => el("div", { class: "row" }, sign("no_data", 18), el("span", {}, `${name} · ${words.fault}`)))));
      const root = el("details", { class: "legend leaflet-bar" }, el("summary", {}, words.layers), body);
      root.open = window.innerWidth > 900;
      L.DomEvent.disableClickPropagation(root).disableScrollPropagation(root);
      return root;
    },
  });

  // ---------------------------------------------------------------- finding a site

  function openSite(site, move) {
    const entry = drawn.find((candidate) => candidate.sites && candidate.sites.includes(site));
    show(entry, true);
    if (move) {
      const size = map.getSize();
      const box = L.latLngBounds([site.at]);
      for (const encoded of [site.ground, site.axis].filter(Boolean)) {
        const path = shape(encoded, 6, {});
        box.extend(path.getBounds());
      }
      map.fitBounds(box, { animate: false, maxZoom: 15, paddingTopLeft: [40, Math.round(size.y * 0.55)],
        paddingBottomRight: [window.innerWidth > 900 ? 330 : 40, 60] });
    }
    site.marker.getPopup().options.maxHeight = popupHeight();
    site.marker.openPopup();
    if (window.innerWidth <= 900) document.body.classList.add("no-panel");
  }

  function finder() {
    const shown = new Set(data.kinds);
    const list = el("ul", { class: "sites" });
    const input = el("input", { type: "search", id: "eco-search", placeholder: words.search, "aria-label": words.search });
    const rank = Object.fromEntries(data.kinds.map((kind, i) => [kind, i]));
    const ordered = [...data.sites].sort((a, b) => rank[a.answer] - rank[b.answer] ||
      b.strictness - a.strictness || collator.compare(a.id, b.id));
    const matches = () => {
      const asked = input.value.trim().toLowerCase().split(/\s+/);
      return ordered.filter((site) => shown.has(site.answer) && asked.every((word) => site.find.includes(word)));
    };
    const refresh = () => {
      const found = matches().map((site) => el("li", {}, el("button", {
        type: "button", "data-site": site.id, onclick: () => openSite(site, true) },
        sign(site.answer, 20), el("span", { class: "name" }, el("small", {}, site.id), ` ${site.name}`),
        el("span", { class: "said", style: { color: data.answers[site.answer].color } },
          data.answers[site.answer].label, el("small", {}, site.suggestion.label)))));
      list.replaceChildren(...(found.length ? found : [el("li", { class: "none" }, words.no_match)]));
    };
    input.addEventListener("input", refresh);
    input.addEventListener("keydown", (event) => {
      const [first] = matches();
      if (event.key === "Enter" && first) openSite(first, true);
    });
    const filters = el("div", { class: "filters", role: "group", "aria-label": words.filter },
      data.kinds.map((answer) => {
        const look = data.answers[answer];
        return el("button", { type: "button", "aria-pressed": "true", "data-answer": answer,
          style: { color: look.color, background: look.tint }, onclick: (event) => {
            const on = !shown.has(answer);
            if (on) shown.add(answer); else shown.delete(answer);
            event.currentTarget.setAttribute("aria-pressed", String(on));
            show(drawn.find((entry) => entry.row.answer === answer), on);
            refresh();
          } }, sign(answer, 24), el("strong", {}, look.count), el("span", {}, look.label));
      }));
    refresh();
    return el("section", { class: "finder" }, el("h2", {}, words.projects), filters, input, list);
  }

  // ---------------------------------------------------------------- side panel

  function card(entry) {
    return el("article", { class: "card" }, el("h3", {}, entry.title), chip(entry.conclusion), table(entry.rows),
      entry.notes.map((note) => el("p", { class: "remark" }, note)));
  }

  const head = data.head;
  const facts = [[words.as_of, head.asOf], [words.plane, head.plane], [words.secrecy, head.secrecy]];
  if (head.approval) facts.push([words.approval, head.approval]);
  const banner = () => el("div", { class: "invented", role: "note" }, el("b", {}, words.invented), ` ${words.invented_more}`);
  panel.append(
    el("header", {}, el("h1", {}, head.title), el("div", { class: "subtitle" }, words.title), table(facts)),
    ...(head.invented ? [banner()] : []),
    ...(data.sites.length ? [finder()] : []),
    ...(data.cards.length ? [el("section", { class: "cards" }, el("h2", {}, words.changes), data.cards.map(card))] : []),
    el("footer", {}, el("strong", {}, head.disclaimer), el("span", {}, words.area_note)));

  // ---------------------------------------------------------------- controls of the map

  const ICONS = {
    panel: "M3 5H17M3 10H17M3 15H17", plus: "M10 4V16M4 10H16", minus: "M4 10H16",
    home: "M3 10 10 4 17 10M5.5 8.5V16H14.5V8.5", full: "M4 8V4H8M12 4H16V8M16 12V16H12M8 16H4V12",
  };
  function button(icon, title, act) {
    const root = svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" });
    root.append(svg("path", { d: ICONS[icon], fill: "none", stroke: "currentColor", "stroke-width": 1.8 }));
    return el("button", { type: "button", title, "aria-label": title, onclick: act }, root);
  }
  const home = () => map.fitBounds(data.bounds, { animate: false, paddingTopLeft: [30, 30],
    paddingBottomRight: [window.innerWidth > 900 ? 320 : 30, 40] });

  const Tools = L.Control.extend({
    options: { position: "topleft" },
    onAdd() {
      const root = el("div", { class: "tools leaflet-bar" },
        button("panel", words.panel, () => { document.body.classList.toggle("no-panel"); map.invalidateSize(); }),
        button("plus", words.zoom_in, () => map.zoomIn()), button("minus", words.zoom_out, () => map.zoomOut()),
        button("home", words.home, home),
        button("full", words.fullscreen, () =>
          document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
      L.DomEvent.disableClickPropagation(root);
      return root;
    },
  });
  const North = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd: () => el("div", { class: "north", "aria-hidden": "true" }, el("span", {}, "▲"), words.north),
  });

  map.attributionControl.setPrefix(false);
  const sources = [head.disclaimer, words.sketch, data.generalised ? words.generalised : "",
    head.approval ? `${words.approval} ${head.approval}` : "", head.invented ? words.invented : ""].filter(Boolean);
  map.attributionControl.getContainer().replaceChildren(...sources.map((text) => el("span", {}, text)));
  map.addControl(new Tools()).addControl(new North());
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  map.addControl(new Legend());
  for (const entry of drawn) if (entry.on) map.addLayer(entry.layer);
  inOrder();
  const crowd = () => map.getContainer().classList.toggle("far", map.getZoom() < 11.5);
  map.on("zoomend", crowd);
  document.body.classList.toggle("no-panel", window.innerWidth <= 900);
  map.invalidateSize();
  home();
  crowd();
  if (head.invented) map.getContainer().append(el("div", { class: "watermark", "aria-hidden": "true" }, words.invented));
  // a printed page is the window as it stands: the canvas need not be drawn anew for another size
  const sheet = document.head.appendChild(el("style"));
  const fitSheet = () => { sheet.textContent = `@page { size: ${window.innerWidth}px ${window.innerHeight}px; margin: 0; }`; };
  window.addEventListener("resize", fitSheet);
  fitSheet();
  document.body.dataset.ready = "yes";
  return map;
}
