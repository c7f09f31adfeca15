/* The upload page without a new page: token and file stay in the form until the page is left, and nowhere else.
   Without this script the form works too; the file and the token are then given again to publish. */
(function () {
  "use strict";
  var form = document.getElementById("upload-form");
  if (!form || !window.fetch || !window.DOMParser) return;
  var told = document.getElementById("upload-told");
  var report = document.getElementById("upload-report");
  var busy = false;

  function say(words, fault) {
    told.className = fault ? "notice" : "upload-told";
    told.textContent = words;
  }
  function work(on) {
    busy = on;
    document.querySelectorAll("button[name=action]").forEach(function (button) {
      button.setAttribute("aria-disabled", String(on));
    });
    form.setAttribute("aria-busy", String(on));
  }
  function take(text) {
    var found = new DOMParser().parseFromString(text, "text/html");
    var said = found.getElementById("upload-told");
    if (!said) {
      say(form.dataset.lost, true);
      return;
    }
    report.replaceChildren.apply(report, Array.from(found.getElementById("upload-report").childNodes));
    say(said.textContent.trim(), said.className === "notice");
    if (report.firstElementChild) report.focus();
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (busy) return;
    var by = event.submitter;
    var action = by && by.name === "action" ? by.value : "check";
    var body = new FormData(form);
    body.set("action", action);
    var file = document.getElementById("upload-file").files[0];
    if (action !== "check" && action !== "publish") body.delete("file");
    else if (file && file.size > Number(form.dataset.most) - 4096) {
      say(form.dataset.large, true);
      return;
    }
    work(true);
    say(action === "check" || action === "list" ? form.dataset.working : form.dataset.publishing, false);
    fetch(form.getAttribute("action"), { method: "POST", body: body, headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then(function (answer) { return answer.text(); })
      .then(take)
      .catch(function () { say(form.dataset.lost, true); })
      .finally(function () { work(false); });
  });
  document.getElementById("upload-file").addEventListener("change", function () {
    report.replaceChildren();
    say("", false);
  });
})();
