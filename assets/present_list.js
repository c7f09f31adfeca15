/* The list of a presentation: "Add to presentation" on every page, and the page where the list is made.
 *
 * The address holds the list; the browser's memory only gathers it between pages. The server reads every
 * list and refuses what is no view; here rows are taken from the page as the server has drawn them. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {});
  scidip = scidip.scidip = scidip.scidip || {};
  var KEPT = "scidip-views";
  var changed = false;
  var wanted = null;

  function kept() {
    try {
      var found = JSON.parse(window.localStorage.getItem(KEPT));
      return Array.isArray(found) ? found : [];
    } catch (error) { return []; }
  }
  function keep(list) {
    try { window.localStorage.setItem(KEPT, JSON.stringify(list)); } catch (error) { /* private window: the address holds it */ }
    count();
  }
  function count() {
    var n = kept().length;
    document.querySelectorAll(".view-count").forEach(function (place) {
      place.textContent = n ? " (" + n + ")" : "";
    });
  }
  scidip.fill = function (words, fields) {
    return words.replace(/\{(\w+)\}/g, function (all, name) { return name in fields ? fields[name] : all; });
  };

  /* Add to presentation */
  function addHere(button) {
    var words = button.dataset;
    var list = kept();
    var said = document.getElementById("add-view-said");
    if (list.length >= Number(words.most)) {
      said.textContent = scidip.fill(words.full, { n: words.most });
    } else {
      list.push({ address: scidip.here() + window.location.search, notes: "" });
      keep(list);
      said.textContent = scidip.fill(list.length === 1 ? words.first : words.added, { n: list.length });
    }
    said.classList.add("is-shown");
    window.clearTimeout(addHere.timer);
    addHere.timer = window.setTimeout(function () { said.classList.remove("is-shown"); }, 4000);
  }
  scidip.countViews = function () {
    window.setTimeout(count, 0);
    return window.dash_clientside.no_update;
  };
  window.addEventListener("storage", count);

  /* The page of the list */
  function editor() { return document.getElementById("present-editor"); }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("#present-body .view-row")); }
  function list() {
    return rows().map(function (row) {
      return { address: row.dataset.address, notes: row.querySelector("textarea").value.trim() };
    });
  }
  function escaped(text) {
    return text.replace(/[%;~!]/g, function (sign) {
      return "%" + sign.charCodeAt(0).toString(16).toUpperCase();
    });
  }
  function text() {
    return rows().map(function (row) {
      var notes = row.querySelector("textarea").value.trim();
      return row.dataset.text + (notes ? "!" + escaped(notes) : "");
    }).join("~");
  }
  function encoded() {
    return encodeURIComponent(text()).replace(/%(2F|3F|3D|3B|7E|21|2C|3A)/g, decodeURIComponent).replace(/%20/g, "+");
  }
  function say(words) { document.getElementById("present-said").textContent = words; }
  function send(next) {
    changed = true;
    window.dash_clientside.set_props("present-list", { data: next });
  }
  function write() {
    var n = rows().length;
    var views = encoded();
    var fits = views.length <= Number(editor().dataset.mostEncoded);
    scidip.replace({ path: "/present", query: n && fits ? "?views=" + views + "&mode=edit" : "" });
    say(fits ? "" : editor().dataset.long);
    if (changed) keep(list());
    editor().querySelectorAll(".list-acts button:not([data-act=open])").forEach(function (button) {
      button.disabled = !n || (!fits && button.dataset.act !== "save" && button.dataset.act !== "clear");
    });
  }

  /* What was gathered is shown when the address brings no list of its own. */
  scidip.presentList = function (given) {
    changed = false;
    var none = window.dash_clientside.no_update;
    return given && given.length ? none : kept().length ? kept() : none;
  };
  scidip.presentAdd = function (clicks, submits, value) {
    var none = window.dash_clientside.no_update;
    if (!(clicks || submits) || !value || !value.trim()) return [none, none];
    if (rows().length >= Number(editor().dataset.most)) {
      say(scidip.fill(editor().dataset.full, { n: editor().dataset.most }));
      return [none, none];
    }
    changed = true;
    return [list().concat([{ address: scidip.bare(value.trim()), notes: "" }]), ""];
  };
  scidip.presentDrawn = function () {
    window.setTimeout(function () {
      if (!editor()) return;
      rows().forEach(function (row) { row.querySelector("textarea").value = row.dataset.notes || ""; });
      write();
      if (!wanted) return;
      var row = rows()[Math.min(wanted.place, rows().length - 1)];
      var button = row && row.querySelector("[data-act=" + wanted.act + "]");
      if (button && button.disabled) button = row.querySelector("[data-act]:not(:disabled)");
      (button || document.getElementById("present-address")).focus();
      wanted = null;
    }, 0);
    return window.dash_clientside.no_update;
  };

  function copy() {
    var link = window.location.origin + scidip.at("/present?views=") + encoded();
    var version = document.documentElement.dataset.version;
    if (version) link += "&v=" + version;
    var words = editor().dataset;
    if (!navigator.clipboard) { say(words.address); return; }
    navigator.clipboard.writeText(link).then(function () { say(words.copied); }, function () { say(words.address); });
  }
  function save() {
    var content = JSON.parse(editor().dataset.file);
    content.views = list();
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1) + "\n"], { type: "application/json" }));
    link.download = "scidip-presentation.json";
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  function open() {
    var field = document.createElement("input");
    field.type = "file";
    field.accept = ".json,application/json";
    field.addEventListener("change", function () {
      var file = field.files[0];
      if (!file) return;
      // One character more than is read tells the server that it is too large.
      file.slice(0, 4 * (Number(editor().dataset.mostFile) + 1)).text().then(function (content) {
        changed = true;
        window.dash_clientside.set_props("present-file", { data: null });
        window.dash_clientside.set_props("present-file", { data: content.slice(0, Number(editor().dataset.mostFile) + 1) });
      });
    });
    field.click();
  }
  function move(row, step, act) {
    var all = list();
    var place = rows().indexOf(row);
    var taken = all.splice(place, 1)[0];
    if (step !== null) all.splice(place + step, 0, taken);
    wanted = { place: step === null ? place : place + step, act: act };
    send(all);
  }
  function leaveTo(mode) { window.location.assign(scidip.at("/present?views=") + encoded() + (mode ? "&mode=" + mode : "")); }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-act]");
    if (!button) return;
    if (button.dataset.act === "add-view") { addHere(button); return; }
    if (!editor() || !editor().contains(button)) return;
    var row = button.closest(".view-row");
    switch (button.dataset.act) {
      case "up": move(row, -1, "up"); break;
      case "down": move(row, 1, "down"); break;
      case "remove": move(row, null, "remove"); break;
      case "clear": wanted = { place: 0, act: "up" }; send([]); break;
      case "start": leaveTo(""); break;
      case "print": leaveTo("print"); break;
      case "copy": copy(); break;
      case "save": save(); break;
      case "open": open(); break;
    }
  });
  /* Notes are written into the address while they are typed; the server need not draw them anew. */
  document.addEventListener("input", function (event) {
    if (!event.target.classList || !event.target.classList.contains("view-notes")) return;
    changed = true;
    write();
  });
})();
