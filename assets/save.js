/* Saving a figure or a table. The address of the file is that of the page with the part of it that is
 * wanted: the part comes from the nearest figure, the view from the address at the moment of the click. */
(function () {
  "use strict";

  function pageName() {
    return window.dash_clientside.scidip.here().replace(/^\/+|\/+$/g, "").replace(/\//g, "-") || "overview";
  }

  /* A table without a chart is known by its place among the tables of the page. */
  function tableName(box) {
    var scope = box.closest(".figure") || box.closest("section") || box.parentElement;
    var table = scope && scope.querySelector("table");
    var all = Array.prototype.slice.call(document.querySelectorAll(".page table"));
    return table ? "table-" + (all.indexOf(table) + 1) : "";
  }

  function address(link, box) {
    var query = new URLSearchParams(window.location.search);
    var chosen = box.querySelector(".save-part");
    var shape = box.querySelector(".save-shape");
    query.set("part", chosen && link.dataset.part ? chosen.value : link.dataset.part || tableName(box));
    if (shape && link.dataset.part) query.set("shape", shape.value);
    return window.dash_clientside.scidip.at("/figure/") + pageName() + "." + link.dataset.save + "?" + query.toString();
  }

  /* What is pasted elsewhere: a frame follows the newest figures, a picture stays as it is. Both name the site's own address. */
  function pasted(link, box) {
    var root = document.documentElement, query = new URLSearchParams(window.location.search);
    var chosen = box.querySelector(".save-part"), shape = box.querySelector(".save-shape");
    query.set("part", chosen && link.dataset.part ? chosen.value : link.dataset.part || tableName(box));
    if (link.dataset.copies === "picture") {
      if (shape) query.set("shape", shape.value);
      query.set("v", root.dataset.version);
      return root.dataset.site + "/figure/" + pageName() + ".png?" + query.toString();
    }
    query.delete("v");
    var title = box.closest("section") && box.closest("section").querySelector("h2") || document.querySelector("h1");
    var frame = document.createElement("iframe");
    frame.setAttribute("src", root.dataset.site + "/embed/" + pageName() + "?" + query.toString());
    frame.setAttribute("title", title ? title.textContent : document.title);
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", Math.ceil((box.closest("section") || box.parentElement).getBoundingClientRect().height) + 90);
    frame.setAttribute("style", "border:0");
    frame.setAttribute("loading", "lazy");
    return frame.outerHTML;
  }
  function copy(link, box) {
    var text = pasted(link, box), said = box.querySelector(".save-said");
    function done() { said.textContent = link.dataset.done.replace("{text}", text); }
    // Without leave to write to the clipboard, it stands there to be copied by hand.
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text).then(done, function () { said.textContent = text; });
    else said.textContent = text;
  }

  function nameOf(response) {
    var found = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "");
    return found ? found[1] : "scidip";
  }

  function keep(blob, name) {
    var anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(blob);
    anchor.download = name;
    // Not put into the page: its click would count as one beside the open list, and close it.
    anchor.click();
    window.setTimeout(function () { URL.revokeObjectURL(anchor.href); }, 60000);
  }

  async function save(link, box) {
    var said = box.querySelector(".save-said");
    if (box.getAttribute("aria-busy") === "true") return;
    box.setAttribute("aria-busy", "true");
    said.textContent = link.dataset.busy;
    try {
      var response = await fetch(address(link, box), { headers: { Accept: "application/json" } });
      if (response.ok) {
        var name = nameOf(response);
        keep(await response.blob(), name);
        said.textContent = link.dataset.done.replace("{name}", name);
      } else {
        var error = (await response.json()).error;
        said.textContent = error.message + " " + error.remedy;
      }
    } catch (fault) {
      said.textContent = link.dataset.failed;
    }
    box.removeAttribute("aria-busy");
  }

  document.addEventListener("click", function (event) {
    var at = event.target.closest ? event.target : document.body;
    var box = at.closest("details.save");
    document.querySelectorAll("details.save[open]").forEach(function (other) {
      if (other !== box) other.open = false;
    });
    var link = at.closest("a[data-save], a[data-copies]");
    if (!link || !box) return;
    event.preventDefault();
    if (link.dataset.copies) copy(link, box); else save(link, box);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.save[open]").forEach(function (box) {
      box.open = false;
      box.querySelector("summary").focus();
    });
  });
})();
