/* A presentation: the stage with its frames and keys, the window of notes, the sheets to print.
 *
 * A view is a page of this site in a frame, marked `present=1`; only what an audience needs is left of it
 * (present.css). The frame is laid out at a fixed width and scaled as a whole: letters, charts and maps grow
 * together. The one before, the present one and the next are kept; stepping is then immediate. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {});
  scidip = scidip.scidip = scidip.scidip || {};
  /* Widths at which a view may be laid out; the first at which all of it fits is taken. */
  var WIDTHS = [1120, 1200, 1280, 1360, 1440, 1520, 1600, 1680];
  /* What gives way: lists show as many rows as fit, some charts take the height there is. */
  var LISTS = ".ranking-frame, .full-frame, .network-body .table-frame, .page-data-quality .table-frame";
  var CHARTS = ".network-body .js-plotly-plot, .figure-slope .js-plotly-plot";
  var LEAST = 360;
  var LETTERS = 1.3;
  var SHEET = { width: 1062, height: 690 };
  var QUIET = 4;

  /* Inside a frame of the stage every page is a view, also one that a link in it has led to. */
  try {
    if (window.frameElement && window.frameElement.hasAttribute("data-view")) {
      document.documentElement.dataset.present = "view";
    }
  } catch (error) { /* a frame of another site: an ordinary page */ }

  var face, views, words, at, black, channel, started;

  function $(id) { return document.getElementById("present-" + id); }
  function read(kind) {
    face = $(kind);
    if (!face) return false;
    views = JSON.parse(face.dataset.views);
    words = JSON.parse(face.dataset.words);
    return true;
  }
  function frame(place) {
    var made = document.createElement("iframe");
    made.title = views[place].title;
    made.setAttribute("data-view", place);
    made.src = scidip.at(views[place].source);
    return made;
  }
  function documentOf(made) {
    try { return made.contentDocument; } catch (error) { return null; }
  }
  function headline(made) {
    var inside = made && documentOf(made);
    var said = inside && inside.querySelector("main .page h1");
    return said && said.textContent.trim();
  }
  /* Calls back when a frame has stopped changing: headline there, charts drawn, no callback under way. */
  function whenDrawn(made, done) {
    var before = -1, same = 0, tries = 0;
    var timer = window.setInterval(function () {
      var inside = documentOf(made);
      var ready = inside && headline(made) && !inside.querySelector("[data-dash-is-loading=true]") &&
        inside.querySelectorAll(".js-plotly-plot").length === inside.querySelectorAll(".js-plotly-plot .svg-container").length;
      var size = ready ? inside.body.innerHTML.length : -1;
      same = ready && size === before ? same + 1 : 0;
      before = size;
      tries += 1;
      if (same >= QUIET || tries > 400 || !made.isConnected) {
        window.clearInterval(timer);
        if (made.isConnected) done();
      }
    }, 150);
  }

  /* Makes the letters of a chart larger: every size of a font in its layout and its marks. */
  function enlarge(chart, plotly) {
    if (chart.dataset.enlarged) return null;
    chart.dataset.enlarged = "true";
    var found = {};
    (function walk(part, path) {
      Object.keys(part || {}).forEach(function (key) {
        var value = part[key];
        var here = path ? path + (Array.isArray(part) ? "[" + key + "]" : "." + key) : key;
        if (/font\.size$/.test(here) || /^margin\.[lr]$/.test(here)) found[here] = Math.round(value * LETTERS);
        else if (value && typeof value === "object" && key !== "template" && !ArrayBuffer.isView(value)) walk(value, here);
      });
    })(chart.layout, "");
    (chart.data || []).forEach(function (trace, k) {
      if (trace.textfont && trace.textfont.size > 0) plotly.restyle(chart, { "textfont.size": trace.textfont.size * LETTERS }, [k]);
    });
    return plotly.relayout(chart, found);
  }
  function all(where, selector) { return Array.prototype.slice.call(where.querySelectorAll(selector)); }
  function prepare(made) {
    var inside = documentOf(made);
    var plotly = made.contentWindow.Plotly;
    if (!plotly) return Promise.resolve();
    return Promise.all(all(inside, ".js-plotly-plot").map(function (chart) { return enlarge(chart, plotly); }));
  }
  /* Lays a view out in a room: the narrowest width at which it fits, so that its letters are as large as can be. */
  function compose(made, room) {
    var inside = documentOf(made);
    var main = inside && inside.querySelector("main");
    // A phone shows the page as phones do; it scrolls.
    var phone = room.width < 700;
    var width = phone ? room.width : WIDTHS[0];
    var place = function (w) {
      width = w;
      made.style.width = w + "px";
      made.style.height = w * room.height / room.width + "px";
      made.style.transform = "scale(" + room.width / w + ")";
    };
    place(width);
    if (phone || !main || !headline(made)) return;
    var high = function () { return width * room.height / room.width; };
    var rows = function (n) { inside.documentElement.style.setProperty("--room", n + "px"); };
    var fits = function () { return main.getBoundingClientRect().height <= high(); };
    var whole = function () { return all(inside, LISTS).every(function (list) { return list.scrollWidth <= list.clientWidth + 1; }); };
    rows(LEAST);
    WIDTHS.some(function (w) { place(w); return fits() && whole(); });
    var low = LEAST, top = Math.round(high());
    while (top - low > 2) {
      var middle = Math.round((low + top) / 2);
      rows(middle);
      if (fits()) low = middle; else top = middle;
    }
    rows(low);
    all(inside, LISTS).forEach(snap);
    all(inside, CHARTS).forEach(function (chart) {
      if (made.contentWindow.Plotly) made.contentWindow.Plotly.relayout(chart, { height: low });
    });
  }
  /* Ends a list after a whole row, and says how many there are. */
  function snap(list) {
    list.style.maxHeight = "";
    list.removeAttribute("data-rows-left");
    var found = all(list, "tbody tr").filter(function (row) { return row.getBoundingClientRect().height > 0; });
    var end = list.getBoundingClientRect().top + list.clientHeight;
    if (list.scrollHeight <= list.clientHeight + 2) return;
    var whole = found.filter(function (row) { return row.getBoundingClientRect().bottom <= end - 26; });
    if (!whole.length) return;
    var shown = whole.filter(counts).length;
    list.setAttribute("data-rows-left", scidip.fill(words.rows, { n: shown, all: found.filter(counts).length }));
    list.style.maxHeight = whole[whole.length - 1].getBoundingClientRect().bottom - list.getBoundingClientRect().top + 26 + "px";
  }
  function counts(row) { return row.querySelector("th[scope=row]") !== null; }

  /* --- The stage ------------------------------------------------------------------------------ */

  function frames() { return Array.prototype.slice.call(face.querySelectorAll("iframe")); }
  function frameOf(place) {
    return frames().filter(function (f) { return Number(f.dataset.view) === place; })[0];
  }
  function fit() { frames().forEach(function (f) { compose(f, $("frames").getBoundingClientRect()); }); }
  function mount(place) {
    if (place < 0 || place >= views.length || frameOf(place)) return;
    var made = frame(place);
    made.addEventListener("load", function () { listen(made); });
    $("frames").appendChild(made);
    whenDrawn(made, function () {
      prepare(made).then(function () {
        compose(made, $("frames").getBoundingClientRect());
        made.classList.add("is-drawn");
        if (Number(made.dataset.view) === at) { $("message").textContent = ""; tell(); mount(at + 1); mount(at - 1); }
        else if (Number(made.dataset.view) === at + 1) post();
      });
    });
    compose(made, $("frames").getBoundingClientRect());
  }
  function titleNow(place) { return headline(frameOf(place)) || views[place].title; }
  function show(place) {
    at = Math.min(Math.max(place, 0), views.length - 1);
    frames().forEach(function (f) { if (Math.abs(Number(f.dataset.view) - at) > 1) f.remove(); });
    mount(at);
    var now = frameOf(at);
    frames().forEach(function (f) {
      var on = f === now;
      f.classList.toggle("is-on", on);
      f.inert = !on;
      if (on) f.removeAttribute("aria-hidden"); else f.setAttribute("aria-hidden", "true");
    });
    if (now.classList.contains("is-drawn")) { mount(at + 1); mount(at - 1); }
    darken(false);
    face.querySelector(".progress-done").style.width = 100 * (at + 1) / views.length + "%";
    $("place").textContent = at + 1 + " / " + views.length;
    $("message").textContent = now.classList.contains("is-drawn") ? "" : scidip.fill(words.loading, { title: views[at].title });
    face.querySelector("[data-act=back]").disabled = at === 0;
    face.querySelector(".step[data-act=next]").disabled = at === views.length - 1;
    var address = new URL(window.location);
    var query = address.search.replace(/[?&]at=\d*/, function (found) { return found[0] === "?" ? "?" : ""; }).replace("?&", "?");
    window.history.replaceState(window.history.state, "", address.pathname + query + (query ? "&" : "?") + "at=" + (at + 1));
    tell();
  }
  function tell() {
    if (!black) $("said").textContent = scidip.fill(words.place, { at: at + 1, n: views.length, title: titleNow(at) });
    post();
  }
  function post() {
    if (!channel) return;
    channel.postMessage({
      at: at, title: titleNow(at), next: at + 1 < views.length ? titleNow(at + 1) : null, black: black, started: started,
    });
  }
  function step(by) {
    if (black) { darken(false); post(); return; }
    var to = at + by;
    if (to < 0 || to >= views.length) { $("message").textContent = to < 0 ? words.first : words.end; return; }
    show(to);
  }
  function darken(on) {
    black = on;
    $("black").hidden = !on;
    face.querySelector("[data-act=black]").setAttribute("aria-pressed", String(on));
    if (on) $("said").textContent = words.black;
  }
  function full(always) {
    if (document.fullscreenElement) { if (!always) document.exitFullscreen(); return; }
    var refused = function () { $("message").textContent = words.refused; };
    if (!document.documentElement.requestFullscreen) { refused(); return; }
    document.documentElement.requestFullscreen().catch(refused);
  }
  function openNotes() {
    var opened = window.open(scidip.at(face.dataset.notes), "scidip-notes", "popup,width=760,height=620");
    if (!opened) $("message").textContent = words.popup;
  }
  function keys() { if ($("keys").open) $("keys").close(); else $("keys").showModal(); }
  function act(name) {
    switch (name) {
      case "next": step(1); break;
      case "back": step(-1); break;
      case "first": show(0); break;
      case "last": show(views.length - 1); break;
      case "black": darken(!black); tell(); break;
      case "full": full(); break;
      case "begin": show(0); full(true); break;
      case "notes": openNotes(); break;
      case "keys": keys(); break;
      case "close": $("keys").close(); break;
      case "print": window.location.assign(scidip.at(face.dataset.print)); break;
      case "leave": window.location.assign(scidip.at(face.dataset.leave)); break;
    }
  }

  /* What a key asks for; nothing while one types, or where the key has a use of its own. */
  function asked(event) {
    var target = event.target;
    var on = function (selector) { return target.closest && target.closest(selector); };
    if (event.isComposing || event.altKey || event.defaultPrevented) return null;
    if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() === "p" ? "print" : null;
    if (on("input, textarea, select, [contenteditable=true]") || $("keys") && $("keys").open) return null;
    if ((event.key === " " || event.key === "Enter") && on("button, a, summary")) return null;
    if (/^Arrow(Up|Down)$/.test(event.key) && scrolls(on("[tabindex='0']"))) return null;
    var mirrored = document.documentElement.dir === "rtl";
    switch (event.key) {
      case "ArrowRight": return mirrored ? "back" : "next";
      case "ArrowLeft": return mirrored ? "next" : "back";
      case "ArrowDown": case "PageDown": return "next";
      case "ArrowUp": case "PageUp": return "back";
      case " ": return event.shiftKey ? "back" : "next";
      case "Home": return "first";
      case "End": return "last";
      case "b": case "B": case ".": return "black";
      case "f": case "F": return "full";
      case "F5": return "begin";
      case "n": case "N": return "notes";
      case "?": return "keys";
      case "Escape": return black ? "black" : document.fullscreenElement ? "full" : "leave";
    }
    return null;
  }
  function scrolls(box) { return box && box.scrollHeight > box.clientHeight + 1; }
  function onKey(event) {
    var name = asked(event);
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    act(name);
  }

  var idle;
  function awake() {
    if (!face) return;
    face.classList.remove("is-idle");
    window.clearTimeout(idle);
    idle = window.setTimeout(function () { face.classList.add("is-idle"); }, 3000);
  }
  function listen(made) {
    var inside = documentOf(made);
    if (!inside) return;
    inside.addEventListener("keydown", onKey, true);
    inside.addEventListener("pointermove", awake, { passive: true });
    swipe(inside);
  }
  /* A swipe along the text steps; one up or down scrolls. */
  function swipe(where) {
    var from = null;
    where.addEventListener("touchstart", function (event) {
      from = event.touches.length === 1 ? [event.touches[0].screenX, event.touches[0].screenY] : null;
    }, { passive: true });
    where.addEventListener("touchend", function (event) {
      if (!from) return;
      var x = event.changedTouches[0].screenX - from[0];
      var y = event.changedTouches[0].screenY - from[1];
      from = null;
      if (Math.abs(x) < 50 || Math.abs(x) < 2 * Math.abs(y)) return;
      step((x < 0) === (document.documentElement.dir !== "rtl") ? 1 : -1);
    }, { passive: true });
  }

  function beginStage(place) {
    black = false;
    started = Date.now();
    channel = open(function (message) {
      if (message.hello) post();
      if (message.act === "restart") { started = Date.now(); post(); }
      else if (/^(next|back|first|last|black)$/.test(message.act || "")) act(message.act);
    });
    document.addEventListener("keydown", onKey, true);
    face.addEventListener("click", function (event) {
      var button = event.target.closest("[data-act]");
      if (button) act(button.dataset.act);
      else if (event.target === $("black")) act("black");
    });
    swipe(face);
    ["pointermove", "keydown", "focusin"].forEach(function (kind) { face.addEventListener(kind, awake, { passive: true }); });
    window.addEventListener("resize", fit);
    show(place - 1);
    awake();
  }

  /* --- The notes ------------------------------------------------------------------------------ */

  function open(heard) {
    var opened = new BroadcastChannel("scidip-present " + face.dataset.list);
    opened.onmessage = function (event) { heard(event.data || {}); };
    return opened;
  }
  function clock(seconds) {
    var minutes = Math.floor(seconds / 60);
    var hours = Math.floor(minutes / 60);
    var two = function (n) { return (n < 10 ? "0" : "") + n; };
    return (hours ? hours + ":" + two(minutes % 60) : minutes) + ":" + two(Math.floor(seconds % 60));
  }
  function beginNotes() {
    channel = open(function (message) {
      if (!("at" in message)) return;
      at = message.at;
      started = message.started;
      $("place").textContent = scidip.fill(words.place, { at: at + 1, n: views.length });
      $("message").textContent = message.black ? words.black : "";
      $("title").textContent = message.title;
      $("notes-text").textContent = views[at].notes || words.none;
      $("notes-text").classList.toggle("muted", !views[at].notes);
      $("next").textContent = message.next || words.end;
      tick();
    });
    function tick() {
      $("clock").textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      if (started) $("elapsed").textContent = clock(Math.max(0, (Date.now() - started) / 1000));
    }
    function ask(name) { channel.postMessage({ act: name }); }
    $("message").textContent = words.waiting;
    channel.postMessage({ hello: true });
    window.setInterval(tick, 1000);
    tick();
    face.addEventListener("click", function (event) {
      var button = event.target.closest("[data-act]");
      if (button) ask(button.dataset.act);
    });
    document.addEventListener("keydown", function (event) {
      var name = asked(event);
      if (name === "leave") { window.close(); return; }
      if (!/^(next|back|first|last|black)$/.test(name || "")) return;
      event.preventDefault();
      ask(name);
    }, true);
  }

  /* --- The sheets ----------------------------------------------------------------------------- */

  function beginSheets() {
    var sheets = face.querySelectorAll(".sheet");
    var button = face.querySelector("[data-act=print-now]");
    face.addEventListener("click", function (event) {
      var pressed = event.target.closest("[data-act]");
      if (!pressed) return;
      if (pressed.dataset.act === "leave") window.location.assign(scidip.at(face.dataset.leave));
      else window.print();
    });
    (function draw(place) {
      if (place === sheets.length) {
        $("message").textContent = scidip.fill(words.ready, { n: sheets.length });
        button.disabled = false;
        face.dataset.ready = "true";
        return;
      }
      $("message").textContent = scidip.fill(words.drawing, { at: place + 1, n: sheets.length });
      var made = frame(place);
      sheets[place].querySelector(".sheet-frame").appendChild(made);
      compose(made, SHEET);
      whenDrawn(made, function () {
        prepare(made).then(function () { compose(made, SHEET); after(); });
      });
      function after() {
        var link = new URL(documentOf(made).location);
        link.searchParams.delete("present");
        sheets[place].querySelector(".sheet-foot").textContent =
          [scidip.fill(words.foot, { at: place + 1, n: sheets.length }), decodeURI(link.href)].join(" · ");
        draw(place + 1);
      }
    })(0);
  }

  scidip.presentBegin = function (place) {
    window.setTimeout(function () {
      if (read("stage")) beginStage(place);
      else if (read("notes")) beginNotes();
      else if (read("sheets")) beginSheets();
    }, 0);
    return window.dash_clientside.no_update;
  };
})();
