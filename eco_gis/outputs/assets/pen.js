/* The pen of the map: elements, signs, patterns and shapes. Shared by the map, its legend and its popups. */
"use strict";

function ecoPen(answers) {
  // ---------------------------------------------------------------- elements

  /** An element with attributes and children; strings become text, never HTML. */
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "style") Object.assign(node.style, value);
      else node.setAttribute(name, value);
    }
    for (const child of children.flat(Infinity)) if (child !== null && child !== "") node.append(child);
    return node;
  }

  function svg(tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  /** A verdict's sign: its outline, its symbol and its colour say the same thing. */
  function sign(answer, size) {
    const look = answers[answer];
    const root = svg("svg", { viewBox: "0 0 28 28", width: size, height: size, "aria-hidden": "true" });
    const paint = { fill: look.color, stroke: "#fff", "stroke-width": 2.2 };
    if (look.marker === "circle") root.append(svg("circle", { cx: 14, cy: 14, r: 11, ...paint }));
    else if (look.marker === "diamond") root.append(svg("path", { d: "M14 1.5 26.5 14 14 26.5 1.5 14Z", ...paint }));
    else root.append(svg("rect", { x: 3, y: 3, width: 22, height: 22, rx: 3.5, ...paint }));
    const text = svg("text", {
      x: 14, y: 14.5, fill: "#fff", "font-size": 15, "font-weight": 700,
      "text-anchor": "middle", "dominant-baseline": "central", "font-family": "Arial, sans-serif",
    });
    text.textContent = look.symbol;
    root.append(text);
    return root;
  }

  function chip(look) {
    return el("span", { class: "chip", style: { color: look.color, background: look.tint } },
      el("b", {}, look.symbol), ` ${look.label}`);
  }

  // ---------------------------------------------------------------- patterns

  const rgba = (hex, alpha) =>
    `rgba(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(",")},${alpha})`;

  const STROKES = {
    diagonal: "M-2 2 2 -2M0 10 10 0M8 12 12 8", back_diagonal: "M-2 8 2 12M0 0 10 10M8 -2 12 2",
    horizontal: "M0 5H10", vertical: "M5 0V10", cross: "M0 0 10 10M10 0 0 10",
  };
  const fills = new Map();

  /** Fill of an area: a colour, or a canvas pattern of ten pixels for a hatch. */
  function fillOf(style) {
    if (style.pattern === "none") return null;
    if (style.pattern === "solid") return rgba(style.fill, style.opacity);
    const key = [style.fill, style.line, style.opacity, style.pattern].join();
    if (!fills.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 10;
      const ink = tile.getContext("2d");
      ink.fillStyle = rgba(style.fill, style.opacity);
      ink.fillRect(0, 0, 10, 10);
      ink.strokeStyle = ink.fillStyle = rgba(style.line, Math.min(1, style.opacity + 0.35));
      ink.lineWidth = 1.1;
      if (style.pattern === "dots") {
        for (const [x, y] of [[2.5, 2.5], [7.5, 7.5]]) { ink.beginPath(); ink.arc(x, y, 1.2, 0, 7); ink.fill(); }
      } else ink.stroke(new Path2D(STROKES[style.pattern]));
      fills.set(key, ink.createPattern(tile, "repeat"));
    }
    return fills.get(key);
  }

  function pathOptions(style, interactive) {
    const fill = fillOf(style);
    return {
      color: style.line, weight: style.width, dashArray: style.dash.length ? style.dash : null, opacity: 0.95,
      fill: fill !== null, fillColor: fill, fillOpacity: 1, interactive, smoothFactor: 0.6, lineJoin: "round",
    };
  }

  /** A swatch drawn with the same pen as the map. */
  function swatch(style) {
    const box = el("canvas", { class: "swatch", width: 52, height: 32, "aria-hidden": "true" });
    const ink = box.getContext("2d");
    ink.scale(2, 2);
    const fill = fillOf(style);
    if (fill !== null) { ink.fillStyle = fill; ink.fillRect(2, 2, 22, 12); }
    ink.strokeStyle = style.line;
    ink.lineWidth = Math.max(1, style.width);
    ink.setLineDash(style.dash.map((length) => length * 0.6));
    if (fill === null) { ink.beginPath(); ink.moveTo(1, 8); ink.lineTo(25, 8); ink.stroke(); }
    else ink.strokeRect(2, 2, 22, 12);
    return box;
  }

  // ---------------------------------------------------------------- shapes

  /** Steps in whole 10^-digits degrees back to latitude and longitude. */
  function run(steps, unit) {
    const places = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      places.push([y / unit, x / unit]);
    }
    return places;
  }

  function shape([dimension, parts], digits, options) {
    const unit = 10 ** (digits || 6);
    if (dimension === 2) return L.polygon(parts.map((rings) => rings.map((r) => run(r, unit))), options);
    if (dimension === 1) return L.polyline(parts.map((r) => run(r, unit)), { ...options, fill: false });
    return L.featureGroup(parts.map((r) => L.circleMarker(run(r, unit)[0], { ...options, radius: 5 })));
  }

  return { el, svg, sign, chip, rgba, pathOptions, swatch, shape };
}
